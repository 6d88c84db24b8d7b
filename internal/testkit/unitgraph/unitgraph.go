// Package unitgraph writes unit graphs down so that two of them can be compared line by line: berth's, and what stock
// prints with --unit-graph.
//
// What holds: two texts are equal if and only if the graphs have the same units in the same modes, profiles and kinds
// with the same features, each with the same dependencies in the same order, and the same roots in the same order. The
// order of units is not compared, nor what only nightly says of them.
//
// Where it ends: stock sometimes gives the run of a build script the same dependency twice (for roots of two kinds) and
// then takes it for another run than the one that has it once. Here these are one.
package unitgraph

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/unit"
)

type graph struct {
	Units []node
	Roots []int
}

type node struct {
	PkgID  string `json:"pkg_id"`
	Target struct {
		Kind       []string
		CrateTypes []string `json:"crate_types"`
		Name       string
		SrcPath    string `json:"src_path"`
	}
	Profile      profile
	Platform     *string
	Mode         string
	Features     []string
	Dependencies []dependency
}

type profile struct {
	Name            string
	OptLevel        string `json:"opt_level"`
	LTO             string
	CodegenBackend  *string `json:"codegen_backend"`
	CodegenUnits    *uint32 `json:"codegen_units"`
	Debuginfo       any
	SplitDebuginfo  *string `json:"split_debuginfo"`
	DebugAssertions bool    `json:"debug_assertions"`
	OverflowChecks  bool    `json:"overflow_checks"`
	RPath           bool
	Incremental     bool
	Panic           string
	Strip           map[string]any
	Rustflags       []string
}

type dependency struct {
	Index  int
	Extern string `json:"extern_crate_name"`
	Public bool
}

// OfStock reads what stock printed.
func OfStock(text string) (string, error) {
	var g graph
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		return "", fmt.Errorf("unit graph: %w", err)
	}
	if len(g.Units) == 0 && !strings.Contains(text, `"units"`) {
		return "", fmt.Errorf("no unit graph: %.80s", text)
	}
	return g.text(), nil
}

// Of writes down a graph of ours.
func Of(g *unit.Graph) string {
	var s graph
	for _, u := range g.Units {
		s.Units = append(s.Units, ofUnit(u))
	}
	for _, u := range g.Roots {
		s.Roots = append(s.Roots, u.Index)
	}
	return s.text()
}

func ofUnit(u *unit.Unit) node {
	p := &u.Profile
	n := node{PkgID: u.ID.Spec(), Mode: mode(u), Features: u.Features}
	n.Target.Kind, n.Target.CrateTypes, n.Target.Name, n.Target.SrcPath = u.Target.Kinds(), u.Target.RustcTypes(), u.Target.Name, u.Target.Path
	n.Profile = profile{
		Name: p.Name, OptLevel: p.OptLevel, LTO: p.LTO, Debuginfo: p.Debuginfo, DebugAssertions: p.DebugAssertions, OverflowChecks: p.OverflowChecks,
		RPath: p.RPath, Incremental: p.Incremental, Panic: p.Panic, Strip: map[string]any{"": p.Strip}, Rustflags: p.Rustflags,
	}
	n.Profile.CodegenBackend, n.Profile.SplitDebuginfo = optional(p.CodegenBackend), optional(p.SplitDebuginfo)
	n.Profile.CodegenUnits = p.CodegenUnits
	if u.Kind != unit.Host {
		n.Platform = optional(string(u.Kind))
	}
	for _, d := range u.Deps {
		n.Dependencies = append(n.Dependencies, dependency{d.Unit.Index, d.Extern, d.Public})
	}
	return n
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// mode is as stock writes it, which does not tell whether a check is one of tests.
func mode(u *unit.Unit) string {
	return [...]string{"build", "check", "test", "check", "doc", "doctest", "run-custom-build"}[u.Mode]
}

func (p *profile) text() string {
	word := func(text *string) string {
		if text == nil {
			return "-"
		}
		return *text
	}
	units := "-"
	if p.CodegenUnits != nil {
		units = fmt.Sprint(*p.CodegenUnits)
	}
	strip := ""
	for _, state := range p.Strip { // resolved or deferred
		strip = fmt.Sprint(state)
		if named, ok := state.(map[string]any); ok {
			strip = fmt.Sprint(named["Named"])
		}
	}
	return fmt.Sprintf("%s opt=%s lto=%s backend=%s units=%s debug=%v split=%s assertions=%v overflow=%v rpath=%v incremental=%v panic=%s strip=%s flags=%q",
		p.Name, p.OptLevel, p.LTO, word(p.CodegenBackend), units, p.Debuginfo, word(p.SplitDebuginfo), p.DebugAssertions, p.OverflowChecks, p.RPath, p.Incremental, p.Panic,
		strings.ToLower(strip), p.Rustflags)
}

func (n *node) label() string {
	platform := "host"
	if n.Platform != nil {
		platform = *n.Platform
	}
	return fmt.Sprintf("%s %s %s %s %s %s %s features=%q {%s}", n.PkgID, strings.Join(n.Target.Kind, ","), strings.Join(n.Target.CrateTypes, ","), n.Target.Name,
		filepath.Base(n.Target.SrcPath), n.Mode, platform, n.Features, n.Profile.text())
}

func (g *graph) text() string {
	w := &writer{graph: g, labels: map[string]map[string]bool{}, names: make([]string, len(g.Units)), hashes: make([]string, len(g.Units))}
	for i := range g.Units {
		label := g.Units[i].label()
		if w.labels[label] == nil {
			w.labels[label] = map[string]bool{}
		}
		w.labels[label][w.hash(i)] = true
	}
	blocks := make([]string, len(g.Units))
	for i := range g.Units {
		blocks[i] = w.block(i)
	}
	slices.Sort(blocks)
	blocks = slices.Compact(blocks)
	var b strings.Builder
	for _, i := range g.Roots {
		fmt.Fprintf(&b, "root %s\n", w.name(i))
	}
	return b.String() + strings.Join(blocks, "")
}

// writer names units by what they are; where that fits several, also by all that is below them.
type writer struct {
	graph  *graph
	labels map[string]map[string]bool // and the hashes of the units
	names  []string
	hashes []string
}

func (w *writer) name(i int) string {
	if w.names[i] == "" {
		label := w.graph.Units[i].label()
		if len(w.labels[label]) > 1 {
			label += " #" + w.hash(i)
		}
		w.names[i] = label
	}
	return w.names[i]
}

func (w *writer) hash(i int) string {
	if w.hashes[i] == "" {
		text := w.graph.Units[i].label()
		last := ""
		for _, d := range w.graph.Units[i].Dependencies {
			line := fmt.Sprintln(d.Extern, d.Public, w.hash(d.Index))
			if line != last {
				text += line
			}
			last = line
		}
		w.hashes[i] = fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:8]
	}
	return w.hashes[i]
}

func (w *writer) block(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", w.name(i))
	for _, d := range w.graph.Units[i].Dependencies {
		public := ""
		if d.Public {
			public = " public"
		}
		line := fmt.Sprintf("    %s%s = %s\n", d.Extern, public, w.name(d.Index))
		if !strings.HasSuffix(b.String(), line) {
			b.WriteString(line)
		}
	}
	return b.String()
}
