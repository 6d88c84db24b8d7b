package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"berth/internal/lockfs"
	"berth/internal/testkit/distserver"
)

func TestOnceOverTheNetwork(t *testing.T) {
	s := newStage(t, 3<<20)
	for range 2 {
		s.mustFetch()
	}
	s.mustRequest(1)
	if !s.dir.Have(s.want.SHA256) || s.dir.Size(s.want.SHA256) != 3<<20 {
		t.Fatal("Have or Size does not know the file")
	}
}

func TestNoFollowerAndEmptyFile(t *testing.T) {
	s := newStage(t, 0)
	if err := s.dir.Fetch(t.Context(), s.want, nil, nil); err != nil {
		t.Fatal(err)
	}
	s.mustBeWhole()
}

func TestFileURL(t *testing.T) {
	s := newStage(t, 1<<20)
	source := filepath.Join(t.TempDir(), "with space.xz")
	mustWrite(t, source, s.data)
	s.want.URL = "file://" + strings.ReplaceAll(filepath.ToSlash(source), " ", "%20")
	mustWrite(t, s.file(".partial"), s.data[:300<<10])
	s.mustFetch()

	s.want.URL += ".absent"
	s.want.SHA256 = hashOf([]byte("other"))
	if _, _, err := s.fetch(); !IsNotFound(err) {
		t.Fatal(err)
	}
}

// A server that gives a range in parts, each one right, is asked until there is no more.
func TestRangeInParts(t *testing.T) {
	data := body(1 << 20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, _ := startOf(r.Header)
		to := min(from+300<<10, 1<<20)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to-1, 1<<20))
		w.WriteHeader(http.StatusPartialContent)
		w.Write(data[from:to])
	}))
	defer server.Close()
	s := newStage(t, 1<<20)
	s.want.URL = server.URL
	mustWrite(t, s.file(".partial"), data[:9])
	if calls := s.mustFetch(); calls != 1 {
		t.Fatalf("%d calls of the follower", calls)
	}
}

func TestETag(t *testing.T) {
	s := newStage(t, 1<<20)
	s.inject(distserver.Fault{Kind: distserver.Status, Status: 500, Skip: 1, Times: 3}, distserver.Fault{Kind: distserver.Truncate, Bytes: 1 << 19, Times: 1})
	s.dir.client.config.Retries = 2
	if _, _, err := s.fetch(); err == nil {
		t.Fatal("expected an error")
	}
	s.mustHave(s.want.SHA256+".etag", s.want.SHA256+".partial")
	s.mustFetch()
	log := s.server.Stats().Log
	if last := log[len(log)-1]; last.IfRange == "" || last.Range != "bytes=524288-" || last.Status != 206 {
		t.Fatal(s.log())
	}
}

// The tag in the side file is of another version: the server sends everything, which is taken as it comes.
func TestForeignETag(t *testing.T) {
	for _, tag := range []string{`"other"`, "\x00\r\nX: y", `W/"weak"`, ""} {
		s := newStage(t, 1<<20)
		mustWrite(t, s.file(".partial"), s.data[:1<<19])
		mustWrite(t, s.file(".etag"), []byte(tag))
		s.mustFetch()
		s.mustRequest(1)
	}
}

func TestDamagedCompleteFile(t *testing.T) {
	s := newStage(t, 1<<20)
	mustWrite(t, s.file(""), make([]byte, 1<<20))
	s.mustFetch()
	s.mustRequest(1)
}

func TestFollowerFails(t *testing.T) {
	s := newStage(t, 1<<20)
	own := errors.New("own")
	err := s.dir.Fetch(t.Context(), s.want, nil, func(_ context.Context, r io.Reader) error {
		io.ReadFull(r, make([]byte, 1000))
		return fmt.Errorf("%w: %w", own, os.ErrNotExist)
	})
	if !errors.Is(err, own) {
		t.Fatal(err)
	}
	s.mustBeWhole() // the bytes were right, whatever came of them
	err = s.dir.Fetch(t.Context(), s.want, nil, func(context.Context, io.Reader) error { return fmt.Errorf("%w: %w", own, os.ErrNotExist) })
	if !errors.Is(err, own) {
		t.Fatal(err)
	}
	s.mustRequest(1)
}

