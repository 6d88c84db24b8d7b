package cargo_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
)

// yard is projects that are built with a compiler which is counted.
type yard struct {
	*pair
	log string
}

func newYard(t *testing.T) *yard {
	y := &yard{pair: newPair(t)}
	y.log = filepath.Join(y.dir, "calls")
	s := registryserver.Run(t, registryserver.Options{}, cratekit.New("leaf", "1.0.0"), cratekit.New("middle", "1.0.0", "leaf 1"))
	y.write(filepath.Join(y.theirs.Home, "config.toml"), s.Replace())
	y.write("wrapper", "#!/bin/sh\ncase \"$*\" in *___*) ;; *--crate-name*) echo \"$*\" >>'"+y.log+"' ;; esac\nexec \"$@\"\n")
	return y
}

// project makes a workspace with everything in it that is made in a way of its own.
func (y *yard) project(dir string) {
	y.write(dir+"/Cargo.toml", "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nmiddle = \"1\"\nmac = { path = \"mac\" }\n[workspace]\n")
	y.write(dir+"/build.rs", "fn main() { std::fs::write(std::env::var(\"OUT_DIR\").unwrap() + \"/x.rs\", \"pub const X: u32 = 7;\").unwrap(); println!(\"cargo::rerun-if-changed=build.rs\"); }\n")
	y.write(dir+"/src/lib.rs", "include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));\nmac::make!();\npub use middle as m;\n#[test]\nfn works() { assert_eq!(X + made(), 12) }\n")
	y.write(dir+"/src/main.rs", "fn main() { println!(\"{}\", p::X + p::made()) }\n")
	y.write(dir+"/tests/it.rs", "#[test]\nfn runs() { assert_eq!(std::process::Command::new(env!(\"CARGO_BIN_EXE_p\")).output().unwrap().stdout, b\"12\\n\") }\n")
	y.write(dir+"/mac/Cargo.toml", "[package]\nname = \"mac\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n")
	y.write(dir+"/mac/src/lib.rs", "extern crate proc_macro;\n#[proc_macro]\npub fn make(_: proc_macro::TokenStream) -> proc_macro::TokenStream { \"pub fn made() -> u32 { 5 }\".parse().unwrap() }\n")
}

// berthIn is a command in a directory.
func (y *yard) berthIn(dir, line string) *exec.Cmd {
	cmd := y.command("cargo", []string{"RUSTC_WRAPPER=" + filepath.Join(y.dir, "wrapper")}, strings.Fields(line)...)
	cmd.Dir = filepath.Join(y.dir, dir)
	return cmd
}

// together runs commands at the same moment, each of which must succeed.
func (y *yard) together(lines ...[2]string) {
	y.Helper()
	var all sync.WaitGroup
	failures := make([]string, len(lines))
	for i, l := range lines {
		all.Go(func() {
			if said, err := y.berthIn(l[0], l[1]).CombinedOutput(); err != nil {
				failures[i] = fmt.Sprintf("%s: cargo %s: %v\n%s", l[0], l[1], err, said)
			}
		})
	}
	all.Wait()
	for _, f := range failures {
		if f != "" {
			y.Error(f)
		}
	}
}

func (y *yard) logged() string {
	y.Helper()
	data, err := os.ReadFile(y.log)
	if err != nil {
		y.Fatal(err)
	}
	return string(data)
}

// crates are the names of what was compiled so far, in order.
func (y *yard) crates() []string {
	y.Helper()
	var names []string
	for line := range strings.Lines(y.logged()) {
		_, rest, _ := strings.Cut(line, "--crate-name ")
		name, _, _ := strings.Cut(rest, " ")
		names = append(names, name)
	}
	return names
}

// calls are those of the compiler so far, without what differs between attempts.
func (y *yard) calls() []string {
	y.Helper()
	var calls []string
	for line := range strings.Lines(y.logged()) {
		var words []string
		skip := false
		for _, w := range strings.Fields(line) {
			if !skip && !strings.HasPrefix(w, "incremental=") {
				words = append(words, w)
			}
			skip = w == "--out-dir"
		}
		calls = append(calls, strings.Join(words, " "))
	}
	slices.Sort(calls)
	return calls
}

