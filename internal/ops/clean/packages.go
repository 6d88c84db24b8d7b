package clean

import (
	"os"
	"path/filepath"
	"strings"
)

// Package is a package of which something goes.
type Package struct {
	Name    string
	Shared  bool // its units are no workspace's own
	Targets []Target
}

// Target is one of its targets.
type Target struct {
	Kind  Kind
	Name  string // as the user writes it: of a program it is the file's
	Crate string // as the compiler has it, with underscores
}

// Kind says where the files of a target lie.
type Kind uint8

// Kinds of targets.
const (
	Ordinary Kind = iota // a library or program: in deps/, and shown beside it
	Example              // in examples/
	Test                 // in deps/ only
	Script               // a build script: in build/
)

// packages removes what belongs to some packages. In which order is not told from
// which, so all is looked up first, by name; the sum has each once.
func (r *remover) packages() error {
	found := &finder{seen: map[string]bool{}}
	host := filepath.Join(r.o.BuildDir, r.o.Profile)
	layouts := r.dirs(r.o.BuildDir, r.o.Profile)
	both := append([]string{host}, layouts...)
	shown := r.dirs(r.o.TargetDir, r.o.Profile)
	for _, p := range r.o.Packages {
		for _, dir := range both {
			found.match(filepath.Join(dir, ".fingerprint"), func(name string) bool { return isHashed(name, p.Name) })
		}
		for _, dir := range both {
			found.match(filepath.Join(dir, "build"), func(name string) bool { return name == p.Name })
		}
		for _, t := range p.Targets {
			if t.Kind == Script {
				for _, dir := range both {
					found.match(filepath.Join(dir, "build"), func(name string) bool { return isHashed(name, p.Name) })
				}
				continue
			}
			for i, dir := range layouts {
				found.target(dir, shown[i], t)
			}
		}
	}
	return r.all(found.paths)
}

// isHashed says whether a name is that of a package with a hash.
func isHashed(name, pkg string) bool {
	i := strings.LastIndexByte(name, '-')
	return i >= 0 && name[:i] == pkg
}

// finder collects paths, each once, and reads each directory once.
type finder struct {
	paths    []string
	seen     map[string]bool
	listings map[string][]string
}

func (f *finder) target(dir, shown string, t Target) {
	deps := filepath.Join(dir, "deps")
	if t.Kind == Example {
		deps, shown = filepath.Join(dir, "examples"), filepath.Join(shown, "examples")
	}
	f.match(deps, t.isOutput)
	f.match(filepath.Join(dir, "incremental"), t.hasNotes)
	if t.Kind != Test {
		f.match(shown, t.isShown)
	}
}

// libraryEnds and programEnds are what the compiler puts behind a name, on one system
// or another.
func libraryEnds() []string {
	return []string{".rlib", ".rmeta", ".a", ".so", ".dylib", ".dll", ".dll.lib", ".dll.exp", ".dll.a", ".pdb", ".lib", ".wasm"}
}

func programEnds() []string { return []string{"", ".exe", ".pdb", ".dSYM", ".wasm", ".js"} }

// hasNotes says whether a directory in incremental/ is the target's.
func (t Target) hasNotes(name string) bool { return strings.HasPrefix(name, t.Crate+"-") }

// isOutput says whether a file in deps/ or examples/ is the target's: with a hash in its
// name, which may be anything, or without.
func (t Target) isOutput(name string) bool {
	if strings.HasPrefix(name, t.Crate+"-") || name == t.Crate+".d" || t.isNamed(name, t.Crate) {
		return true
	}
	if strings.HasPrefix(name, "lib"+t.Crate+"-") && endsIn(name, libraryEnds()) {
		return true
	}
	return strings.HasPrefix(name, t.Crate+".") && endsIn(name, []string{".o", ".dwo", ".dwp"})
}

// isShown says whether a file beside deps/ is the target's.
func (t Target) isShown(name string) bool {
	return t.isNamed(name, t.Name) || t.isNamed(name, t.Crate) || name == t.Name+".d" || name == t.Crate+".d" || name == "lib"+t.Crate+".d"
}

func (t Target) isNamed(name, own string) bool {
	if end, ok := strings.CutPrefix(name, "lib"+t.Crate); ok && isOneOf(end, libraryEnds()) {
		return true
	}
	end, ok := strings.CutPrefix(name, own)
	return ok && (isOneOf(end, programEnds()) || isOneOf(end, libraryEnds()))
}

func endsIn(name string, ends []string) bool {
	for _, end := range ends {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func isOneOf(end string, ends []string) bool {
	for _, e := range ends {
		if end == e {
			return true
		}
	}
	return false
}

func (f *finder) match(dir string, wanted func(name string) bool) {
	names, ok := f.listings[dir]
	if !ok {
		entries, _ := os.ReadDir(dir) // what is not there has nothing to remove
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if f.listings == nil {
			f.listings = map[string][]string{}
		}
		f.listings[dir] = names
	}
	for _, name := range names {
		if path := filepath.Join(dir, name); wanted(name) && !f.seen[path] {
			f.seen[path] = true
			f.paths = append(f.paths, path)
		}
	}
}
