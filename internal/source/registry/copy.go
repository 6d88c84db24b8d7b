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
	err := c.unpackCopy(ctx, j)
	if !errors.Is(err, errUnusable) {
		return err
	}
	c.enter(1)
	if err = c.replace(ctx, j.origin, j.summary, lockfs.Ensure); err == nil {
		c.progress.done()
		err = c.unpackCopy(ctx, j)
	}
	return errors.Join(err, c.leave())
}

func (c *Crates) unpackCopy(ctx context.Context, j job) error {
	release, err := c.core(ctx)
	if err != nil {
		return err
	}
	defer release()
	return j.unpackArchive(ctx)
}
