package fix

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"berth/internal/build"
	"berth/internal/cargohome"
	"berth/internal/compile"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// bench is a unit whose compiler is a function: it wants each "a" to be a "b", one a call.
type bench struct {
	*testing.T
	dir, source string
	home        string
	calls       int
	said        []string
	before      func(call int)        // while the compiler runs
	verdict     func(text string) int // exit code; nil for 0
	fail        func(call int) error
}

func newBench(t *testing.T, text string) *bench {
	b := &bench{T: t, dir: t.TempDir(), home: t.TempDir()}
	b.source = filepath.Join(b.dir, "lib.rs")
	b.write(text)
	return b
}

func (b *bench) write(text string) {
	b.Helper()
	if err := os.WriteFile(b.source, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) text() string {
	b.Helper()
	text, err := os.ReadFile(b.source)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// call compiles: all suggestions of one call are in each other's way, so that each needs a round.
func (b *bench) call() (out build.Output, err error) {
	b.calls++
	if out.Began, err = unitstore.Moment(b.dir); err != nil {
		b.Fatal(err)
	}
	text := b.text()
	if b.before != nil {
		b.before(b.calls)
	}
	if b.fail != nil {
		if err := b.fail(b.calls); err != nil {
			return out, err
		}
	}
	for i := range text {
		if text[i] == 'a' {
			one := `{"file_name":"lib.rs","byte_start":%d,"byte_end":%d,"suggested_replacement":%q,"suggestion_applicability":"MachineApplicable"}`
			out.Stderr = append(out.Stderr, `{"message":"m","level":"warning","rendered":"m\n","spans":[{"file_name":"lib.rs"}],"children":[{"message":"c","level":"help","children":[],"spans":[`+
				fmt.Sprintf(one, 0, i, text[:i])+","+fmt.Sprintf(one, i, i+1, "b")+`]}]}`)
		}
	}
	if b.verdict != nil {
		out.Exit.Code = b.verdict(text)
	}
	return out, nil
}

// run fixes, with some options.
func (b *bench) run(o Options) (build.Output, error) {
	b.Helper()
	if o.Rounds == 0 {
		o.Rounds = DefaultRounds
	}
	u := &unit.Unit{ID: crate.PackageID{Name: "p"}, Package: &manifest.Package{Dir: b.dir}, Target: &manifest.Target{Name: "p", Edition: manifest.Edition2021}, Mode: unit.Check}
	home := cargohome.Open(lockfs.At(b.home))
	f := New(&unit.Graph{Units: []*unit.Unit{u}, Roots: []*unit.Unit{u}}, home, home, o)
	return f.Make(b.Context(), u, &compile.Command{Dir: b.dir, Args: []string{"--crate-name", "p", "lib.rs"}}, b.call, func(do func(build.Voice)) { do(voice{b}) })
}

// voice notes what is said.
type voice struct{ b *bench }

func (v voice) Status(verb, text string)                { v.b.said = append(v.b.said, verb+" "+text) }
func (v voice) Warn(text string)                        { v.b.said = append(v.b.said, "warning: "+text) }
func (v voice) Error(string)                            {}
func (v voice) Note(string)                             {}
func (v voice) Raw(text string)                         { v.b.said = append(v.b.said, colors.ReplaceAllString(text, "")) }
func (v voice) Out(string)                              {}
func (v voice) Lost() error                             { return nil }
func (v voice) Wait(string, lockfs.Holder) (end func()) { return func() {} }

var colors = regexp.MustCompile("\x1b\\[[0-9]*m")

// expect holds what came out against what should.
func (b *bench) expect(text string, calls int, said ...string) {
	b.Helper()
	if got := b.text(); got != text || b.calls != calls {
		b.Errorf("after %d calls the file is %q, expected %q after %d", b.calls, got, text, calls)
	}
	all := strings.Join(b.said, "\n")
	for _, want := range said {
		if !strings.Contains(all, want) {
			b.Errorf("%q was not said:\n%s", want, all)
		}
	}
}

// save changes the file as an editor would, some time after the compiler has begun.
func (b *bench) save(text string) {
	b.Helper()
	began, err := unitstore.Moment(b.dir)
	for now := began; err == nil && !now.After(began); {
		now, err = unitstore.Moment(b.dir)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.write(text)
}

func TestRounds(t *testing.T) {
	for _, c := range []struct {
		text, want string
		calls      int
		said       string
	}{
		{"x", "x", 1, ""},
		{"a", "b", 2, "Fixed lib.rs (1 fix)"},
		{"aa", "bb", 3, "Fixed lib.rs (2 fixes)"},
		{"aaaaaa", "aabbbb", 5, "Fixed lib.rs (4 fixes)"}, // it was often enough
	} {
		b := newBench(t, c.text)
		if out, err := b.run(Options{}); err != nil || out.Exit.Code != 0 {
			t.Error(out, err)
		}
		b.expect(c.want, c.calls, c.said)
	}
}

func failsOn(what string) func(string) int {
	return func(text string) int {
		if strings.Contains(text, what) {
			return 1
		}
		return 0
	}
}

func TestTakenBack(t *testing.T) {
	b := newBench(t, "xaya")
	b.verdict = failsOn("b")
	out, err := b.run(Options{})
	if err != nil || out.Exit.Code != 0 || len(out.Stderr) != 2 {
		t.Error("it is not what the compiler said of the original:", out, err)
	}
	b.expect("xaya", 2, "warning: failed to automatically apply fixes suggested by rustc to crate `p`", "  * lib.rs\n", "\nm\n")

	b = newBench(t, "xa")
	b.verdict = failsOn("b")
	if _, err := b.run(Options{Broken: true}); err != nil {
		t.Error(err)
	}
	b.expect("xb", 2, "warning: failed")

	b = newBench(t, "a")
	b.verdict = func(string) int { return 1 }
	if out, err := b.run(Options{}); err != nil || out.Exit.Code != 1 {
		t.Error(out, err)
	}
	b.expect("a", 1)
}

func TestInterrupted(t *testing.T) {
	b := newBench(t, "aa")
	b.fail = func(call int) error {
		if call == 2 {
			return context.Canceled
		}
		return nil
	}
	if _, err := b.run(Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	b.expect("aa", 2)
}

// TestKilled: fixes that no compiler has approved are taken back by the next run, unless somebody has changed the file.
func TestKilled(t *testing.T) {
	for name, c := range map[string]struct {
		text, saved, want string
		calls             int
		broken            bool
		said              string
	}{
		"before the verdict":       {"xaya", "", "xbyb", 3, false, "`lib.rs` had fixes of a run that was killed"},
		"and saved since":          {"xaya", "xaz", "xbz", 2, false, "Fixed lib.rs (1 fix)"},
		"and the original is back": {"xaya", "xaya", "xbyb", 3, false, "Fixed lib.rs (2 fixes)"},
		"of code that may break":   {"xaya", "", "xbyb", 2, true, "Fixed lib.rs (1 fix)"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.text)
			b.killed(Options{Broken: c.broken})
			b.expect("xayb", 2)
			if c.saved != "" {
				b.write(c.saved)
			}
			b.calls = 0
			if _, err := b.run(Options{}); err != nil {
				t.Error(err)
			}
			b.expect(c.want, c.calls, c.said)
			if left, _ := os.ReadDir(filepath.Join(b.home, "berth", "v1", "fixes")); len(left) > 0 {
				t.Errorf("left over: %v", left)
			}
		})
	}
}

// TestSavedMeanwhile: what somebody else writes at any moment is neither fixed by what was said of something else, nor lost.
func TestSavedMeanwhile(t *testing.T) {
	b := newBench(t, "a")
	b.before = func(call int) {
		if call == 1 {
			b.save("xya")
		}
	}
	if _, err := b.run(Options{}); err != nil {
		t.Error(err)
	}
	b.expect("xyb", 3, "Fixed lib.rs (1 fix)")

	b = newBench(t, "a")
	b.verdict = failsOn("b")
	b.before = func(call int) {
		if call == 2 {
			b.save("other")
		}
	}
	if _, err := b.run(Options{}); err != nil {
		t.Error(err)
	}
	b.expect("other", 2, "`lib.rs` was changed by something else")

	b = newBench(t, "xaya")
	b.before = func(call int) {
		if call == 2 {
			b.save("saved, without it: bya")
		}
	}
	b.verdict = failsOn("byb")
	if _, err := b.run(Options{}); err != nil {
		t.Error(err)
	}
	b.expect("saved, without it: bya", 4, "warning: failed")

	b = newBench(t, "a")
	b.before = func(call int) { b.save(fmt.Sprint("a", call)) }
	if _, err := b.run(Options{}); err == nil {
		t.Error("no error though the file never stayed what it was")
	}
	b.expect("a20", 20)
}

// killed is a run that ends amid the second call of the compiler.
func (b *bench) killed(o Options) {
	defer func() { _, b.fail = recover(), nil }()
	b.fail = func(call int) error {
		if call == 2 {
			panic("killed")
		}
		return nil
	}
	b.run(o)
}
