package lockfs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"
)

const (
	// aloneSuffix marks the directory that stands for a lock where there are none.
	aloneSuffix = ".alone"
	// aloneAge is how old it may get: it is there for a few system calls.
	aloneAge = 10 * time.Second
)

// Alone runs a step of a few system calls, such as a comparison and the rename that
// rests on it, which nobody who holds the same lock may come into: on a file system
// without locks, where all of them hold it, a directory that only one can make
// keeps the others out. One that was killed in the step, or stopped for long, is
// passed over after ten seconds.
func (h *FileLock) Alone(ctx context.Context, step func() error) error {
	h.check()
	if h.Excludes() {
		return step()
	}
	dir := h.lock.file.path + aloneSuffix
	for {
		err := os.Mkdir(dir, 0o777)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if info, err := os.Lstat(dir); err == nil && time.Since(info.ModTime()).Abs() > aloneAge {
			os.Remove(dir)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Millisecond):
		}
	}
	return errors.Join(step(), absent(os.Remove(dir)))
}
