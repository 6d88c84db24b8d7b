package registry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"berth/internal/crate"
	"berth/internal/gitdb"
	"berth/internal/lockfs"
	"berth/internal/resolve"
	"berth/internal/source/index"
)

// indexHead is what is fetched of an index, as stock does it, and how it is called on this machine.
const indexHead = "refs/remotes/origin/HEAD"

// Git is a registry whose index is a git repository. It lies in registry/index/NAME/.git, as if there were a work tree;
// older Cargos made one. It may be used by any number of goroutines.
//
// It is fetched at most once a command, and only for what Cargo.lock does not name or the present commit has not; a fetch
// that another process ended after this command began is as good. Who reads waits for nobody.
type Git struct {
	shelf
	db *gitdb.Database

	updating sync.Mutex
	updated  bool
	failed   error

	reading sync.Mutex
	opened  bool
	seen    fs.FileInfo // the database, when it was opened
	tree    gitdb.Tree  // nil where nothing has been fetched
	commit  string
	files   map[string]*index.File // of the crates that are open: many requirements are asked for
}

// NewGit is the registry real, which speaks in the name of another if it stands in for that.
func NewGit(env Env, real, as crate.SourceID) *Git {
	r := &Git{files: map[string]*index.File{}}
	r.shelf.open(env, real, as)
	key := "index-" + r.name
	r.db = gitdb.Open(gitdb.Place{
		Databases: env.Home.Index(r.name), Name: ".git", HasTree: true,
		Work: env.Home.Private("git"), Key: key,
		Staging: env.Home.Staging(),
		Lock:    env.Home.Lock(lockfs.RankGitDatabase, "index of "+real.RegistryName(), "git-db", key),
		Guard:   r.guard,
	}, gitdb.Lazy(env.Git))
	return r
}

// guard prepares registry/ as stock has it, then keeps stock out.
func (r *Git) guard(ctx context.Context, fn func(*lockfs.FileLock) error) error {
	if err := r.env.Home.PrepareRegistry(); err != nil {
		return err
	}
	return r.env.Home.Publish(ctx, fn)
}

// Query finds the versions of a crate: in the commit that is here for what Cargo.lock names, else in the registry's.
func (r *Git) Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error) {
	if !isFileName(q.Name) {
		return nil, nil
	}
	r.note()
	if q.Locked || q.AtHand || r.env.Offline != "" {
		file, err := r.file(ctx, q.Name, !q.Locked)
		if err != nil {
			return nil, err
		}
		found := file.Match(q.Name, q.Matches)
		if r.env.Offline != "" {
			return r.downloaded(found), nil
		}
		if len(found) > 0 || q.AtHand && file.Len() > 0 {
			return found, nil
		}
	}
	file, err := r.newest(ctx, q.Name)
	return file.Match(q.Name, q.Matches), err
}

// newest is a crate's index file after the update.
func (r *Git) newest(ctx context.Context, name string) (*index.File, error) {
	if err := r.update(ctx); err != nil {
		return index.Parse(r.as, nil), err
	}
	return r.file(ctx, name, true)
}

// request is the fetch of the index.
func (r *Git) request() gitdb.Request {
	return gitdb.Request{URL: r.real.URL(), Wants: gitdb.Wants{Refs: []string{"+HEAD:" + indexHead}}, Since: r.env.Began, Begin: func() (gitdb.Patience, error) {
		if r.env.Offline != "" {
			return gitdb.Patience{}, &OfflineError{Flag: r.env.Offline}
		}
		r.env.Voice.Status("Updating", r.real.IndexName())
		return r.env.Patience()
	}}
}

// update has the newest commit here, once a command. That it cannot be had is not tried again either.
func (r *Git) update(ctx context.Context) error {
	r.updating.Lock()
	defer r.updating.Unlock()
	if r.updated || r.failed != nil {
		return r.failed
	}
	err := r.db.Fetch(ctx, r.request())
	switch {
	case err == nil:
		r.updated = true
		return r.reopen()
	case ctx.Err() == nil:
		r.failed = err
	}
	return err
}

// reopen has what was opened opened anew, at the commit that is here now.
func (r *Git) reopen() error {
	r.reading.Lock()
	defer r.reading.Unlock()
	if r.tree == nil {
		r.opened = false
		return nil
	}
	if now, _ := r.db.Ref(indexHead); now == r.commit {
		return nil
	}
	err := r.tree.Close()
	r.opened, r.tree, r.files = false, nil, map[string]*index.File{}
	return err
}

