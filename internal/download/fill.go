package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"

	"berth/internal/crashpoint"
	"berth/internal/diskspace"
)

// fill adds to the partial file until it is as long as the whole one.
func (t *transfer) fill(ctx context.Context, again bool) error {
	if !again {
		there, err := t.fillFromDisk(ctx)
		if there {
			t.progress.Start(t.size, t.size)
		}
		if there || err != nil {
			return err
		}
	}
	for p := (patience{client: t.dir.client}); ; {
		err := t.ask(ctx)
		if err == nil && t.size < t.total {
			continue // a server may give a range in parts
		}
		if err == nil || errors.As(err, new(*startOver)) {
			return err
		}
		if t.size >= t.best+worthPatience {
			t.best = t.size
			p.renew()
		}
		if err := p.bear(ctx, err); err != nil {
			return err
		}
	}
}

// fillFromDisk takes what is in the partial file, and what stock's has beyond it, and says whether that is all: a
// process that was killed between the last byte and the rename leaves nothing to ask a server for.
func (t *transfer) fillFromDisk(ctx context.Context) (bool, error) {
	sum := sha256.New()
	if err := t.dir.client.buffers.copyPieces(ctx, io.NewSectionReader(t.file, 0, t.size), func(p []byte) error {
		sum.Write(p)
		return nil
	}); err != nil {
		return false, err
	}
	if t.hasStock() {
		if err := t.fillFromStock(ctx, sum); err != nil {
			return false, err
		}
	}
	return t.size > 0 && hex.EncodeToString(sum.Sum(nil)) == t.SHA256, nil
}

// ask makes one request and takes what it brings.
func (t *transfer) ask(ctx context.Context) error {
	answer, err := t.dir.client.get(ctx, t.URL, t.header())
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	p, err := judge(answer, shownText(t.URL), t.size, t.total)
	if err != nil {
		return err
	}
	if p.from < t.size { // the server knows no ranges, or has another version
		if err := t.restart(ctx); err != nil {
			return err
		}
	}
	if err := t.expect(p, answer.Header.Get("ETag")); err != nil {
		return err
	}
	if err := t.dir.client.buffers.copyPieces(ctx, answer.Body, func(piece []byte) error { return t.take(piece, p) }); err != nil {
		return err
	}
	if t.size < p.to {
		return &AnswerError{URL: shownText(t.URL), Expected: fmt.Sprintf("the bytes up to %d", p.to), Got: fmt.Sprintf("an end at %d", t.size)}
	}
	return nil
}

func (t *transfer) header() http.Header {
	h := http.Header{}
	maps.Copy(h, t.Header)
	if t.size == 0 {
		return h
	}
	h.Set("Range", fmt.Sprintf("bytes=%d-", t.size))
	data, _ := t.dir.etag(t.SHA256).ReadFile()
	if tag, ok := strongTag(string(data)); ok {
		h.Set("If-Range", tag)
	}
	return h
}

// restart begins at the first byte within an answer.
func (t *transfer) restart(ctx context.Context) error {
	t.follower.end(ErrRestarted)
	if err := t.empty(); err != nil {
		return err
	}
	t.begin(ctx)
	return nil
}

// expect notes what the answer says about the whole file, before its first byte.
func (t *transfer) expect(p part, etag string) error {
	if p.from == 0 || p.total >= 0 { // a new version may have an unknown length; a range may leave it unsaid
		t.total = p.total
	}
	if t.limit > 0 && t.total > t.limit {
		return &TooLargeError{URL: shownText(t.URL), Limit: t.limit}
	}
	t.progress.Start(t.total, t.size)
	tag, ok := strongTag(etag)
	if t.size > 0 || !ok {
		return nil
	}
	// Not synced: a torn tag is one that the server does not know, and costs bytes, never right ones.
	if err := os.WriteFile(t.held.Path(t.dir.etag(t.SHA256)), []byte(tag), 0o666); err != nil {
		return t.diskError(err)
	}
	return crashpoint.Here("download.etag.written")
}

// take writes what an answer brought, if it is still within what was announced.
func (t *transfer) take(piece []byte, p part) error {
	if p.to >= 0 && t.size+int64(len(piece)) > p.to {
		return &startOver{&AnswerError{URL: shownText(t.URL), Expected: fmt.Sprintf("an end at byte %d", p.to), Got: "more"}}
	}
	if t.limit > 0 && t.size+int64(len(piece)) > t.limit {
		return &TooLargeError{URL: shownText(t.URL), Limit: t.limit}
	}
	if err := t.write(piece); err != nil {
		return err
	}
	t.progress.Add(len(piece))
	return nil
}

// chunk is how many bytes lie between two passages of a transfer's crash point.
const chunk = 1 << 20

// write puts bytes into the file at once: they have arrived, and a kill in the next moment must not lose them.
func (t *transfer) write(piece []byte) error {
	if _, err := t.file.WriteAt(piece, t.size); err != nil {
		return t.diskError(err)
	}
	before := t.size
	t.size += int64(len(piece))
	t.follower.feed.grow(int64(len(piece)))
	if before/chunk == t.size/chunk {
		return nil
	}
	return t.diskError(crashpoint.Here("download.chunk"))
}

func (t *transfer) diskError(err error) error {
	if !diskspace.IsFull(err) {
		return err
	}
	path := t.held.Path(t.dir.partial(t.SHA256))
	needed := int64(-1)
	if t.total >= 0 {
		needed = t.total - t.size
	}
	free, ok := diskspace.Free(filepath.Dir(path))
	if !ok {
		free = -1
	}
	return &DiskFullError{Path: path, Needed: needed, Free: free, Err: err}
}

// copyPieces hands on what r has, piece by piece as it comes.
func (b *buffers) copyPieces(ctx context.Context, r io.Reader, take func([]byte) error) error {
	buf := b.get()
	defer b.put(buf)
	for {
		n, err := r.Read(buf[:])
		if n > 0 {
			if err := take(buf[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return err
		}
	}
}
