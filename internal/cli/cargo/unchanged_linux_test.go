package cargo_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/fakerustc"
	"berth/internal/testkit/stock"
)

// doubles are two copies of one workspace: in the first berth may find out that nothing has changed, in the second it plans
// each time.
type doubles struct {
	*pair
	roots   [2]string
	fakes   [2]*fakerustc.Place
	env     map[string]string
	words   []string
	found   int // how often nothing had changed
	planned int
	failed  int
}

func newDoubles(t *testing.T) *doubles {
	w := &doubles{pair: newPair(t), env: map[string]string{}}
	real := filepath.Join(filepath.Dir(w.theirs.Path()), "rustc")
	for i := range w.roots {
		w.roots[i] = filepath.Join(w.dir, fmt.Sprint("twin", i), "above", "ws")
		place := filepath.Join(w.dir, fmt.Sprint("twin", i), "fake")
		err := os.MkdirAll(place, 0o755)
		if err == nil {
			w.fakes[i], err = fakerustc.Make(place, real)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w.write("Cargo.toml", "[workspace]\nmembers = [\"m*\"]\nexclude = [\"mx\"]\nresolver = \"2\"\n")
	w.write("m1/Cargo.toml", manifestOfDouble("m1", "m2 = { path = \"../m2\" }"))
	w.write("m1/src/lib.rs", "")
	w.write("m1/src/main.rs", "")
	w.write("m2/Cargo.toml", manifestOfDouble("m2", "out = { path = \"../../out\", optional = true }"))
	w.write("m2/src/lib.rs", "")
	w.write("m2/build.rs", "")
	w.write("../out/Cargo.toml", manifestOfDouble("out", ""))
	w.write("../out/src/lib.rs", "")
	return w
}

func manifestOfDouble(name, dependency string) string {
	return "[package]\nname = \"" + name + "\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nf = []\n[dependencies]\n" + dependency + "\n"
}

// each does something to a path in both.
func (w *doubles) each(name string, do func(path string) error) {
	w.Helper()
	for _, root := range w.roots {
		if err := do(filepath.Join(root, filepath.FromSlash(name))); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *doubles) write(name, text string) {
	w.Helper()
	w.each(name, func(path string) error {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(text), 0o644)
	})
}

// toggle writes a file where none is, and removes one that is.
func (w *doubles) toggle(name, text string) {
	w.Helper()
	if _, err := os.Lstat(filepath.Join(w.roots[0], filepath.FromSlash(name))); err != nil {
		w.write(name, text)
		return
	}
	w.each(name, os.RemoveAll)
}

func (w *doubles) add(name, text string) {
	w.Helper()
	w.each(name, func(path string) error {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil // it is not there now
		}
		return os.WriteFile(path, append(data, text...), 0o644)
	})
}

// sameTime changes bytes and leaves size and time.
func (w *doubles) sameTime(name string) {
	w.each(name, func(path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return nil
		}
		err = swap("2021", "2018")(path)
		if err == nil {
			err = os.Chtimes(path, info.ModTime(), info.ModTime())
		}
		return err
	})
}

// damage does something to all files in the target directory that fit a pattern.
func (w *doubles) damage(pattern string, do func(path string) error) {
	for _, root := range w.roots {
		found, err := filepath.Glob(filepath.Join(root, "target", pattern))
		for _, path := range found {
			if err == nil {
				err = do(path)
			}
		}
		if err != nil {
			w.Fatal(err)
		}
	}
}

func (w *doubles) setenv(name string, values ...string) func(*rand.Rand) {
	return func(chance *rand.Rand) {
		if value := values[chance.IntN(len(values))]; value == "" {
			delete(w.env, name)
		} else {
			w.env[name] = value
		}
	}
}

