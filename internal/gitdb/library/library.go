// Package library does git's work by go-git, for machines without the git command. It knows http, https, ssh with an
// agent, git:// and files, and no credential helpers.
//
// It is linked into cmd/berth-git alone: go-git and what it brings along take two milliseconds to start, four times of
// what berth itself may take, which is also the proxy of every rustc call.
package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-billy/v5/osfs"
	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
	"github.com/go-git/go-git/v5/plumbing/transport/server"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"berth/internal/gitdb"
)

// library is go-git.
type library struct {
	http     gitdb.HTTP
	pace     *pace
	progress io.Writer
}

// New is the engine that needs no git command. What servers say of their progress goes to progress. The library keeps
// its transports for all of a process, so the latest engine's settings hold.
func New(h gitdb.HTTP, progress io.Writer) gitdb.Engine {
	serveFiles()
	p := paceOf(h)
	over := githttp.NewClient(&http.Client{Transport: p.transport(proxies{h, os.Getenv}.of)})
	client.InstallProtocol("http", over)
	client.InstallProtocol("https", over)
	if p.window > 0 {
		client.InstallProtocol("git", daemons{p})
		client.InstallProtocol("ssh", newShells(p))
	}
	return &library{h, p, progress}
}

// serveFiles has the library read file: URLs itself; by itself it would start git's upload-pack.
var serveFiles = sync.OnceFunc(func() { client.InstallProtocol("file", server.NewClient(fileLoader{})) })

// fileLoader opens the repository of a file: URL, bare or with a work tree.
type fileLoader struct{}

func (fileLoader) Load(endpoint *transport.Endpoint) (storer.Storer, error) {
	for _, dir := range []string{filepath.Join(endpoint.Path, ".git"), endpoint.Path, endpoint.Path + ".git"} {
		if _, err := os.Stat(filepath.Join(dir, "objects")); err == nil {
			return openStorage(dir), nil
		}
	}
	return nil, transport.ErrRepositoryNotFound
}

// openStorage opens the objects and references of the repository at dir, and those that it borrows.
func openStorage(dir string) *filesystem.Storage {
	return filesystem.NewStorageWithOptions(osfs.New(dir), cache.NewObjectLRUDefault(), filesystem.Options{AlternatesFS: osfs.New(rootOf(dir))})
}

func rootOf(dir string) string { return filepath.VolumeName(dir) + string(filepath.Separator) }

func (l *library) open(dir string) (*git.Repository, error) {
	r, err := git.Open(openStorage(dir), nil)
	if err != nil {
		return nil, fmt.Errorf("%s: expected a git repository: %w", dir, err)
	}
	return r, nil
}

func (l *library) Fetch(ctx context.Context, dir, address string, w gitdb.Wants) error {
	r, err := l.open(dir)
	if err != nil {
		return err
	}
	if pack := cutPack(dir); pack != "" {
		return gitdb.NewFetchError(address, pack+" is cut short", gitdb.Damaged)
	}
	o := &git.FetchOptions{RemoteURL: address, Force: true, Tags: git.NoTags, Progress: l.progress}
	if w.Tags {
		o.Tags = git.AllTags
	}
	for _, ref := range w.Refs {
		o.RefSpecs = append(o.RefSpecs, config.RefSpec(ref))
	}
	if l.http.CAInfo != "" {
		if o.CABundle, err = os.ReadFile(l.http.CAInfo); err != nil {
			return fmt.Errorf("http.cainfo: %w", err)
		}
	}
	remote := git.NewRemote(r.Storer, &config.RemoteConfig{Name: "origin", URLs: []string{address}})
	err = remote.FetchContext(ctx, o)
	switch {
	case err == nil || errors.Is(err, git.NoErrAlreadyUpToDate):
		return whole(r, address)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case l.pace.missed.Load(): // which the library's words need not say
		return gitdb.NewFetchError(address, l.pace.Error(), gitdb.Network)
	default:
		return l.explain(address, err)
	}
}

// whole looks whether what the references name can be read: for the library an object is there when an index of a pack
// lists it, even where the pack itself is cut.
func whole(r *git.Repository, address string) error {
	all, err := r.References()
	if err != nil {
		return err
	}
	seen := map[plumbing.Hash]bool{}
	return all.ForEach(func(ref *plumbing.Reference) error {
		hash := ref.Hash()
		if ref.Type() != plumbing.HashReference || seen[hash] {
			return nil
		}
		seen[hash] = true
		if _, err := r.Object(plumbing.AnyObject, hash); err != nil {
			return gitdb.NewFetchError(address, fmt.Sprintf("%s is at %s, which cannot be read: %v", ref.Name(), hash, err), gitdb.Damaged)
		}
		return nil
	})
}

