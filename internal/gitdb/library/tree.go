package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"sync"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"berth/internal/gitdb"
)

// files is the tree of one commit.
type files struct {
	mu         sync.Mutex // the library's objects are for one goroutine
	repository *git.Repository
	tree       *object.Tree
}

func (l *library) Tree(_ context.Context, dir, commit string) (gitdb.Tree, error) {
	r, err := l.open(dir)
	if err != nil {
		return nil, err
	}
	c, err := r.CommitObject(plumbing.NewHash(commit))
	if err != nil {
		return nil, gitdb.ErrNoRevision
	}
	tree, err := c.Tree()
	if err != nil {
		return nil, gitdb.ErrNoRevision
	}
	return &files{repository: r, tree: tree}, nil
}

func (f *files) Blob(file string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !gitdb.IsTreePath(file) {
		return "", nil
	}
	return f.blob(file)
}

func (f *files) blob(file string) (string, error) {
	entry, err := f.tree.FindEntry(file)
	switch {
	case err == nil && entry.Mode.IsFile():
		return entry.Hash.String(), nil
	case err == nil, errors.Is(err, object.ErrEntryNotFound), errors.Is(err, object.ErrDirectoryNotFound):
		return "", nil
	}
	// The library says the same of a file that is taken for a directory, and of a directory that cannot be read.
	if above := path.Dir(file); above != "." {
		if blob, _ := f.blob(above); blob != "" {
			return "", nil
		}
	}
	return "", fmt.Errorf("%s: %w", file, err)
}

func (f *files) Read(blob string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, err := f.repository.BlobObject(plumbing.NewHash(blob))
	if err != nil {
		return nil, fmt.Errorf("git object %s: %w", blob, err)
	}
	r, err := b.Reader()
	if err != nil {
		return nil, fmt.Errorf("git object %s: %w", blob, err)
	}
	defer r.Close()
	return io.ReadAll(r)
}

func (f *files) Close() error { return nil }