// edits are all that may happen between two builds.
func (w *doubles) edits() map[string]func(*rand.Rand) {
	text := func(chance *rand.Rand) string { return fmt.Sprintf("// %d\n", chance.IntN(4)) }
	toggled := func(name, text string) func(*rand.Rand) { return func(*rand.Rand) { w.toggle(name, text) } }
	return map[string]func(*rand.Rand){
		"a source":                func(c *rand.Rand) { w.write("m2/src/lib.rs", text(c)) },
		"the program":             func(c *rand.Rand) { w.write("m1/src/main.rs", text(c)) },
		"a comment in a manifest": func(*rand.Rand) { w.add("m1/Cargo.toml", "# c\n") },
		"a description": func(*rand.Rand) {
			w.each("m2/Cargo.toml", swap("edition = \"2021\"\n", "edition = \"2021\"\ndescription = \"d\"\n"))
		},
		"an edition, as old as it was": func(*rand.Rand) { w.sameTime("m1/Cargo.toml") },
		"a feature":                    func(*rand.Rand) { w.each("m1/Cargo.toml", swap("f = []", "f = [\"m2/f\"]")) },
		"a profile": func(*rand.Rand) {
			w.each("Cargo.toml", swap("resolver = \"2\"\n", "resolver = \"2\"\n[profile.dev]\nopt-level = 1\n"))
		},
		"a resolver":                  func(*rand.Rand) { w.each("Cargo.toml", swap("resolver = \"2\"", "resolver = \"1\"")) },
		"a dependency outside":        func(*rand.Rand) { w.each("m2/Cargo.toml", swap(", optional = true", ", optional = false")) },
		"a dependency's own manifest": func(*rand.Rand) { w.each("../out/Cargo.toml", swap("edition = \"2021\"", "edition = \"2018\"")) },
		"a program more":              toggled("m1/src/bin/x.rs", ""),
		"a program in a directory":    toggled("m1/src/bin/y/main.rs", ""),
		"the directory of programs":   func(*rand.Rand) { w.each("m1/src/bin", os.RemoveAll) },
		"an example":                  toggled("m1/examples/e.rs", ""),
		"a test":                      toggled("m2/tests/t.rs", ""),
		"a bench":                     toggled("m2/benches/b.rs", ""),
		"a script":                    toggled("m1/build.rs", ""),
		"what a script says":          toggled("m2/script.said", "cargo::rerun-if-changed=data\ncargo::rerun-if-env-changed=SCRIPT\ncargo::rustc-cfg=x\n"),
		"what a script reads":         func(c *rand.Rand) { w.write("m2/data", text(c)) },
		"what a script may read":      toggled("m2/more/file", "1"),
		"a member":                    func(*rand.Rand) { w.toggleMember("m3") },
		"an excluded one":             func(*rand.Rand) { w.toggleMember("mx") },
		"a member of that name moves": func(*rand.Rand) {
			w.each("m3", func(path string) error { _ = os.RemoveAll(path + "x"); _ = os.Rename(path, path+"x"); return nil })
		},
		"Cargo.lock goes":  func(*rand.Rand) { w.each("Cargo.lock", os.RemoveAll) },
		"Cargo.lock":       func(*rand.Rand) { w.add("Cargo.lock", "\n") },
		"flags above":      toggled("../.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"above\"]\n"),
		"a variable above": toggled("../../.cargo/config.toml", "[env]\nV = { value = \"file\", relative = true }\n"),
		"an included file": func(c *rand.Rand) {
			w.write(".cargo/config.toml", "include = [\"more.toml\"]\n")
			w.write(".cargo/more.toml", fmt.Sprintf("[profile.dev]\ndebug = %d\n", c.IntN(3)))
		},
		"no configuration":             func(*rand.Rand) { w.each(".cargo", os.RemoveAll) },
		"RUSTFLAGS":                    w.setenv("RUSTFLAGS", "", "--cfg e", "--cfg g"),
		"a variable for a key":         w.setenv("CARGO_PROFILE_DEV_OPT_LEVEL", "", "2"),
		"a variable of a script":       w.setenv("SCRIPT", "", "1"),
		"shells count on":              w.setenv("SHLVL", "", "1", "2"),
		"another name of the compiler": w.setenv("RUSTUP_TOOLCHAIN", "", "other"),
		"a program is gone":            func(*rand.Rand) { w.damage("debug/m1", os.Remove) },
		"a program is another": func(*rand.Rand) {
			w.damage("debug/m1", func(path string) error { _ = os.Remove(path); return os.WriteFile(path, []byte("x"), 0o755) })
		},
		"an output is gone": func(*rand.Rand) { w.damage("berth/v1/units/*/*/*/*.rmeta", os.Remove) },
		"an output is another": func(*rand.Rand) {
			w.damage("berth/v1/units/*/*/*/*.rmeta", func(path string) error { return os.WriteFile(path, []byte("x"), 0o644) })
		},
		"a stamp is gone": func(*rand.Rand) { w.damage("berth/v1/units/*/*/*/stamp", os.Remove) },
		"a .d file is another": func(*rand.Rand) {
			w.damage("debug/*.d", func(path string) error { return os.WriteFile(path, nil, 0o644) })
		},
		"a record is torn": func(*rand.Rand) {
			w.damage("berth/v1/unchanged/*", func(path string) error { return os.Truncate(path, 300) })
		},
		"a member is cleaned": func(*rand.Rand) { w.clean() },
		"all is gone":         func(*rand.Rand) { w.each("target", os.RemoveAll) },
		"nothing":             func(*rand.Rand) {},
	}
}

