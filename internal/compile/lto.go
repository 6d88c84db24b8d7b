package compile

import (
	"slices"

	"berth/internal/unit"
)

// lto is how a unit takes part in optimisation at link time.
type lto struct {
	kind ltoKind
	how  string // of run: thin, fat or nothing
}

type ltoKind uint8

const (
	onlyObject       ltoKind = iota // no bitcode: it only takes room
	onlyBitcode                     // no objects: whoever links makes them
	objectAndBitcode                // some link it as it is, others optimise
	ltoOff
	ltoRun
)

func (l lto) args() []string {
	switch l.kind {
	case onlyObject:
		return []string{"-C", "embed-bitcode=no"}
	case onlyBitcode:
		return []string{"-C", "linker-plugin-lto"}
	case ltoOff:
		return []string{"-C", "lto=off", "-C", "embed-bitcode=no"}
	case ltoRun:
		if l.how == "" {
			return []string{"-C", "lto"}
		}
		return []string{"-C", "lto=" + l.how}
	}
	return nil // what rustc does by itself
}

// chooser walks from the roots down: what a unit must hold depends on who links it.
type chooser struct {
	chosen []lto
	seen   []bool
}

func chooseLTO(graph *unit.Graph) []lto {
	c := &chooser{make([]lto, len(graph.Units)), make([]bool, len(graph.Units))}
	if !slices.ContainsFunc(graph.Units, func(u *unit.Unit) bool { return u.Profile.LTO != "false" }) {
		return c.chosen // the zero value; most builds are such
	}
	for _, root := range graph.Roots {
		c.visit(root, ofRoot(root))
	}
	return c.chosen
}

func ofRoot(u *unit.Unit) lto {
	types := u.Target.RustcTypes()
	switch {
	case u.Profile.LTO == "false", u.Profile.LTO == "":
		return lto{kind: onlyObject}
	case u.Profile.LTO == "off":
		return lto{kind: ltoOff}
	case u.Target.ForHost:
		return lto{kind: onlyObject}
	case wantsObject(types):
		return withObject(types)
	}
	return lto{kind: onlyBitcode}
}

func canLTO(crateType string) bool {
	return crateType == "bin" || crateType == "staticlib" || crateType == "cdylib"
}

func wantsObject(types []string) bool {
	return slices.ContainsFunc(types, func(t string) bool { return canLTO(t) || t == "dylib" || t == "proc-macro" })
}

// withObject: rustc does not optimise dylibs at link time, so they need no bitcode.
func withObject(types []string) lto {
	if !slices.ContainsFunc(types, func(t string) bool { return t != "dylib" }) {
		return lto{kind: onlyObject}
	}
	return lto{kind: objectAndBitcode}
}

func (c *chooser) visit(u *unit.Unit, parent lto) {
	chosen := choose(u, parent)
	if c.seen[u.Index] {
		before := c.chosen[u.Index]
		if chosen = join(chosen, before); chosen == before {
			return
		}
	}
	c.seen[u.Index], c.chosen[u.Index] = true, chosen
	for _, d := range u.Deps {
		c.visit(d.Unit, chosen)
	}
}

func choose(u *unit.Unit, parent lto) lto {
	types := u.Target.RustcTypes()
	if u.Mode == unit.Test || u.Mode == unit.Doctest {
		types = []string{"bin"}
	}
	if u.Target.ForHost {
		return lto{kind: onlyObject}
	}
	if !slices.ContainsFunc(types, func(t string) bool { return !canLTO(t) }) {
		return ofProfile(u.Profile.LTO)
	}
	needs := wantsObject(types)
	switch {
	case parent.kind == ltoRun && !needs:
		return lto{kind: onlyBitcode}
	case (parent.kind == ltoRun || parent.kind == onlyBitcode) && needs:
		return withObject(types)
	}
	return parent
}

func ofProfile(text string) lto {
	switch text {
	case "false", "":
		return lto{kind: onlyObject}
	case "off":
		return lto{kind: ltoOff}
	case "true":
		return lto{kind: ltoRun}
	}
	return lto{kind: ltoRun, how: text}
}

// join is what serves both who asked before and who asks now.
func join(now, before lto) lto {
	for _, strongest := range []ltoKind{ltoRun, ltoOff, objectAndBitcode} {
		if now.kind == strongest {
			return now
		}
		if before.kind == strongest {
			return before
		}
	}
	if now == before {
		return now
	}
	return lto{kind: objectAndBitcode}
}
