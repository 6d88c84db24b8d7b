package download

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"berth/internal/lockfs"
)

// Have tells whether the complete file is there. Whether it is whole is known when it is read.
func (d *Dir) Have(sha string) bool {
	return isSHA256(sha) && d.complete(sha).Exists()
}

// Size is how many bytes of the file are there: for those who wait for another process.
func (d *Dir) Size(sha string) int64 {
	if !isSHA256(sha) {
		return 0
	}
	for _, file := range []lockfs.Filesystem{d.partial(sha), d.complete(sha)} { // in this order, for the rename in between
		if info, err := file.Stat(); err == nil {
			return info.Size()
		}
	}
	return 0
}

// Entry is what there is of one hash.
type Entry struct {
	SHA256   string
	Size     int64 // on disk, everything together
	ModTime  time.Time
	Complete bool
}

// List says what is there, sorted by hash. Files with names of another kind are not ours and not listed.
func (d *Dir) List() ([]Entry, error) {
	files, err := d.files.ReadDir()
	if err != nil {
		return nil, err
	}
	found := map[string]Entry{}
	for _, f := range files {
		sha, suffix, _ := strings.Cut(f.Name(), ".")
		info, err := f.Info()
		if !isSHA256(sha) || err != nil {
			continue
		}
		e := found[sha]
		e.SHA256 = sha
		e.Size += info.Size()
		e.Complete = e.Complete || suffix == ""
		if info.ModTime().After(e.ModTime) {
			e.ModTime = info.ModTime()
		}
		found[sha] = e
	}
	entries := make([]Entry, 0, len(found))
	for _, e := range found {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.SHA256, b.SHA256) })
	return entries, nil
}

// Discard removes what there is of a hash, and its lock file. It never waits: lockfs.ErrBusy says that somebody is at
// it. A process that reads the complete file goes on reading it, or on Windows keeps it from being removed.
func (d *Dir) Discard(ctx context.Context, sha string) error {
	if !isSHA256(sha) {
		return os.ErrInvalid
	}
	_, held, err := d.lock(Want{SHA256: sha}).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return err
	}
	defer held.Close()
	if err := d.forgetPartial(held, sha); err != nil {
		return err
	}
	if err := held.Remove("download.discard", d.complete(sha)); err != nil {
		return err
	}
	return held.Retire()
}

// DiscardHeld is Discard for who knows otherwise that nobody is at it, and holds a lock of their own.
func (d *Dir) DiscardHeld(held *lockfs.FileLock, sha string) error {
	if !isSHA256(sha) {
		return os.ErrInvalid
	}
	if err := d.forgetPartial(held, sha); err != nil {
		return err
	}
	return held.Remove("download.discard", d.complete(sha))
}

// FetchBytes is Fetch for a small document, a manifest by its known hash: it comes over the network once per machine
// and is returned whole.
func (d *Dir) FetchBytes(ctx context.Context, w Want, limit int64) ([]byte, error) {
	var data bytes.Buffer
	err := d.fetch(ctx, job{Want: w, limit: limit, follow: func(_ context.Context, r io.Reader) error {
		data.Reset()
		_, err := data.ReadFrom(r)
		return err
	}})
	if err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}