func (w *doubles) clean() {
	for i, root := range w.roots {
		cmd := w.command("cargo", append(w.fakes[i].Env(), "RUSTUP_TOOLCHAIN=peer"), "clean", "-p", "m2")
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			w.Fatalf("%v\n%s", err, out)
		}
	}
}

func (w *doubles) toggleMember(name string) {
	if _, err := os.Lstat(filepath.Join(w.roots[0], name)); err == nil {
		w.each(name, os.RemoveAll)
		return
	}
	w.write(name+"/Cargo.toml", manifestOfDouble(name, ""))
	w.write(name+"/src/lib.rs", "")
}

// swap replaces one text in a file by the other, or the other way round.
func swap(a, b string) func(string) error {
	return func(path string) error {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		text := string(data)
		if strings.Contains(text, b) {
			text = strings.Replace(text, b, a, 1)
		} else {
			text = strings.Replace(text, a, b, 1)
		}
		return os.WriteFile(path, []byte(text), 0o644)
	}
}

// lines are command lines, of which a run has one.
func lines() []string {
	return []string{"check", "build", "check --all-targets", "build --release", "build -p m2", "check --features m1/f", "run -p m1", "run --bin m1", "test --no-run", "bench --no-run -p m2", "check --config profile.dev.debug=1", "build --config extra.toml"}
}

