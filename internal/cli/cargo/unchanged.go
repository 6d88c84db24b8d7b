package cargo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"berth/internal/boot"
	"berth/internal/build"
	"berth/internal/config"
	"berth/internal/jobslot"
	"berth/internal/lockfs"
	"berth/internal/looked"
	"berth/internal/manifest"
	"berth/internal/ui"
	"berth/internal/unchanged"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// memory is what a verb needs to find out, or to tell the next one, that there is nothing to do.
type memory struct {
	key  unchanged.Key
	said []ui.Said
	mute bool // something was said that cannot be said again
}

// nothingToDo is the record of when this command line had nothing to do, if all is as it was, and says what was said then.
// If it is not, it is nil, and what is looked at from now on is noted. The command line is without what it passes on.
func (c *cli) nothingToDo(ctx context.Context, o *compileFlags, passed ...string) *unchanged.Record {
	s := c.session
	if off, _ := c.Lookup("BERTH_UNCHANGED"); off == "0" || o.timings || o.futureReport || s.config == nil {
		return nil
	}
	key, ok := c.unchangedKey(ctx, passed)
	if !ok {
		return nil
	}
	for _, target := range c.targetCandidates(o) {
		r := unchanged.Read(target, key)
		if r == nil || !r.Holds(c.Lookup, c.listAgain) {
			continue
		}
		c.UI.Debugf("unchanged", "all is as it was")
		for _, said := range r.Said {
			c.UI.Say(said)
		}
		c.sayFinished(r.How)
		for _, said := range r.After {
			c.UI.Say(said)
		}
		c.noteHits(target, r)
		return r
	}
	m := &memory{key: key}
	s.memory, s.looked = m, looked.New()
	c.UI.Listen(func(said ui.Said) {
		m.said = append(m.said, said)
		m.mute = m.mute || said.Kind == ui.SaidElse
	})
	return nil
}

// unchangedKey is made from all that a command line is told, but for what lies in the workspace.
func (c *cli) unchangedKey(ctx context.Context, passed []string) (key unchanged.Key, ok bool) {
	cfg := c.session.config
	dir, err := c.Dir()
	if err != nil {
		return key, false
	}
	words := []string{dir, c.Env.CargoHome, c.Env.RustupHome, c.session.verb, strconv.Itoa(jobslot.Cores()), boot.ID(), c.session.read.sum(), c.cargoLink(ctx)}
	berth, err := os.Executable()
	if err != nil {
		return key, false
	}
	programs := []string{berth, c.tool.Program("cargo")}
	for _, find := range []func() (string, error){
		func() (string, error) { return c.session.compilerPath(cfg, "rustc") },
		func() (string, error) { return c.session.compilerPath(cfg, "rustdoc") },
		func() (string, error) { return wrapperPath(cfg, "rustc-wrapper") },
		func() (string, error) { return wrapperPath(cfg, "rustc-workspace-wrapper") },
	} {
		program, err := find()
		if err != nil {
			return key, false
		}
		programs = append(programs, program)
	}
	for _, program := range programs {
		words = append(words, program, identityOf(program))
	}
	line := c.tool.Args()
	if own := len(line) - len(passed); own >= 0 && slices.Equal(line[own:], passed) { // an alias may hold some of them
		line = line[:own]
	}
	words = append(words, strconv.Itoa(len(line)))
	words = append(words, line...)
	return unchanged.KeyOf(append(words, environmentThatCounts(c.Environ())...)...), true
}

// identityOf tells a program from what replaces it: package rustc goes by the same.
func identityOf(program string) string {
	info, err := os.Stat(program)
	if program == "" || err != nil {
		return ""
	}
	return fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano(), " ", looked.InodeOf(info))
}

// environmentThatCounts is all of the environment, but for what shells change with each command. What a unit was seen to
// ask for is looked at besides.
func environmentThatCounts(environ []string) []string {
	list := slices.Clone(environ)
	slices.Sort(list)
	return slices.DeleteFunc(list, func(entry string) bool {
		return strings.HasPrefix(entry, "_=") || strings.HasPrefix(entry, "SHLVL=") || strings.HasPrefix(entry, "OLDPWD=")
	})
}

