package update

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/cargolock"
	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/testkit/randomcrates"
	"berth/internal/testkit/stock"
)

var (
	firstSeed = flag.Uint64("seed", 1, "first seed of the worlds that are compared with stock")
	worlds    = flag.Uint64("worlds", 12, "how many worlds are compared with stock")
)

// TestLikeStock: from the same packages, manifests and Cargo.lock the same Cargo.lock comes out as from stock Cargo, in
// a row of commands between which the registry and the manifests change.
func TestLikeStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	solved, unsolved := 0, 0
	for seed := *firstSeed; seed < *firstSeed+*worlds; seed++ {
		c := comparison{t: t, cargo: cargo, w: world(seed), dir: t.TempDir()}
		if c.run() {
			solved++
		} else {
			unsolved++
		}
	}
	t.Logf("%d worlds, %d without a solution", solved+unsolved, unsolved)
	if solved < int(*worlds)/4 {
		t.Error("too few worlds have a solution for the test to mean something")
	}
}

// world: every fourth one is hard, every fifth of those that are not a knot.
func world(seed uint64) *randomcrates.World {
	switch {
	case seed%4 == 3:
		return randomcrates.New(seed, randomcrates.Hard())
	case seed%5 == 2:
		return randomcrates.Knots(seed, 8+int(seed%9), 3+int(seed%6))
	}
	return randomcrates.New(seed, randomcrates.Small())
}

type comparison struct {
	t     *testing.T
	cargo *stock.Cargo
	w     *randomcrates.World
	dir   string
}

func (c *comparison) run() (solved bool) {
	c.write()
	if !c.step("generate-lockfile") {
		return false
	}
	for _, step := range []string{"workspace", "one", "recursive", "precise", "all"} {
		c.w.Change()
		c.write()
		c.step(step)
	}
	return true
}

func (c *comparison) write() {
	if err := os.RemoveAll(filepath.Join(c.dir, "registry")); err != nil {
		c.t.Fatal(err)
	}
	if err := c.w.Write(c.dir); err != nil {
		c.t.Fatal(err)
	}
}

func (c *comparison) lockFile() string { return filepath.Join(c.dir, "ws", "Cargo.lock") }

// step does the same with stock and with ours; true if there is a solution, and both have the same and say the same.
func (c *comparison) step(what string) bool {
	o := outcome{}
	in, err := c.w.Input(c.dir)
	if err != nil {
		c.t.Fatalf("seed %d: %v", c.w.Seed, err)
	}
	before, _ := os.ReadFile(c.lockFile())
	args := []string{what}
	if what != "generate-lockfile" {
		args = c.plan(&in, &o, what, before)
	}
	o.run(c, in, before, what)
	r := c.cargo.Try(filepath.Join(c.dir, "ws"), nil, args...)
	failed := func(format string, more ...any) bool {
		c.t.Helper()
		c.t.Errorf("seed %d: cargo %s: %s", c.w.Seed, strings.Join(args, " "), fmt.Sprintf(format, more...))
		return false
	}
	switch {
	case r.Code != 0 && o.err != nil:
		return false
	case r.Code != 0:
		return failed("only stock has no solution:\n%s", r.Stderr)
	case o.err != nil:
		return failed("only stock has a solution: %v", o.err)
	}
	want, err := os.ReadFile(c.lockFile())
	if err != nil {
		c.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), o.lock); diff != "" {
		return failed("other than stock's:\n%s", diff)
	}
	if diff := cmp.Diff(lines(r.Stderr), o.said); diff != "" {
		return failed("stock says otherwise:\n%s", diff)
	}
	return true
}

// lines are what stock says about the lock file.
func lines(stderr string) string {
	var b strings.Builder
	for line := range strings.Lines(stderr) {
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(line, " ") && slices.Contains([]string{"Locking", "Adding", "Removing", "Updating", "Downgrading", "Unchanged"}, verb) || strings.HasPrefix(line, "note: ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// outcome is what ours does.
type outcome struct {
	options Options
	err     error
	lock    string
	said    string
}

func (o *outcome) run(c *comparison, in resolve.Input, before []byte, what string) {
	if o.err != nil {
		return
	}
	format := in.Format
	var g *resolve.Graph
	if g, o.err = resolve.Resolve(context.Background(), in); o.err != nil {
		return
	}
	if o.lock = string(g.Lock().Append(nil, string(before))); cargolock.SameLines(o.lock, string(before)) {
		o.lock = string(before)
	} else {
		g.Format = max(g.Format, format)
		o.lock = string(g.Lock().Append(nil, string(before)))
	}
	about := Input{
		Before: in.Previous, After: g, Keep: in.Keep, Registry: in.Registry, Precise: in.Precise, Verbose: c.verbose(),
		Rust: semver.Partial{Parts: 3, Major: 1, Minor: uint64(c.cargo.Release())}, HonorsRust: c.w.Resolver == 3, Release: c.cargo.Release(),
	}
	if what != "generate-lockfile" {
		about.Occasion = Asked
	}
	for _, r := range in.Roots {
		about.Members = append(about.Members, Member{r.Summary.ID, r.Summary.RustVersion})
	}
	said, err := Report(context.Background(), about)
	o.err = err
	for _, line := range said {
		if line.Verb == "" {
			o.said += "note: " + line.Text + "\n"
		} else {
			o.said += fmt.Sprintf("%12s %s%s\n", line.Verb, line.Text, line.Note)
		}
	}
}

func (c *comparison) verbose() bool { return c.w.Seed%2 == 0 }

// plan prepares the input for `cargo update`, and gives the arguments for stock.
func (c *comparison) plan(in *resolve.Input, o *outcome, what string, before []byte) []string {
	lock, err := cargolock.Parse("Cargo.lock", before)
	if err != nil {
		c.t.Fatal(err)
	}
	if in.Previous, err = resolve.FromLock(lock, in.Paths()); err != nil {
		c.t.Fatal(err)
	}
	args := []string{"update"}
	if c.verbose() {
		args = append(args, "-v")
	}
	var specs []string
	for _, p := range in.Previous.Packages {
		if p.ID.Source.IsRegistry() {
			specs = append(specs, crate.SpecOf(p.ID).String())
		}
	}
	if what != "all" && what != "workspace" && len(specs) > 0 {
		o.options.Specs = []string{c.w.Pick(specs)}
		args = append(args, o.options.Specs[0])
	}
	switch {
	case what == "workspace" || what != "all" && len(specs) == 0:
		o.options.Workspace = true
		args = append(args, "--workspace")
	case what == "recursive":
		o.options.Recursive = true
		args = append(args, "--recursive")
	case what == "precise":
		spec, err := crate.ParseSpec(o.options.Specs[0])
		if err != nil {
			c.t.Fatal(err)
		}
		o.options.Precise = c.version(spec.Name)
		args = append(args, "--precise", o.options.Precise)
	}
	var members []crate.PackageID
	for _, r := range in.Roots {
		members = append(members, r.Summary.ID)
	}
	plan, err := NewPlan(in.Previous, members, o.options)
	in.Keep, in.Precise, o.err = plan.Keep, plan.Precise, err
	return args
}

func (c *comparison) version(name string) string {
	var all []string
	for _, p := range c.w.Crates {
		if p.Name == name {
			all = append(all, p.Version)
		}
	}
	return c.w.Pick(all)
}