// run runs the command line in both and compares what they say, and what they have called.
func (w *doubles) run(why string) (ok bool) {
	w.Helper()
	var results [2]stock.Result
	var calls [2][]string
	for i, root := range w.roots {
		env := append(w.fakes[i].Env(), "RUSTUP_TOOLCHAIN=peer", "BERTH_LOG=unchanged=debug", "LC_ALL=C")
		if i == 1 {
			env = append(env, "BERTH_UNCHANGED=0")
		}
		for name, value := range w.env {
			env = append(env, name+"="+value)
		}
		cmd := w.command("cargo", env, append(slices.Clone(w.words), "-v", "--offline", "--message-format", "json")...)
		cmd.Dir = root
		var stdout, stderr strings.Builder
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		_ = cmd.Run() // its exit code is compared
		results[i] = stock.Result{Stdout: w.normal(i, stdout.String()), Stderr: w.normal(i, stderr.String()), Code: cmd.ProcessState.ExitCode()}
		made, err := w.fakes[i].Calls()
		if err != nil {
			w.Fatal(err)
		}
		for _, c := range made {
			calls[i] = append(calls[i], w.normal(i, c.Program+" in "+c.Dir+": "+strings.Join(c.Args, " ")))
		}
		slices.Sort(calls[i])
	}
	if strings.Contains(results[0].Stderr, "berth::unchanged") {
		w.found++
		results[0].Stderr = regexp.MustCompile(`(?m)^.*berth::unchanged.*\n`).ReplaceAllString(results[0].Stderr, "")
	} else {
		w.planned++
	}
	if results[1].Code != 0 {
		w.failed++
	}
	results[0].Stderr, results[1].Stderr = sorted(results[0].Stderr), sorted(results[1].Stderr)
	results[0].Stdout, results[1].Stdout = sorted(results[0].Stdout), sorted(results[1].Stdout)
	if results[0] != results[1] || !slices.Equal(calls[0], calls[1]) {
		w.Fatalf("%s, `cargo %s` %v: it says\n%s\n%s(exit %d)\nand calls\n%s\nPlanned anew it says\n%s\n%s(exit %d)\nand calls\n%s", why, strings.Join(w.words, " "), w.env,
			results[0].Stderr, results[0].Stdout, results[0].Code, strings.Join(calls[0], "\n"), results[1].Stderr, results[1].Stdout, results[1].Code, strings.Join(calls[1], "\n"))
	}
	return results[1].Code == 0
}

// sorted: units end in any order, and lines of what happened beside each other are no order.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// normal leaves out what differs between the two: where they are, hashes of that, folders' names, and times.
func (w *doubles) normal(i int, text string) string {
	text = strings.ReplaceAll(text, fmt.Sprint("twin", i), "twin")
	text = regexp.MustCompile(`[0-9a-f]{16}(-[0-9a-f]{6,16})?`).ReplaceAllString(text, "HASH")
	text = regexp.MustCompile(`units/[0-9a-z]{2}/HASH/[^/" ]+`).ReplaceAllString(text, "UNIT")
	return regexp.MustCompile(`in \d+\.\d\ds`).ReplaceAllString(text, "in TIME")
}

// Whatever is edited, a run that may find out that nothing has changed does and says what a run does that plans.
// BERTH_LONG makes it long.
func TestNothingIsMissed(t *testing.T) {
	w := newDoubles(t)
	w.toolchain("other", filepath.Dir(filepath.Dir(w.theirs.Path())))
	w.toolchain("peer2", filepath.Dir(filepath.Dir(w.theirs.Path())))
	w.write("extra.toml", "[profile.dev]\npanic = \"abort\"\n")
	steps := 40
	if os.Getenv("BERTH_LONG") != "" {
		steps = 600
	}
	const seed = 20
	chance := rand.New(rand.NewPCG(seed, 0))
	edits := w.edits()
	var names []string
	for name := range edits {
		names = append(names, name)
	}
	slices.Sort(names)
	w.words = []string{"check"}
	chance.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for i := range steps {
		why := names[i%len(names)]
		if chance.IntN(4) == 0 {
			w.words = strings.Fields(lines()[chance.IntN(len(lines()))])
		}
		for range 1 + chance.IntN(3) { // the last of them finds what it knows, most of the time
			w.run("before " + why)
		}
		edits[why](chance)
		if !w.run(fmt.Sprintf("step %d, after %s", i, why)) {
			edits[why](chance) // most of them undo themselves
			w.run("after that was undone")
		}
	}
	t.Logf("nothing had changed %d times, and %d times it was planned; %d failed", w.found, w.planned, w.failed)
	if w.found < steps/3 || w.failed > steps/4 {
		t.Errorf("of %d runs only %d found that nothing had changed, and %d failed: what is compared?", w.found+w.planned, w.found, w.failed)
	}
}
