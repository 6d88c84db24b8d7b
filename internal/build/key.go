package build

import (
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/compile"
	"berth/internal/textsum"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// # Keys
//
// A key is the digest of all that is known of a unit before it is made: its call without what depends on places, the
// compiler, the variables that compilers and linkers look at, and of each unit that it is made from what that turned out to
// be. Directories of this machine are replaced by words for them, so that a project that was moved, a second worktree and
// another CARGO_HOME have the same keys; a target directory that lies elsewhere is another matter: several checkouts may
// share one, and each is to have units of its own. A package that lies outside of a workspace is the same for all that share a
// target directory, and has the paths of this machine in its keys.

// keyFormat is raised when the same unit shall have another key than before.
const keyFormat = "berth key 4"

// words puts words in the place of directories that the text of a command may name.
func (b *builder) words(u *unit.Unit) func(string) string {
	var pairs []string
	whole := map[string]string{}
	add := func(dir, word string) {
		if len(dir) > 3 {
			pairs = append(pairs, dir+string(filepath.Separator), word+"/")
			whole[dir] = word
		}
	}
	add(b.Home, "{home}")
	if b.isPlaced(u) {
		add(b.Compiler.Root, "{root}")
		add(b.Layout.Target, "{target}")
	}
	below := strings.NewReplacer(pairs...)
	return func(text string) string {
		if word, ok := whole[text]; ok {
			return word
		}
		return below.Replace(text)
	}
}

// key is that of a unit whose needs are there.
func (b *builder) key(u *unit.Unit) unitstore.Key {
	t := textsum.New()
	t.Put(keyFormat, b.static(u))
	if u.Mode == unit.RunBuildScript {
		b.scriptKey(t, u)
	} else {
		b.closure(t, u)
	}
	return unitstore.Key(t.Digest())
}

// static is the part of a key that depends on no other unit.
func (b *builder) static(u *unit.Unit) string {
	t := textsum.New()
	cmd := b.Compiler.Command(u, nil)
	in := b.words(u)
	t.Put(b.Compiler.Version.Verbose, b.Compiler.Name(u), b.sourceText(u))
	t.Put(b.content(u))
	args := make([]string, len(cmd.Args))
	for i, arg := range cmd.Args {
		args[i] = in(arg)
	}
	t.List(args)
	vars := slices.Clone(cmd.Env)
	for _, v := range cmd.Overruled {
		if _, is := cmd.Own(v.Name); !is {
			vars = append(vars, v)
		}
	}
	slices.SortFunc(vars, func(x, y compile.Variable) int { return strings.Compare(x.Name, y.Name) })
	for _, v := range vars {
		if u.Mode != unit.RunBuildScript && isTold(v.Name) || v.Name == "RUSTC_WRAPPER" || b.isOfNoPackage(u, v.Name) {
			continue
		}
		t.Put(v.Name, in(v.Value))
		if v.Unset {
			t.Put("unset")
		}
	}
	if u.Mode != unit.RunBuildScript {
		t.Put(b.wrapper(u))
		if u.Member {
			t.Put(b.Compiler.WorkspaceWrapper)
		}
		b.variables(t, "RUSTC_BOOTSTRAP", "RUST_TARGET_PATH", "SOURCE_DATE_EPOCH", "RUSTC_FORCE_RUSTC_VERSION")
	}
	if b.isPlaced(u) {
		if way, err := filepath.Rel(b.Own.Root().Display(), b.Compiler.Root); err == nil {
			t.Put(way)
		}
	}
	if links(u) {
		t.Put(b.linker(u))
	}
	d := t.Digest()
	return string(d[:])
}

// sourceText is where a package is from. A build script may note down where it was, and nobody would know.
func (b *builder) sourceText(u *unit.Unit) string {
	if u.Mode == unit.RunBuildScript {
		return u.ID.Source.Text()
	}
	return b.Compiler.SourceText(u)
}

// wrapper is what RUSTC_WRAPPER counts for. In one target directory it does not, as with stock: an editor has one and the
// terminal another, or none. Among all projects of the user it does: it may add flags, and tools that do so keep to a target
// directory of their own. Those that are known to compile what they are told to don't count anywhere.
func (b *builder) wrapper(u *unit.Unit) string {
	if !b.isShared(u) {
		return ""
	}
	switch name := filepath.Base(b.Compiler.Wrapper); strings.TrimSuffix(name, filepath.Ext(name)) {
	case "sccache", "cachepot", "rust-analyzer":
		return ""
	}
	return b.Compiler.Wrapper
}

// isTold tells whether a variable says of a package what hardly any source asks for. The compiler tells who does; a script
// asks without anybody knowing.
func isTold(name string) bool {
	switch name {
	case "CARGO_PKG_DESCRIPTION", "CARGO_PKG_HOMEPAGE", "CARGO_PKG_REPOSITORY", "CARGO_PKG_LICENSE", "CARGO_PKG_LICENSE_FILE", "CARGO_PKG_AUTHORS",
		"CARGO_PKG_README", "CARGO_PKG_RUST_VERSION":
		return true
	}
	return false
}

// variables puts those that are set.
func (b *builder) variables(t textsum.Sum, names ...string) {
	for _, name := range names {
		if value, ok := b.Getenv(name); ok {
			t.Put(name, value)
		}
	}
}

// closure puts what all units are that a unit is made from.
func (b *builder) closure(t textsum.Sum, u *unit.Unit) {
	objects := needsObjects(u)
	for _, d := range u.Deps {
		if isOnlyRun(u, d) {
			continue
		}
		t.Put(d.Extern, yesNo(d.Public), yesNo(d.Linked), b.Compiler.Name(d.Unit))
	}
	seen := map[int]bool{}
	var lines []string
	var visit func(*unit.Unit)
	visit = func(from *unit.Unit) {
		for _, d := range from.Deps {
			if seen[d.Unit.Index] || isOnlyRun(from, d) {
				continue
			}
			seen[d.Unit.Index] = true
			j := &b.jobs[d.Unit.Index]
			digest := j.meta
			if objects || digest == "" {
				digest = j.all
			}
			lines = append(lines, b.Compiler.Name(d.Unit)+" "+digest)
			if d.Unit.Mode != unit.RunBuildScript && !d.Unit.Target.ProcMacro {
				visit(d.Unit)
			}
		}
	}
	visit(u)
	slices.Sort(lines)
	t.List(lines)
}

// learn notes what a unit turned out to be, for the keys of those that are made from it.
func (b *builder) learn(u *unit.Unit, v *unitstore.Variant) error {
	j := &b.jobs[u.Index]
	switch u.Mode {
	case unit.RunBuildScript:
		return b.hear(u, v)
	case unit.Doc:
		j.all = hex.EncodeToString(j.key[:])
		return nil
	}
	j.found, j.dir = v, v.Dir
	outputs, err := b.Compiler.Outputs(u)
	if err == nil {
		b.digests(j, outputs)
	}
	return err
}

func (b *builder) digests(j *job, outputs []compile.Output) {
	t := textsum.New()
	for _, o := range outputs {
		f, ok := j.found.Output(filepath.ToSlash(o.Name))
		if !ok {
			continue
		}
		switch o.Flavor {
		case compile.Metadata:
			j.meta = f.Digest.String()
			t.Put("metadata", j.meta)
		case compile.Normal, compile.Linkable:
			t.Put(o.Name, f.Digest.String())
		}
	}
	j.all = t.Text()
}

func yesNo(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}

// isShared tells whether a unit is one for all workspaces: it and all that it is made from never changes.
func (b *builder) isShared(u *unit.Unit) bool { return b.jobs[u.Index].shared }

// isPlaced tells whether what a unit is depends on where its workspace is.
func (b *builder) isPlaced(u *unit.Unit) bool { return !b.isShared(u) && !b.liesOutside(u) }

// liesOutside tells whether a unit is of a package of the user's that does not lie in the workspace.
func (b *builder) liesOutside(u *unit.Unit) bool {
	_, below := b.Compiler.BelowRoot(u.Package.Dir)
	return u.ID.Source.IsPath() && !below
}

// isOfNoPackage tells whether a variable says where the workspace is, and the unit's package can't be one that asks for it
// unnoticed: it is in the workspace, whose place is in the key, or somebody else's.
func (b *builder) isOfNoPackage(u *unit.Unit, name string) bool {
	return b.Compiler.LeadsToWorkspace(name) && !b.liesOutside(u)
}

func (b *builder) store(u *unit.Unit) *unitstore.Store {
	if b.isShared(u) && !b.allOwn {
		return b.Shared
	}
	return b.Own
}

// shareable is isShared of all units of a graph.
func shareable(g *unit.Graph) []bool {
	shared := make([]bool, len(g.Units))
	for i, u := range g.Units {
		shared[i] = !u.Local && !u.ID.Source.IsPath() && u.Mode != unit.Doc
		for _, d := range u.Deps {
			shared[i] = shared[i] && (shared[d.Unit.Index] || isOnlyRun(u, d))
		}
	}
	return shared
}

// links tells whether a linker has a part in a unit.
func links(u *unit.Unit) bool {
	switch u.Mode {
	case unit.Build, unit.Test:
		return needsObjects(u)
	}
	return false
}

// content tells what is in a package that never changes.
func (b *builder) content(u *unit.Unit) string {
	if u.Local || b.Content == nil {
		return ""
	}
	return b.Content(u)
}