// What a follower that has failed still reads takes nothing from the hash.
func TestFollowerLeavesReadsBehind(t *testing.T) {
	s := newStage(t, 1<<20)
	own := errors.New("own")
	var behind sync.WaitGroup
	defer behind.Wait()
	for range 20 {
		err := s.dir.Fetch(t.Context(), s.want, nil, func(_ context.Context, r io.Reader) error {
			begun := make(chan struct{})
			behind.Go(func() {
				buf := make([]byte, 1000)
				_, err := r.Read(buf)
				for close(begun); err == nil; {
					_, err = r.Read(buf)
				}
			})
			<-begun
			return own
		})
		if !errors.Is(err, own) {
			t.Fatal(err)
		}
	}
	s.mustRequest(1)
	s.mustBeWhole()
}

// A follower that fails on bad bytes is not to blame: the transfer begins again.
func TestFollowerFailsOnWrongBytes(t *testing.T) {
	s := newStage(t, 1<<20)
	s.inject(distserver.Fault{Kind: distserver.Flip, Bytes: 9, Times: 1})
	err := s.dir.Fetch(t.Context(), s.want, nil, func(_ context.Context, r io.Reader) error {
		head := make([]byte, 10)
		if io.ReadFull(r, head); head[9] != s.data[9] {
			return errors.New("corrupt archive")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.mustBeWhole()
}

// No place for what is made of the bytes: nothing more is transferred, and what came stays.
func TestFollowerDiskFull(t *testing.T) {
	s := newStage(t, 4<<20)
	s.inject(distserver.Fault{Kind: distserver.Stall, Bytes: 1 << 20, Event: "never"})
	err := s.dir.Fetch(t.Context(), s.want, nil, func(_ context.Context, r io.Reader) error {
		io.ReadFull(r, make([]byte, 1<<20))
		return &os.PathError{Op: "write", Path: "lib/x", Err: syscall.ENOSPC}
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if got := s.dir.Size(s.want.SHA256); got != 1<<20 {
		t.Fatalf("%d bytes left", got)
	}
}

// The follower has the first bytes while the last ones are not even sent.
func TestFollowsWhileArriving(t *testing.T) {
	s := newStage(t, 1<<20)
	s.inject(distserver.Fault{Kind: distserver.Stall, Bytes: 1 << 19, Event: "go on"})
	err := s.dir.Fetch(t.Context(), s.want, nil, func(_ context.Context, r io.Reader) error {
		if _, err := io.ReadFull(r, make([]byte, 1<<19)); err != nil {
			return err
		}
		s.server.Release("go on")
		rest, err := io.ReadAll(r)
		if !bytes.Equal(rest, s.data[1<<19:]) {
			t.Errorf("%d bytes after the first half", len(rest))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReaderTellsOfRestart(t *testing.T) {
	s := newStage(t, 1<<20)
	mustWrite(t, s.file(".partial"), make([]byte, 1<<19))
	s.inject(distserver.Fault{Kind: distserver.NoRanges})
	var errs []error
	err := s.dir.Fetch(t.Context(), s.want, nil, func(_ context.Context, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		errs = append(errs, err)
		return err
	})
	if err != nil || len(errs) != 2 || !errors.Is(errs[0], ErrRestarted) || errs[1] != nil {
		t.Fatal(err, errs)
	}
}

func TestCancel(t *testing.T) {
	s := newStage(t, 1<<20)
	s.inject(distserver.Fault{Kind: distserver.Stall, Bytes: 1 << 19, Event: "never"})
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	err := s.dir.Fetch(ctx, s.want, nil, func(ctx context.Context, r io.Reader) error {
		io.ReadFull(r, make([]byte, 1<<19))
		cancel(cause)
		_, err := io.Copy(io.Discard, r)
		return err
	})
	if !errors.Is(err, cause) {
		t.Fatal(err)
	}
	if got := s.dir.Size(s.want.SHA256); got != 1<<19 {
		t.Fatalf("%d bytes left", got)
	}
}

type progressLog struct{ lines []string }

func (p *progressLog) Start(total, have int64) {
	p.lines = append(p.lines, fmt.Sprintf("start %d of %d", have, total))
}
func (p *progressLog) Add(n int) {
	if last := len(p.lines) - 1; strings.HasPrefix(p.lines[last], "add") {
		var before int
		fmt.Sscanf(p.lines[last], "add %d", &before)
		p.lines, n = p.lines[:last], n+before
	}
	p.lines = append(p.lines, fmt.Sprintf("add %d", n))
}

func TestProgress(t *testing.T) {
	s := newStage(t, 1<<20)
	s.inject(distserver.Fault{Kind: distserver.Truncate, Bytes: 1000, Times: 1})
	var p progressLog
	for range 2 {
		if err := s.dir.Fetch(t.Context(), s.want, &p, nil); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Join(p.lines, ", ")
	if got != "start 0 of 1048576, add 1000, start 1000 of 1048576, add 1047576, start 1048576 of 1048576" {
		t.Fatal(got)
	}
}

// A process killed between the last byte and the rename leaves all of them in the partial file: nobody is asked, and yet the
// progress must not be that of a download which has not begun.
func TestProgressOfWholePartial(t *testing.T) {
	s := newStage(t, 1<<20)
	mustWrite(t, s.file(".partial"), s.data)
	var p progressLog
	if err := s.dir.Fetch(t.Context(), s.want, &p, nil); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(p.lines, ", "); got != "start 1048576 of 1048576" {
		t.Fatal(got)
	}
	s.mustRequest(0)
}

func TestBadHashInManifest(t *testing.T) {
	s := newStage(t, 1)
	for _, sha := range []string{"", "../../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("0", 63) + "/"} {
		s.want.SHA256 = sha
		if _, _, err := s.fetch(); err == nil || !strings.Contains(err.Error(), "64 hexadecimal digits") {
			t.Fatal(err)
		}
	}
	s.mustRequest(0)
}

func TestFetchBytes(t *testing.T) {
	s := newStage(t, 1000)
	s.inject(distserver.Fault{Kind: distserver.Flip, Bytes: 9, Times: 1})
	for range 2 {
		got, err := s.dir.FetchBytes(t.Context(), s.want, 1000)
		if err != nil || !bytes.Equal(got, s.data) {
			t.Fatal(err)
		}
	}
	s.mustRequest(2)
	if _, err := s.dir.FetchBytes(t.Context(), s.want, 999); !is[*TooLargeError](err) {
		t.Fatal(err)
	}
}

func TestFetchBytesStopsAtLimit(t *testing.T) {
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	s := newStage(t, 1)
	s.want.URL = endless.URL
	if _, err := s.dir.FetchBytes(t.Context(), s.want, 1<<20); !is[*TooLargeError](err) {
		t.Fatal(err)
	}
}

func TestShelf(t *testing.T) {
	s := newStage(t, 5000)
	s.mustFetch()
	other := hashOf([]byte("other"))
	mustWrite(t, filepath.Join(s.home, "downloads", other+".partial"), make([]byte, 7))
	mustWrite(t, filepath.Join(s.home, "downloads", other+".etag"), make([]byte, 3))
	mustWrite(t, filepath.Join(s.home, "downloads", "README"), nil)
	list, err := s.dir.List()
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	for _, e := range list {
		complete := e.SHA256 == s.want.SHA256
		if e.Complete != complete || e.ModTime.IsZero() || (complete && e.Size != 5000) || (!complete && e.Size != 10) {
			t.Fatal(e)
		}
	}
	for _, e := range list {
		if err := s.dir.Discard(t.Context(), e.SHA256); err != nil {
			t.Fatal(err)
		}
	}
	s.mustHave("README")
	if locks, _ := os.ReadDir(filepath.Join(s.home, "locks", "download")); len(locks) != 0 {
		t.Fatal("lock files stay:", locks)
	}
	if list, err := NewDir(nil, lockfs.At(t.TempDir())).List(); err != nil || len(list) != 0 {
		t.Fatal(list, err)
	}
}

func TestDiscardWhileFetching(t *testing.T) {
	s := newStage(t, 1<<20)
	err := s.dir.Fetch(t.Context(), s.want, nil, func(_ context.Context, r io.Reader) error {
		io.ReadFull(r, make([]byte, 1))
		if err := s.dir.Discard(context.Background(), s.want.SHA256); !errors.Is(err, lockfs.ErrBusy) {
			t.Errorf("expected ErrBusy, got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
