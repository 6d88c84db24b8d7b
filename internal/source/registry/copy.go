package registry

import (
	"context"
	"errors"

	"berth/internal/crate"
	"berth/internal/lockfs"
)

// Unpack unpacks a crate anew as <dir>/<crate>-<version>, without what keep does not want; dir, which is made, belongs to
// this call. Its bytes come from the archive, which is hashed, and not from where crates are unpacked for builds: people
// edit files there. An archive that is not on this machine, or is damaged, is downloaded.
func (c *Crates) Unpack(ctx context.Context, o Origin, s *crate.Summary, dir string, keep func(rel string) bool) error {
	j := job{crates: c, origin: o, summary: s, into: dir, keep: keep}
	if s.Checksum == "" {
		return describe(s.ID, errNoChecksum)
	}
	if err := c.unpackAnew(ctx, j); err != nil {
		return describe(s.ID, err)
	}
	return nil
}

func (c *Crates) unpackAnew(ctx context.Context, j job) error {
	if isLocal(j.origin) {
		return j.obtain(ctx, nil)
	}
	err := j.unpackFile(ctx, c.archive(j.origin, j.summary.ID))
	if errors.Is(err, errUnusable) {
		err = c.obtain(ctx, j)
	}
	return err
}

// obtain downloads the crate under its lock, unless somebody else did so by then.
func (c *Crates) obtain(ctx context.Context, j job) error {
	c.enter(1)
	w, err := c.work(ctx, j.origin)
	if err == nil {
		j.work = w
		err = c.lock(w, j.origin, j.summary).With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
			err := j.unpackFile(ctx, c.archive(j.origin, j.summary.ID))
			if errors.Is(err, errUnusable) {
				err = j.obtain(ctx, held)
			}
			return err
		})
	}
	if err == nil {
		c.progress.done()
	}
	return errors.Join(err, c.leave())
}
