package registry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/diskspace"
	"berth/internal/lastuse"
	"berth/internal/lockfs"
	"berth/internal/resolve"
	"berth/internal/source/index"
)

// shelf is the place of one registry in the home, whatever its protocol: the cache of its index, and its archives.
type shelf struct {
	env  Env
	real crate.SourceID // who is asked
	as   crate.SourceID // in whose name it answers
	name string

	work       func() cargohome.Work
	have       func() map[string]bool
	used       sync.Once
	unwritable sync.Once
	caches     sync.Pool // of *[]byte: what is written into the cache, or read from it
}

func (r *shelf) open(env Env, real, as crate.SourceID) {
	r.env, r.real, r.as, r.name = env, real, as, real.DirName()
	r.work = sync.OnceValue(func() cargohome.Work { return env.Home.Work(env.Home.Index(r.name)) })
	r.have = sync.OnceValue(r.archives)
}

// Dir is the registry's name below registry/.
func (r *shelf) Dir() string { return r.name }

// note notes that the index is used.
func (r *shelf) note() {
	r.used.Do(func() { r.env.Home.Used(lastuse.Use{Kind: lastuse.Index, Parent: r.name}) })
}

// isFileName tells whether a registry can have a crate of the name: its index file is called so.
func isFileName(name string) bool { return crate.CheckPackageName(name) == nil && isASCII(name) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// cacheFile is where stock Cargo keeps what a registry said of a crate.
func (r *shelf) cacheFile(name string) lockfs.Filesystem {
	return r.env.Home.Index(r.name).Join(".cache", index.Path(name))
}

// readCache is what is on the disk, an empty file where nothing is, and the version of the answer that it was.
func (r *shelf) readCache(name string) (*index.File, string) {
	data, err := r.cacheFile(name).ReadFile()
	if err == nil {
		if file, version, ok := index.ParseCache(r.as, data); ok {
			return file, version
		}
	}
	return index.Parse(r.as, nil), ""
}

func (r *shelf) cacheBuffer() *[]byte {
	if buf, ok := r.caches.Get().(*[]byte); ok {
		return buf
	}
	return new([]byte)
}

func (r *shelf) writeCache(held *lockfs.FileLock, to lockfs.Filesystem, file *index.File, version string) error {
	buf := r.cacheBuffer()
	*buf = file.AppendCache((*buf)[:0], version)
	err := held.WriteUnsynced("registry.index.commit", to, *buf)
	r.caches.Put(buf)
	return err
}

// tolerate warns of a cache that cannot be written, as stock does: the command has its answer.
func (r *shelf) tolerate(err error) error {
	if err == nil || !cargohome.IsReadOnly(err) && !diskspace.IsFull(err) && !errors.Is(err, fs.ErrNotExist) && !isInTheWay(err) {
		return err
	}
	r.unwritable.Do(func() { r.env.Voice.Warn("failed to write cache: " + err.Error()) })
	return nil
}

// isInTheWay tells whether a file stands where a directory should be, or the other way round.
func isInTheWay(err error) bool {
	return errors.Is(err, syscall.ENOTDIR) || errors.Is(err, lockfs.ErrFileExpected)
}

// downloaded are those whose archives are here, if there are any: with --offline others are looked at only where there is
// nothing else.
func (r *shelf) downloaded(all []*crate.Summary) []*crate.Summary {
	var some []*crate.Summary
	for _, s := range all {
		if r.have()[s.ID.FileName()+".crate"] {
			some = append(some, s)
		}
	}
	if len(some) == 0 {
		return all
	}
	return some
}

// archives are the names of all archives of the registry that are on this machine.
func (r *shelf) archives() map[string]bool {
	entries, _ := r.env.Home.Crates(r.name).ReadDir()
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Size() > 0 {
			names[e.Name()] = true
		}
	}
	return names
}

// rejected are the versions in a file that --offline leaves out.
func (r *shelf) rejected(file *index.File, q resolve.Query) []resolve.Rejected {
	var list []resolve.Rejected
	for _, s := range file.Match(q.Name, q.Matches) {
		if !r.have()[s.ID.FileName()+".crate"] {
			list = append(list, resolve.Rejected{Version: s.ID.Version.String(), Why: "is not downloaded, and " + r.env.Offline + " was given"})
		}
	}
	return list
}

// similar are the crates that a registry has under a name with - and _ changed, and in another case.
func similar(name string, file func(string) (*index.File, error)) ([]string, error) {
	var names []string
	for _, other := range []string{strings.ReplaceAll(name, "-", "_"), strings.ReplaceAll(name, "_", "-"), name} {
		if !isFileName(other) {
			continue
		}
		f, err := file(other)
		if err != nil {
			return nil, err
		}
		names = append(names, f.Names()...)
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == name }), nil
}

// location is where config.json says that an archive is, and the token for it.
func (r *shelf) location(ctx context.Context, config index.Config, s *crate.Summary) (Location, error) {
	at := Location{From: r.real, URL: config.DownloadURL(s.ID.Name, s.ID.Version.String(), s.Checksum)}
	if !config.AuthRequired {
		return at, nil
	}
	token, err := r.token(ctx, nil)
	if err != nil {
		return Location{}, err
	}
	at.Header = http.Header{"Authorization": {token}}
	return at, nil
}

// errNoToken says that a registry wants a token and nobody has one for it.
var errNoToken = errors.New("no token")

func (r *shelf) token(ctx context.Context, refused http.Header) (string, error) {
	if r.env.Authorize == nil {
		return "", fmt.Errorf("%s wants a token: %w", r.real, errNoToken)
	}
	return r.env.Authorize(ctx, r.real, refused)
}
