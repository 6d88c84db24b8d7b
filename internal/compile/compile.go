// Package compile knows how stock Cargo calls compilers: a unit becomes the arguments and the environment of rustc, of
// rustdoc or of a build script, and the names of the files that come of it.
//
// What holds: it is pure, but for Learner, which asks the compiler. For the same graph, settings and places it makes the
// same calls, argument by argument those of Cargo 1.95, but for the values of hashes and for the places where units lie.
// The hashes of a unit say which unit it is and no more: no content, no time, no directory of this machine.
//
// Where it ends: where units lie is told by the caller (Places), who may name places that do not exist, to learn what a
// call is made of. Programs that link at run time against libraries outside of their units get no search paths for them.
package compile

import (
	"path/filepath"
	"slices"

	"berth/internal/buildscript"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/dialect"
	"berth/internal/rustc"
	"berth/internal/unit"
)

// Settings is what is the same for all units of a command.
type Settings struct {
	Root             string // of the workspace: what compilers see of its members is relative to it
	Rustc, Rustdoc   string
	Wrapper          string   // RUSTC_WRAPPER
	WorkspaceWrapper string   // RUSTC_WORKSPACE_WRAPPER
	PrimaryRustc     []string // what stands in the place of rustc and wrappers for the packages of the roots
	Cargo            string   // what children see as CARGO
	Version          *rustc.Version
	Release          dialect.Release
	Targets          map[unit.Kind]*Target // that of unit.Host, and all others that the graph has
	Env              []config.Variable     // [env]
	Getenv           func(string) (string, bool)
	Jobs             int
	Short            bool // --message-format short, json-diagnostic-short
	Width            int  // of the terminal, 0 where there is none
	ShowAll          bool // -vv: also the warnings of packages that are not the user's
	Quiet            bool
	DocumentPrivate  bool
	TestArgs         []string                  // of doctests
	DoctestFormat    string                    // of what rustdoc says of doctests: human, short or json
	Color            string                    // for doctests: auto, always or never
	Extra            func(*unit.Unit) []string // what stands behind -- of cargo rustc and rustdoc; nil for nothing
}

// Places tells where units lie. All paths are absolute.
type Places interface {
	Dir(*unit.Unit) string                   // where a unit's outputs are; that of a build script's run is its OUT_DIR
	Out(*unit.Unit) string                   // the way to Dir that the compiler of the unit is told
	From(u, dep *unit.Unit) string           // the way to Dir of a dependency that the compiler of a unit is told
	Incremental(*unit.Unit) string           // for -C incremental
	Final(unit.Kind) string                  // where users find their executables: target/debug
	Profile(unit.Kind) string                // target/debug, whoever's executables are there
	Scratch(unit.Kind) string                // CARGO_TARGET_TMPDIR
	Said(run *unit.Unit) *buildscript.Output // what a build script said that was run
}

// Compiler makes the calls for a graph. Any number of goroutines may use it.
type Compiler struct {
	Settings
	Graph   *unit.Graph
	lto     []lto
	hashes  []hashes
	links   []links
	dynamic []bool // needs a dylib, at whatever depth
	primary map[crate.PackageKey]bool
	roots   map[*unit.Unit]bool
	checks  bool // nothing is made for users
}

// New looks at a graph as a whole.
func New(graph *unit.Graph, settings Settings) *Compiler {
	roots := slices.Concat(graph.Roots, graph.Left)
	c := &Compiler{Settings: settings, Graph: graph, primary: map[crate.PackageKey]bool{}, roots: map[*unit.Unit]bool{}, checks: len(roots) > 0}
	for _, root := range graph.Roots {
		c.roots[root] = true
	}
	for _, root := range roots {
		c.primary[root.ID.Key()] = true
		c.checks = c.checks && root.IsCheck()
	}
	c.lto = chooseLTO(graph)
	c.hashes = c.hashAll()
	c.links = linkAll(graph)
	c.dynamic = make([]bool, len(graph.Units))
	for _, u := range graph.Units {
		c.dynamic[u.Index] = hasType(u.Target, "dylib") && !u.IsTest()
		for _, d := range u.Deps {
			c.dynamic[u.Index] = c.dynamic[u.Index] || c.dynamic[d.Unit.Index]
		}
	}
	return c
}

// target is what is known of the kind that a unit is made for.
func (c *Compiler) target(k unit.Kind) *Target { return c.Targets[k] }

// BelowRoot is the way from the root of the workspace to what lies in it.
func (c *Compiler) BelowRoot(path string) (way string, ok bool) {
	if !buildscript.Within(path, c.Root) {
		return "", false
	}
	way, err := filepath.Rel(c.Root, path)
	return way, err == nil
}

// isPrimary tells whether the user chose the unit's package.
func (c *Compiler) isPrimary(u *unit.Unit) bool { return c.primary[u.ID.Key()] }

func (c *Compiler) extra(u *unit.Unit) []string {
	if c.Extra == nil {
		return nil
	}
	return c.Extra(u)
}

// ShowsWarnings tells whether a unit's warnings are the user's concern.
func (c *Compiler) ShowsWarnings(u *unit.Unit) bool { return u.Local || c.ShowAll }
