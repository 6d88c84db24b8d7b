package cargohome_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"berth/internal/cargohome"
	"berth/internal/flock"
	"berth/internal/lastuse"
	"berth/internal/lockfs"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// stockLock locks a file of the home as stock Cargo does.
func stockLock(t *testing.T, home lockfs.Filesystem, name string) (release func()) {
	t.Helper()
	f := must(os.OpenFile(home.Join(name).Display(), os.O_CREATE|os.O_RDWR, 0o644))
	if err := flock.Try(f, flock.Exclusive); err != nil {
		t.Fatal(err)
	}
	return func() { f.Close() }
}

func TestPublishWaitsForStockAndNothingElse(t *testing.T) {
	root := lockfs.At(t.TempDir())
	home := cargohome.Open(root)
	release := stockLock(t, root, ".package-cache")
	var ran atomic.Int32
	results := make(chan error)
	const publications = 20
	for range publications {
		go func() {
			results <- home.Publish(t.Context(), func(held *lockfs.FileLock) error {
				ran.Add(1)
				return held.WriteUnsynced("test", root.Join("file"), nil)
			})
		}()
	}
	ctx, lease, err := home.Reading(t.Context())
	if err != nil || lease == nil {
		t.Fatalf("reading beside a download of stock's: %v", err)
	}
	defer lease.Close()
	if err := home.SaveUsed(ctx); err != nil {
		t.Fatal(err)
	}
	if n := ran.Load(); n != 0 {
		t.Fatalf("%d publications beside stock", n)
	}
	release()
	for range publications {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
	}
	if n := ran.Load(); n != publications {
		t.Errorf("%d publications ran, expected %d", n, publications)
	}
}

func TestEachPublicationHasItsOwnError(t *testing.T) {
	home := cargohome.Open(lockfs.At(t.TempDir()))
	results := make(chan error)
	wrong := errors.New("wrong")
	for i := range 50 {
		go func() {
			err := home.Publish(t.Context(), func(*lockfs.FileLock) error {
				if i%2 == 0 {
					return wrong
				}
				return nil
			})
			if (i%2 == 0) != (err == wrong) {
				results <- errors.Join(errors.New("unexpected"), err)
				return
			}
			results <- nil
		}()
	}
	for range 50 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

func TestPublishEndsWithItsContext(t *testing.T) {
	root := lockfs.At(t.TempDir())
	home := cargohome.Open(root)
	release := stockLock(t, root, ".package-cache")
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("interrupted")
	cancel(reason)
	if err := home.Publish(ctx, func(*lockfs.FileLock) error { return nil }); !errors.Is(err, reason) {
		t.Fatal(err)
	}
	release()
	if err := home.Publish(t.Context(), func(*lockfs.FileLock) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// TestWhoDoesNotLeadEndsWithItsContextToo: the leader waits for stock, and goes on to.
func TestWhoDoesNotLeadEndsWithItsContextToo(t *testing.T) {
	root := lockfs.At(t.TempDir())
	home := cargohome.Open(root)
	release := stockLock(t, root, ".package-cache")
	waits := make(chan struct{})
	leading := lockfs.WithSession(t.Context(), &lockfs.Session{Notice: whenWaiting(func() { close(waits) })})
	led := make(chan error)
	go func() { led <- home.Publish(leading, func(*lockfs.FileLock) error { return nil }) }()
	<-waits
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("interrupted")
	cancel(reason)
	if err := home.Publish(ctx, func(*lockfs.FileLock) error { return errors.New("published") }); !errors.Is(err, reason) {
		t.Error(err)
	}
	release()
	if err := <-led; err != nil {
		t.Error(err)
	}
}

// whenWaiting is told that a lock is waited for.
type whenWaiting func()

func (w whenWaiting) Waiting(lockfs.Waiting) func() { w(); return func() {} }
func (whenWaiting) NoLocks(string)                  {}

func TestReadingKeepsCollectionAway(t *testing.T) {
	root := lockfs.At(filepath.Join(t.TempDir(), "new"))
	home := cargohome.Open(root)
	_, one, err := home.Reading(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, two, err := home.Reading(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f := must(os.Open(root.Join(".package-cache-mutate").Display()))
	defer f.Close()
	if err := flock.Try(f, flock.Exclusive); !errors.Is(err, flock.ErrBusy) {
		t.Fatalf("%v, expected that it is busy", err)
	}
	one.Close()
	two.Close()
	if err := flock.Try(f, flock.Exclusive); err != nil {
		t.Fatal(err)
	}
}

func TestPrepareMarksTheCache(t *testing.T) {
	root := lockfs.At(t.TempDir())
	home := cargohome.Open(root)
	for i := range 2 {
		if i == 1 { // who wrote it was killed
			home = cargohome.Open(root)
			must(0, os.WriteFile(root.Join("git", "CACHEDIR.TAG").Display(), []byte("Signat"), 0o644))
		}
		if err := errors.Join(home.PrepareRegistry(), home.PrepareGit()); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []string{"registry", "git"} {
		if text, err := root.Join(part, "CACHEDIR.TAG").ReadFile(); err != nil || !strings.HasPrefix(string(text), "Signature: 8a477f597d28d172789f06886806bc55\n") {
			t.Errorf("%q, %v", text, err)
		}
	}
}

func TestSaveUsedWithoutADatabase(t *testing.T) {
	root := lockfs.At(t.TempDir())
	home := cargohome.Open(root)
	home.Used(lastuse.Use{Kind: lastuse.Index, Parent: "x"})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := home.SaveUsed(ctx); err != nil || root.Join(".global-cache").Exists() {
		t.Fatal(err)
	}
}

// TestSaveUsedWaitsForNobody: while another command notes what it uses, the work goes on without a note.
func TestSaveUsedWaitsForNobody(t *testing.T) {
	root := lockfs.At(t.TempDir())
	if err := os.WriteFile(root.Join(".global-cache").Display(), []byte("no database"), 0o644); err != nil {
		t.Fatal(err)
	}
	home := cargohome.Open(root)
	_, held, err := home.Lock(lockfs.RankGlobalCache, "times of last use", "global-cache").Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	home.Used(lastuse.Use{Kind: lastuse.Index, Parent: "x"})
	if err := home.SaveUsed(t.Context()); err != nil {
		t.Errorf("it was not left alone: %v", err)
	}
	held.Close()
	home.Used(lastuse.Use{Kind: lastuse.Index, Parent: "x"})
	if home.SaveUsed(t.Context()) == nil {
		t.Error("nobody looked at what is no database")
	}
}