// Any verbs beside each other in one workspace: all succeed, and no unit is made twice.
func TestVerbsBesideEachOther(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.project("one")
	y.together([2]string{"one", "build"}, [2]string{"one", "check"}, [2]string{"one", "test"}, [2]string{"one", "run"}, [2]string{"one", "build --all-targets"}, [2]string{"one", "check"})
	calls := y.calls()
	if twice := len(calls) - len(slices.Compact(slices.Clone(calls))); twice > 0 {
		t.Errorf("%d calls of the compiler were made twice:\n%s", twice, strings.Join(calls, "\n"))
	}
	before := len(calls)
	y.together([2]string{"one", "build"}, [2]string{"one", "test"}, [2]string{"one", "check"})
	if after := len(y.calls()); after != before {
		t.Errorf("%d units were made again", after-before)
	}
}

// Checkouts of one project that are built at the same moment: what they depend on is compiled once in all.
func TestDependenciesOnceForAllCheckouts(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	var lines [][2]string
	for _, dir := range []string{"one", "two", "three"} {
		y.project(dir)
		lines = append(lines, [2]string{dir, "build"})
	}
	y.together(lines...)
	counts := map[string]int{}
	for _, name := range y.crates() {
		counts[name]++
	}
	if counts["leaf"] != 1 || counts["middle"] != 1 || counts["p"] != 6 || counts["mac"] != 3 {
		t.Errorf("compiled: %v", counts)
	}
}

// What `clean -p` names is compiled anew in the workspace, once, also what lies in the store of all workspaces; the others keep
// what they have.
func TestCleanedDependency(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.project("one")
	y.project("two")
	y.together([2]string{"one", "build"})
	y.together([2]string{"two", "build"})
	for _, step := range []struct {
		dir, line string
		made      []string
	}{
		{"one", "clean -p leaf", nil},
		{"two", "build", nil},
		{"one", "build", []string{"leaf"}},
		{"one", "build", nil},
		{"two", "build", nil},
		{"one", "clean -p leaf --release", nil},
		{"one", "build", nil},
		{"one", "clean -p middle", nil},
		{"one", "build", []string{"middle"}},
		{"one", "clean -p leaf", nil},
		{"one", "clean", nil},
		{"one", "clean -p leaf", nil}, // where nothing was built yet
		{"one", "build -p leaf", []string{"leaf"}},
		{"one", "clean", nil},
		{"one", "clean -p leaf", nil},
		{"one", "clean --target-dir target", nil}, // it says that it may go
	} {
		before := len(y.crates())
		y.together([2]string{step.dir, step.line})
		if made := y.crates()[before:]; !slices.Equal(slices.Sorted(slices.Values(made)), step.made) {
			t.Errorf("%s: cargo %s has compiled %q, expected %q", step.dir, step.line, made, step.made)
		}
	}
	if left, err := os.ReadDir(filepath.Join(y.dir, "one", "target")); err == nil {
		t.Errorf("clean has left %v", left)
	}
}

// A build that is killed leaves what was complete, and nothing that the next one stumbles over.
func TestKilledBuild(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.project("one")
	for units := range 3 {
		cmd := y.berthIn("one", "build")
		stderr, err := cmd.StderrPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		said := bufio.NewScanner(stderr)
		for begun := 0; begun <= units && said.Scan(); {
			if strings.Contains(said.Text(), "Compiling ") {
				begun++
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	y.together([2]string{"one", "test"})
	before := len(y.calls())
	y.together([2]string{"one", "test"})
	if after := len(y.calls()); after != before {
		t.Errorf("%d units were made again", after-before)
	}
}

// A build that nobody hears any more ends, as with stock: what it has begun is made, and nothing after that.
func TestNobodyListens(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"build", "build --message-format json"} {
		y := newYard(t)
		y.project(".")
		cmd := y.berthIn(".", line)
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer write.Close()
		if read.Close(); line == "build" {
			cmd.Stderr = write
		} else {
			cmd.Stdout = write
		}
		if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != 101 {
			t.Errorf("%s: %v", line, err)
		}
		calls, err := os.ReadFile(y.log)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		if strings.Contains(string(calls), "--crate-name p ") {
			t.Errorf("%s went on:\n%s", line, calls)
		}
	}
}
