package build

import (
	"hash/maphash"
	"slices"

	"berth/internal/build/unused"
	"berth/internal/buildmsg"
	"berth/internal/compile"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// speech is what was said so far.
type speech struct {
	left    map[string]int  // units of a package that nothing is known of yet
	said    map[string]bool // packages that a status line was about
	docs    map[string]bool // those whose documentation one was about
	shown   map[uint64]bool // diagnostics, by their hash
	seed    maphash.Seed
	readers map[int]*buildmsg.Reader
	counts  map[int]*buildmsg.Count
	working []int  // units that are being made, in the order of their beginning
	waits   func() // ends what was said of a wait
	lints   int
	future  []Future
	unused  *unused.Tables
}

func newSpeech(g *unit.Graph) speech {
	s := speech{left: map[string]int{}, said: map[string]bool{}, docs: map[string]bool{}, shown: map[uint64]bool{}, seed: maphash.MakeSeed(),
		readers: map[int]*buildmsg.Reader{}, counts: map[int]*buildmsg.Count{}, unused: unused.Of(g)}
	for _, u := range g.Units {
		s.left[u.ID.String()]++
	}
	return s
}

// about is a package as status lines name it.
func (b *builder) about(u *unit.Unit) string {
	text := u.ID.Name + " v" + u.ID.Version.String()
	if u.ID.Source.IsPath() {
		return text + " (" + u.ID.Source.Dir() + ")"
	}
	if u.ID.Source.IsPublic() {
		return text
	}
	return u.ID.String()
}

// known counts a unit of which is known whether it is fresh.
func (b *builder) known(u *unit.Unit) { b.left[u.ID.String()]-- }

// beginsToMake says that a package is compiled, once.
func (b *builder) beginsToMake(i int) {
	u := b.queue.units[i]
	b.working = append(b.working, i)
	b.warnOfHint(u)
	b.warnOfUnlinkable(u)
	id := u.ID.String()
	if b.said[id] && u.Mode != unit.Doc || b.docs[id] && u.Mode == unit.Doc {
		return
	}
	if why := b.whyMade(i); why != "" && b.Verbose > 0 {
		b.Say.Status("Dirty", b.about(u)+": "+why)
	}
	switch {
	case u.Mode == unit.Doc:
		b.docs[id] = true
		b.Say.Status("Documenting", b.about(u))
		return
	case u.IsCheck() || u.Built:
		b.Say.Status("Checking", b.about(u))
	default:
		b.Say.Status("Compiling", b.about(u))
	}
	b.said[id] = true
}

// warnOfHint: that hardly anything of a package is used is for nightly compilers to know. Who asks for it in a profile, and
// the package's own authors, hear of that.
func (b *builder) warnOfHint(u *unit.Unit) {
	if u.Mode == unit.Doc || u.Mode == unit.RunBuildScript {
		return
	}
	if asked := u.Profile.MostlyUnused; asked != nil {
		if *asked {
			b.Say.Warn(about(u, "ignoring 'hint-mostly-unused' profile option, pass `-Zprofile-hint-mostly-unused` to enable it"))
		}
		return
	}
	hint := u.Package.MostlyUnused
	if hint == nil || !u.Local {
		return
	}
	if on, ok := hint.Bool(); !ok {
		b.Say.Warn(about(u, "`hints.mostly-unused` is no boolean, and without effect"))
	} else if on {
		b.Say.Warn(about(u, "ignoring 'hints.mostly-unused', pass `-Zprofile-hint-mostly-unused` to enable it"))
	}
}

// warnOfUnlinkable: a package that only has libraries of other languages to depend on may miss what its author meant to use.
func (b *builder) warnOfUnlinkable(u *unit.Unit) {
	if u.Mode == unit.RunBuildScript {
		return
	}
	var library *unit.Unit
	for _, d := range u.Deps {
		t := d.Unit.Target
		switch {
		case d.Unit.Mode == unit.Doc || t.Kind != manifest.Lib:
		case slices.ContainsFunc(t.RustcTypes(), isLinkable):
			return
		case library == nil:
			library = d.Unit
		}
	}
	if library != nil {
		b.Say.Warn("the package `" + library.Target.CrateName() + "` provides no linkable target\nnote: `" + u.Target.CrateName() +
			"` cannot use anything of it: only libraries of the types lib, rlib, dylib and proc-macro can be used from Rust\nhelp: name one of them in the crate-type of its [lib]")
	}
}

// isLinkable tells whether Rust code can use a library of a type.
func isLinkable(crateType string) bool {
	switch crateType {
	case "lib", "rlib", "dylib", "proc-macro":
		return true
	}
	return false
}

// whyMade is why a unit is made again, in words; empty where it never was.
func (b *builder) whyMade(i int) string {
	if why := b.jobs[i].why; why != nil {
		return why.text(b.Compiler)
	}
	return ""
}

// isFresh says, with -v, that nothing of a package had to be made.
func (b *builder) isFresh(u *unit.Unit) {
	id := u.ID.String()
	if b.Verbose > 0 && b.left[id] <= 0 && !b.said[id] {
		b.said[id] = true
		b.Say.Status("Fresh", b.about(u))
	}
}

// running shows a call, with -v.
func (b *builder) running(cmd *compile.Command) {
	switch {
	case b.Verbose >= 2:
		b.Say.Status("Running", "`"+cmd.Verbose()+"`")
	case b.Verbose == 1:
		b.Say.Status("Running", "`"+cmd.String()+"`")
	}
}

// announce tells programs of a unit that is there.
func (b *builder) announce(u *unit.Unit, files []string, program string, fresh bool) {
	if b.Format.JSON {
		b.Say.Out(string(buildmsg.Artifact(u, files, program, fresh)))
	}
	if fresh {
		b.isFresh(u)
	}
}
