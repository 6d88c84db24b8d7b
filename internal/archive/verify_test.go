package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"
)

// DamageError says that a tree is not what Unpack once listed.
type DamageError struct {
	Dir, Path string
	Reason    string
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%q in %s is damaged: %s; install the component again", e.Path, e.Dir, e.Reason)
}

// Verify reads every file and holds it against its size and sum, and looks whether every directory is there: the answer
// to a power failure. The first difference is a *DamageError. Modes and times are not compared, since people and copies
// change these without harm, and what is there beyond the list is not looked for.
func Verify(ctx context.Context, dir string, files []File, dirs []Dir) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	defer root.Close()
	v := verifier{root: root, dir: dir}
	for _, d := range dirs {
		if err := v.isKind(d.Path, fs.ModeDir); err != nil {
			return err
		}
	}
	g, running := errgroup.WithContext(ctx)
	g.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for _, f := range files {
		if running.Err() != nil {
			break
		}
		g.Go(func() error { return v.file(running, f) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

type verifier struct {
	root *os.Root
	dir  string
}

func (v verifier) damage(name, format string, args ...any) error {
	return &DamageError{Dir: v.dir, Path: name, Reason: fmt.Sprintf(format, args...)}
}

// isKind looks before anything is opened: a pipe in a file's place would block.
func (v verifier) isKind(name string, want fs.FileMode) error {
	st, err := v.root.Lstat(filepath.FromSlash(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return v.damage(name, "it is missing")
	case err != nil:
		return fmt.Errorf("verify: %w", err)
	case st.Mode().Type() != want:
		return v.damage(name, "it is of another kind (%v)", st.Mode())
	}
	return nil
}

func (v verifier) file(ctx context.Context, want File) error {
	if err := v.isKind(want.Path, 0); err != nil {
		return err
	}
	f, err := v.root.Open(filepath.FromSlash(want.Path))
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	defer f.Close()
	sum := xxhash.New()
	size, err := io.Copy(sum, ctxReader{ctx, f})
	switch {
	case err != nil:
		return fmt.Errorf("verify %s: %w", want.Path, err)
	case size != want.Size:
		return v.damage(want.Path, "it has %d bytes instead of %d", size, want.Size)
	case sum.Sum64() != want.Sum:
		return v.damage(want.Path, "its contents differ")
	}
	return nil
}

// ctxReader ends a long read soon after ctx does.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (r ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}
