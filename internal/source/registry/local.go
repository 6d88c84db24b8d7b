package registry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/resolve"
	"berth/internal/source/index"
)

// Local is a local registry: a directory with index files and archives.
type Local struct {
	name   string
	as     crate.SourceID // in whose name it answers
	root   lockfs.Filesystem
	crates *Crates
	open   func() error
	files  sync.Map // of func() (*index.File, error), by name
}

// NewLocal is the local registry real, which speaks in the name of another if it stands in for that.
func NewLocal(env Env, real, as crate.SourceID) *Local {
	l := &Local{name: real.DirName(), as: as, root: lockfs.At(real.Dir()), crates: env.Crates}
	l.open = sync.OnceValue(l.look)
	return l
}

// Dir is the registry's name below registry/src.
func (l *Local) Dir() string { return l.name }

// Locate is the archive in the registry's directory.
func (l *Local) Locate(_ context.Context, s *crate.Summary) (Location, error) {
	return Location{File: l.root.Join(s.ID.FileName() + ".crate")}, nil
}

// Query reads the crate's index file.
func (l *Local) Query(_ context.Context, q resolve.Query) ([]*crate.Summary, error) {
	file, err := l.file(q.Name)
	if err != nil {
		return nil, err
	}
	return file.Match(q.Name, q.Matches), nil
}

// look tells whether the registry is there.
func (l *Local) look() error {
	for _, dir := range []lockfs.Filesystem{l.root, l.root.Join("index")} {
		if info, err := dir.Stat(); err != nil || !info.IsDir() {
			return fmt.Errorf("local registry path is not a directory: %s", dir.Display())
		}
	}
	return nil
}

// file is a crate's index file, read once: the resolver asks for the same crate with many requirements.
func (l *Local) file(name string) (*index.File, error) {
	if err := l.open(); err != nil {
		return nil, err
	}
	read, ok := l.files.Load(name)
	if !ok {
		read, _ = l.files.LoadOrStore(name, sync.OnceValues(func() (*index.File, error) { return l.read(name) }))
	}
	return read.(func() (*index.File, error))()
}

func (l *Local) read(name string) (*index.File, error) {
	if !isFileName(name) {
		return index.Parse(l.as, nil), nil
	}
	data, err := l.root.Join("index", index.Path(name)).ReadFile()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return index.Parse(l.as, data), nil
}

// Similar are the names that the index has with - and _ changed.
func (l *Local) Similar(_ context.Context, q resolve.Query) ([]string, error) {
	return similar(q.Name, l.file)
}

// Rejected: there is nothing that Query leaves out.
func (l *Local) Rejected(context.Context, resolve.Query) ([]resolve.Rejected, error) { return nil, nil }

// Fetch has the crates unpacked.
func (l *Local) Fetch(ctx context.Context, wanted []*crate.Summary) error {
	return l.crates.Fetch(ctx, l, wanted)
}

// Directory has one crate unpacked and is where.
func (l *Local) Directory(ctx context.Context, s *crate.Summary) (string, error) {
	return l.crates.directory(ctx, l, s)
}

// Unpack unpacks one crate into a directory; see [Crates.Unpack].
func (l *Local) Unpack(ctx context.Context, s *crate.Summary, dir string, keep func(rel string) bool) error {
	return l.crates.Unpack(ctx, l, s, dir, keep)
}