// targetCandidates are the target directories that the command may have: the one that is named, or that of a package or
// workspace in the directory of the command or above it. Which it is the record tells, as it holds only where all that
// leads there is as it was.
func (c *cli) targetCandidates(o *compileFlags) []string {
	configured, set, err := c.session.config.TargetDir()
	switch {
	case err != nil:
		return nil
	case o.targetDir != "":
		if configured, err = c.session.at(o.targetDir); err != nil {
			return nil
		}
		return []string{filepath.Clean(configured)}
	case set:
		return []string{filepath.Clean(configured)}
	}
	dir, err := c.Dir()
	if err != nil {
		return nil
	}
	if o.manifest != "" {
		at, err := c.session.at(o.manifest)
		if err != nil {
			return nil
		}
		dir = filepath.Dir(filepath.Clean(at))
	}
	var found []string
	for at := dir; ; at = filepath.Dir(at) {
		found = append(found, filepath.Join(at, "target"))
		if filepath.Dir(at) == at {
			return found
		}
	}
}

func (c *cli) listAgain(l unchanged.Listing) (string, bool) {
	files, err := c.listPackage(&unit.Unit{Package: &manifest.Package{Dir: l.Dir, Include: l.Include, Exclude: l.Exclude}}, nil) // what there is to say was said before, and is said again
	return listingDigest(files), err == nil
}

func listingDigest(files []string) string {
	sorted := slices.Sorted(slices.Values(files))
	digest := unchanged.KeyOf(sorted...)
	return string(digest[:])
}

// noteHits is for who asks later where a store is used.
func (c *cli) noteHits(target string, r *unchanged.Record) {
	home := lockfs.At(c.Env.CargoHome)
	for _, store := range []struct {
		*unitstore.Store
		hits int
	}{{unitstore.Workspace(lockfs.At(target), home), r.Own}, {unitstore.Shared(home), r.Shared}} {
		if store.hits > 0 {
			store.Dir = r.Workspace
			store.NoteHits(store.hits)
		}
	}
}

// remember keeps for the next one that there was nothing to do, and what is said or run after that. That it cannot be kept
// is no failure.
func (c *cli) remember(ctx context.Context, m *compilation, result *build.Result, after []ui.Said, call *unchanged.Call) {
	memory := c.session.memory
	if memory == nil || !result.Fresh || memory.mute || len(result.Future) > 0 || m.build != m.target || !m.ws.IsCurrent() {
		return
	}
	info, err := os.Stat(m.target)
	if err != nil {
		return
	}
	c.session.looked.Saw(m.target, info)
	places, settled := c.session.looked.Settled(c.session.began)
	if !settled {
		return
	}
	r := &unchanged.Record{
		Workspace: m.ws.Dir(), Own: result.Reused.Own, Shared: result.Reused.Shared, Places: places, Trees: result.Reused.Trees, Vars: result.Reused.Vars,
		Said: memory.said, How: m.how(), After: after, Call: call,
	}
	for _, l := range result.Reused.Listings {
		r.Listings = append(r.Listings, unchanged.Listing{Dir: l.Package.Dir, Include: l.Package.Include, Exclude: l.Package.Exclude, Digest: listingDigest(l.Files)})
	}
	if err := unchanged.Write(ctx, m.target, unchanged.Lock(lockfs.At(c.Env.CargoHome), m.target), memory.key, r); err != nil {
		c.UI.Debugf("unchanged", "%v", err)
	}
}

// readings digests the files of the configuration as they are read.
type readings struct {
	config.Disk
	texts *[]string
}

func (r readings) Read(path string) ([]byte, error) {
	data, err := r.Disk.Read(path)
	sum := sha256.Sum256(data)
	*r.texts = append(*r.texts, path, string(sum[:]))
	return data, err
}

func (r readings) sum() string {
	if r.texts == nil {
		return ""
	}
	sum := unchanged.KeyOf(*r.texts...)
	return string(sum[:])
}
