package unitstore

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

// # Spares
//
// CI jobs and layers of images often keep a target directory, but of CARGO_HOME only registry, git and bin. So what a
// workspace uses of units that never change has second names in its target directory: hard links, which cost nothing, or
// copies where that is on another disk. A unit that a store lacks is linked back from there under the name it had, because
// paths are baked into what was made, and after all of it was read and agrees with its digests.
//
//	<target>/berth/build/<package>-<key><attempt>/   everything of the attempt, its stamp too
//
// The place has its name from what caching actions do before they save a target directory: of a directory in it that has
// a build/ they keep build/<package>-<digits> of each package that is not of the workspace, and delete nearly all else.

// Spares are the second names of units in one target directory. It may be used by any number of goroutines.
type Spares struct {
	dir     lockfs.Filesystem
	staging lockfs.Staging

	mu    sync.Mutex
	names map[string]bool // what is there; nil: not looked at yet
	used  map[string]bool // by this process
	added bool

	turn    sync.Mutex // one goroutine links at a time
	pending sync.WaitGroup
}

func sparesIn(target lockfs.Filesystem) *Spares {
	own := target.Join("berth")
	return &Spares{dir: own.Join("build"), staging: lockfs.NewStaging(own.Join(Version, "units", "staging")), used: map[string]bool{}}
}

// Path is where they lie.
func (p *Spares) Path() string { return p.dir.Display() }

// spareName ends in a dash and digits, as names in stock's build/ do.
func spareName(v *Variant) string {
	name, _, _ := strings.Cut(v.Package, " ")
	return name + "-" + v.Key.String() + filepath.Base(v.Dir)
}

// load reads which there are. The caller has mu.
func (p *Spares) load() {
	if p.names != nil {
		return
	}
	p.names = map[string]bool{}
	entries, _ := p.dir.ReadDir()
	for _, e := range entries {
		p.names[e.Name()] = true
	}
}

// of lists those of a key.
func (p *Spares) of(key string) (found []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.load()
	for name := range p.names {
		if _, attempt := splitSpare(name); strings.HasPrefix(attempt, key) {
			found = append(found, name)
		}
	}
	return found
}

// splitSpare parts a name into the package, and key and attempt.
func splitSpare(name string) (pkg, rest string) {
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return name, ""
	}
	if _, err := hex.DecodeString(name[at+1:]); err != nil {
		return name, ""
	}
	return name[:at], name[at+1:]
}

// Keep gives a variant a second name, beside whatever else is done; Close waits for it. Where no link is possible, only
// what this process has made is copied: for what was there before that would be paid again in each target directory.
// That it fails is of no matter to a build.
func (p *Spares) Keep(ctx context.Context, v *Variant, made bool) {
	name := spareName(v)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.load()
	p.used[name] = true
	if p.names[name] {
		return
	}
	p.names[name] = true
	p.pending.Add(1)
	go func() {
		defer p.pending.Done()
		p.turn.Lock()
		defer p.turn.Unlock()
		if ctx.Err() == nil && p.keep(context.WithoutCancel(ctx), v.Dir, name, made) == nil {
			p.mu.Lock()
			p.added = true
			p.mu.Unlock()
		}
	}()
}

func (p *Spares) keep(ctx context.Context, from, name string, copying bool) error {
	if err := p.dir.MkdirAll(); err != nil {
		return err
	}
	scratch, err := p.staging.New(ctx)
	if err != nil {
		return err
	}
	whole := scratch.Dir.Join(name)
	if err = linkTree(from, whole.Display(), copying, condemnedName); err == nil {
		err = crashpoint.Here("unitstore.spare.linked")
	}
	if err == nil {
		err = os.Rename(whole.Display(), p.dir.Join(name).Display())
	}
	return errors.Join(err, scratch.Close())
}

// LinkTree gives everything below from another name below to, or a copy where there can be none.
func LinkTree(from, to string) error { return linkTree(from, to, true, "") }

// linkTree gives everything below from another name below to, but for the file of that name.
func linkTree(from, to string, copying bool, except string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := to + strings.TrimPrefix(path, from)
		switch {
		case d.IsDir():
			return os.Mkdir(target, 0o777)
		case d.Type()&fs.ModeSymlink != 0:
			text, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(text, target)
		case !d.Type().IsRegular() || d.Name() == except && filepath.Dir(path) == from:
			return nil
		}
		if err := os.Link(path, target); err == nil || !copying {
			return err
		}
		return CopyFile(path, target)
	})
}

// CopyFile copies bytes, mode and time: who has put the file into its place knows it again by the latter.
func CopyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// spareAge is how long a spare stays that no build used which added one.
const spareAge = 30 * 24 * time.Hour

// Close waits for what is being linked. Whenever there is something new, what has become old goes: a target directory
// that is saved and restored for years would grow with each new version of a dependency.
func (p *Spares) Close() error {
	p.pending.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.names == nil {
		return nil
	}
	err := p.staging.Clear(context.Background()) // what killed ones left
	if !p.added {
		return err
	}
	p.added = false
	now := time.Now()
	return errors.Join(err, p.remove(context.Background(), func(name string) bool {
		at := p.dir.Join(name)
		info, err := at.Lstat()
		if err != nil {
			return false
		}
		age := now.Sub(info.ModTime())
		if p.used[name] && age > notedEach {
			os.Chtimes(at.Display(), now, now)
		}
		return !p.used[name] && age > spareAge
	}))
}

// remove removes those that match. The caller has mu.
func (p *Spares) remove(ctx context.Context, match func(name string) bool) error {
	p.names = nil
	p.load()
	var scratch *lockfs.Scratch
	var err error
	for name := range p.names {
		if !match(name) {
			continue
		}
		if scratch == nil {
			if scratch, err = p.staging.New(ctx); err != nil {
				return err
			}
		}
		spare := p.dir.Join(name).Display()
		gone := os.Rename(spare, scratch.Dir.Join(name).Display())
		if lockfs.IsImmovable(gone) {
			gone = os.RemoveAll(spare) // who takes the rest of one reads it against the digests
		}
		if gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		delete(p.names, name)
	}
	return errors.Join(err, scratch.Close())
}

// Drop removes the spares of all units that match.
func (p *Spares) Drop(ctx context.Context, match func(Identity) bool) (removed []Removed, err error) {
	p.pending.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	err = p.remove(ctx, func(name string) bool {
		v, goes := p.isMeant(name, match)
		if v != nil && goes {
			files, bytes := measured(p.dir.Join(name).Display())
			removed = append(removed, Removed{v.Identity, v.Key.String(), files, bytes})
		}
		return goes
	})
	os.Remove(p.dir.Display()) // only if it is empty
	return removed, err
}

// isMeant tells whether a spare is of a unit that matches, or of none that anybody could take back.
func (p *Spares) isMeant(name string, match func(Identity) bool) (v *Variant, is bool) {
	v, err := readStamp(p.dir.Join(name, stampName))
	if err != nil {
		return nil, true
	}
	return v, match(v.Identity)
}

// meant are the folders of the spares that Drop would remove.
func (p *Spares) meant(match func(Identity) bool) (dirs []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.load()
	for name := range p.names {
		if _, is := p.isMeant(name, match); is {
			dirs = append(dirs, p.dir.Join(name).Display())
		}
	}
	slices.Sort(dirs)
	return dirs
}