// file is what the commit that is here says of a crate; empty where it says nothing, or where there is none. With keep
// unset the text is not held: of a Cargo.lock each file is wanted once.
func (r *Git) file(ctx context.Context, name string, keep bool) (*index.File, error) {
	path := index.Path(name)
	r.reading.Lock()
	defer r.reading.Unlock()
	if file := r.files[path]; file != nil {
		return file, nil
	}
	file, blob, err := r.read(ctx, name, path)
	if err != nil && r.env.Offline == "" && ctx.Err() == nil && !errors.Is(err, gitdb.ErrNoGit) {
		file, blob, err = r.readRenewed(ctx, name, path)
	}
	if err != nil {
		return index.Parse(r.as, nil), r.describe(err)
	}
	if blob != "" {
		err = r.cache(ctx, name, file, blob)
	}
	if keep {
		r.files[path] = file
	}
	return file, err
}

func (r *Git) describe(err error) error {
	hint := ""
	if r.env.Offline != "" && !errors.Is(err, gitdb.ErrNoGit) {
		hint = "; it is fetched anew by a run without " + r.env.Offline
	}
	return fmt.Errorf("cannot read the index of %s: %w%s", r.real, err, hint)
}

// readRenewed fetches a damaged index anew, unless somebody has while it was open here, then reads it.
func (r *Git) readRenewed(ctx context.Context, name, path string) (file *index.File, blob string, err error) {
	if r.tree != nil {
		r.tree.Close()
	}
	r.opened, r.tree = false, nil
	if err := r.db.Renew(ctx, r.seen, r.request()); err != nil {
		return nil, "", err
	}
	return r.read(ctx, name, path)
}

// read reads one file, from stock's cache where that is of the same blob; what the cache has not has a blob.
func (r *Git) read(ctx context.Context, name, path string) (file *index.File, blob string, err error) {
	if err := r.openTree(ctx); err != nil {
		return nil, "", err
	}
	cached, version := r.readCache(name)
	if r.tree == nil { // stock removes a cache without an index; until then it does
		return cached, "", nil
	}
	blob, err = r.tree.Blob(path)
	switch {
	case err != nil:
		return nil, "", err
	case blob == "":
		return index.Parse(r.as, nil), "", nil
	case cached.Len() > 0 && (version == blob || version == r.commit): // older Cargos wrote the name of the commit
		return cached, "", nil
	}
	text, err := r.tree.Read(blob)
	return index.Parse(r.as, text), blob, err
}

// openTree opens the commit that is here, if there is one.
func (r *Git) openTree(ctx context.Context) error {
	if r.opened {
		return nil
	}
	r.seen = r.db.Identity()
	commit, ok := r.db.Ref(indexHead)
	if !ok {
		r.opened = true
		return nil
	}
	tree, err := r.db.Tree(ctx, commit)
	if err != nil {
		return fmt.Errorf("commit %s: %w", commit, err)
	}
	r.opened, r.tree, r.commit = true, tree, commit
	return nil
}

// cache writes a cache file, unless somebody else is at the same, or nothing can be written.
func (r *Git) cache(ctx context.Context, name string, file *index.File, version string) error {
	to := r.cacheFile(name)
	lock := r.work().Lock(lockfs.RankIndexFile, "index file of "+name, "index", r.name, name)
	_, held, err := lock.Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) || errors.Is(err, lockfs.ErrNoLockFile) {
		return nil
	}
	if err != nil {
		return r.tolerate(err)
	}
	defer held.Close()
	if err = to.Join("..").MkdirAll(); err == nil {
		err = r.writeCache(held, to, file, version)
	}
	return r.tolerate(err)
}

// Rejected are versions that --offline leaves out.
func (r *Git) Rejected(ctx context.Context, q resolve.Query) ([]resolve.Rejected, error) {
	if r.env.Offline == "" || !isFileName(q.Name) {
		return nil, nil
	}
	file, err := r.file(ctx, q.Name, true)
	return r.rejected(file, q), err
}

// Similar are the crates whose name has - and _ changed.
func (r *Git) Similar(ctx context.Context, q resolve.Query) ([]string, error) {
	return similar(q.Name, func(name string) (*index.File, error) {
		if r.env.Offline != "" || q.AtHand {
			if file, err := r.file(ctx, name, true); file.Len() > 0 || err != nil || r.env.Offline != "" {
				return file, err
			}
		}
		return r.newest(ctx, name)
	})
}

// Fetch has the crates unpacked.
func (r *Git) Fetch(ctx context.Context, wanted []*crate.Summary) error {
	return r.env.Crates.Fetch(ctx, r, wanted)
}

// Directory has one crate unpacked and is where.
func (r *Git) Directory(ctx context.Context, s *crate.Summary) (string, error) {
	return r.env.Crates.directory(ctx, r, s)
}

// Unpack unpacks one crate into a directory; see [Crates.Unpack].
func (r *Git) Unpack(ctx context.Context, s *crate.Summary, dir string, keep func(rel string) bool) error {
	return r.env.Crates.Unpack(ctx, r, s, dir, keep)
}
