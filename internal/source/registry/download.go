package registry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"sync/atomic"

	"berth/internal/crate"
	"berth/internal/download"
	"berth/internal/lockfs"
)

// download has the bytes come into a partial file, which becomes the archive when it is whole and right.
func (j job) download(ctx context.Context, held *lockfs.FileLock) error {
	c, sha := j.crates, j.summary.Checksum
	if sha == "" {
		return errNoChecksum
	}
	at, err := j.locate(ctx)
	if err != nil {
		return err
	}
	var size atomic.Int64
	c.progress.announce()
	begun, err := c.turn(ctx, at.URL)
	if err != nil {
		return err
	}
	defer begun()
	meter := &crateMeter{progress: &c.progress, size: &size, begun: begun}
	want := download.Want{URL: at.URL, SHA256: sha, Name: j.summary.ID.FileName(), Header: at.Header}
	err = j.work.archives.FetchHeld(ctx, held, want, meter, nil)
	meter.end()
	if wrong, ok := errors.AsType[*download.ChecksumError](err); ok {
		return &ChecksumError{ID: j.summary.ID, Where: wrong.URL, Expected: wrong.Expected, Got: wrong.Got}
	}
	if absent, ok := errors.AsType[*download.NotFoundError](err); ok && (absent.Status == http.StatusUnauthorized || absent.Status == http.StatusForbidden) {
		return &DeniedError{Registry: j.summary.ID.Source, Status: absent.Status, sent: len(at.Header) > 0, err: err}
	}
	if err != nil {
		return err
	}
	c.progress.arrived(crate.PackageID{Name: j.summary.ID.Name, Version: j.summary.ID.Version, Source: at.From}, size.Load())
	file := j.work.archives.File(sha)
	c.noteOurs(sha, file)
	return held.Rename("registry.crate.commit", file, c.archive(j.origin, j.summary.ID))
}

// noteOurs notes an archive that this process has downloaded, so that it is not hashed again when it is unpacked a moment
// later.
func (c *Crates) noteOurs(sha string, file lockfs.Filesystem) {
	if info, err := file.Stat(); err == nil {
		c.ours.Store(sha, info)
	}
}

// isOurs tells whether a file is the noted one, and nobody wrote to it since.
func (c *Crates) isOurs(sha string, now fs.FileInfo) bool {
	noted, ok := c.ours.LoadAndDelete(sha)
	if !ok {
		return false
	}
	then := noted.(fs.FileInfo)
	return os.SameFile(then, now) && then.ModTime().Equal(now.ModTime()) && then.Size() == now.Size()
}

// ChecksumError says that an archive has other bytes than the registry's index says.
type ChecksumError struct {
	ID            crate.PackageID
	Where         string
	Expected, Got string
}

func (e *ChecksumError) Error() string {
	text := fmt.Sprintf("failed to verify the checksum of `%s`: expected sha256 %s of %s", e.ID, e.Expected, e.Where)
	if e.Got != "" {
		text += ", got " + e.Got
	}
	return text + "; nothing of it was kept. Somebody changed the archive or the index: ask who runs the registry"
}