// explain keeps the library's words; where its kinds of errors do not tell what would help, the words may.
func (l *library) explain(address string, err error) error {
	kind := gitdb.Other
	var noMatch git.NoMatchingRefSpecError
	switch {
	case errors.As(err, &noMatch), errors.Is(err, transport.ErrRepositoryNotFound), errors.Is(err, git.ErrExactSHA1NotSupported), errors.Is(err, transport.ErrEmptyRemoteRepository):
		kind = gitdb.Missing
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		kind = gitdb.Denied
	}
	return gitdb.NewFetchError(address, err.Error(), kind)
}

func (l *library) Commit(_ context.Context, dir, name string) (string, error) {
	r, err := l.open(dir)
	if err != nil {
		return "", err
	}
	hash := plumbing.NewHash(name)
	if !plumbing.IsHash(name) { // else it is no tag either, whatever that is called
		found, err := r.ResolveRevision(plumbing.Revision(name))
		if err != nil {
			return "", gitdb.ErrNoRevision
		}
		hash = *found
	}
	commit, err := peel(r, hash)
	if err != nil {
		return "", err
	}
	if _, err := commit.Tree(); err != nil {
		return "", gitdb.ErrNoRevision
	}
	return commit.Hash.String(), nil
}

func peel(r *git.Repository, hash plumbing.Hash) (*object.Commit, error) {
	for {
		if commit, err := r.CommitObject(hash); err == nil {
			return commit, nil
		}
		tag, err := r.TagObject(hash)
		if err != nil {
			return nil, gitdb.ErrNoRevision
		}
		hash = tag.Target
	}
}

func (l *library) Abbreviate(_ context.Context, dir, commit string) (string, error) {
	storage := openStorage(dir)
	for n := 7; n < len(commit); n++ {
		prefix := plumbing.NewHash(commit[:n&^1])
		found, err := storage.HashesWithPrefix(prefix[:n/2])
		if err != nil {
			return "", err
		}
		same := 0
		for _, hash := range found {
			if strings.HasPrefix(hash.String(), commit[:n]) {
				same++
			}
		}
		if same <= 1 {
			return commit[:n], nil
		}
	}
	return commit, nil
}

func (l *library) tree(dir, commit string) (*object.Tree, error) {
	r, err := l.open(dir)
	if err != nil {
		return nil, err
	}
	c, err := r.CommitObject(plumbing.NewHash(commit))
	if err != nil {
		return nil, gitdb.ErrNoRevision
	}
	return c.Tree()
}

func (l *library) File(_ context.Context, dir, commit, path string) ([]byte, error) {
	tree, err := l.tree(dir, commit)
	if err != nil {
		return nil, err
	}
	entry, err := tree.FindEntry(path)
	if errors.Is(err, object.ErrEntryNotFound) || errors.Is(err, object.ErrDirectoryNotFound) || err == nil && !entry.Mode.IsFile() {
		return nil, fmt.Errorf("%s of commit %s: %w", path, commit, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	file, err := tree.TreeEntryFile(entry)
	if err != nil {
		return nil, err
	}
	content, err := file.Contents()
	return []byte(content), err
}

func (l *library) Submodule(_ context.Context, dir, commit, path string) (string, error) {
	tree, err := l.tree(dir, commit)
	if err != nil {
		return "", err
	}
	entry, err := tree.FindEntry(path)
	if err != nil || entry.Mode != filemode.Submodule {
		return "", nil
	}
	return entry.Hash.String(), nil
}

func (l *library) CheckOut(_ context.Context, dir, tree, commit string) error {
	hash := plumbing.NewHash(commit)
	storage := openStorage(dir)
	if err := storage.SetReference(plumbing.NewHashReference(plumbing.Master, hash)); err != nil {
		return err
	}
	r, err := git.Open(storage, osfs.New(tree, osfs.WithBoundOS()))
	if err != nil {
		return err
	}
	w, err := r.Worktree()
	if err != nil {
		return err
	}
	return w.Reset(&git.ResetOptions{Commit: hash, Mode: git.HardReset})
}

// Repack leaves the packs as they are: the library's way of packing keeps only what references name.
func (l *library) Repack(context.Context, string) error { return nil }
