package download

import (
	"context"
	"errors"
	"io"
	"os"

	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

func (j job) hasStock() bool { return j.StockDir != lockfs.Filesystem{} }

// adopt makes stock's complete file, which was read and found right, ours as well: by a second name where that can be,
// since neither side ever writes a complete file, else by a copy. It is a saving for the next time (stock empties its
// folder), so what stands in its way is no error.
func (d *Dir) adopt(ctx context.Context, held *lockfs.FileLock, j job) error {
	if err := crashpoint.Here("download.adopt.before"); err != nil {
		return err
	}
	theirs, ours := held.Path(j.StockDir.Join(j.SHA256)), held.Path(d.complete(j.SHA256))
	info, err := os.Lstat(theirs)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	// The partial file goes first: beside a complete one nobody would look at it again.
	if err := d.forgetPartial(held, j.SHA256); err != nil {
		return err
	}
	if os.Link(theirs, ours) != nil && d.copyStock(ctx, held, theirs, j.SHA256) != nil {
		return nil
	}
	return crashpoint.Here("download.adopt.done")
}

// copyStock goes through the partial file: cut short it is what a partial file is, the first bytes.
func (d *Dir) copyStock(ctx context.Context, held *lockfs.FileLock, theirs, sha string) error {
	from, err := os.Open(theirs)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(held.Path(d.partial(sha)))
	if err != nil {
		return err
	}
	err = d.client.buffers.copyPieces(ctx, from, func(p []byte) error {
		_, err := to.Write(p)
		return err
	})
	if err = errors.Join(err, to.Close()); err != nil {
		return err
	}
	return held.Rename("download.adopt.commit", d.partial(sha), d.complete(sha))
}

// fillFromStock takes what stock's partial file has beyond ours. Bytes that are of no use are found when the hash is
// wrong in the end, as those of a server are.
func (t *transfer) fillFromStock(ctx context.Context, sum io.Writer) error {
	f, err := t.StockDir.Join(t.SHA256 + partialSuffix).Open()
	if err != nil {
		return nil
	}
	defer f.Close()
	if _, err := f.Seek(t.size, io.SeekStart); err != nil {
		return nil
	}
	err = t.dir.client.buffers.copyPieces(ctx, f, func(p []byte) error {
		sum.Write(p)
		return t.write(p)
	})
	return errors.Join(err, crashpoint.Here("download.stock.copied"))
}
