package installed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"berth/internal/crate"
	"berth/internal/installed"
	"berth/internal/lockfs"
	"berth/internal/semver"
	"berth/internal/testkit/stock"
)

// TestMain lets the test binary be another install: INSTALLED_TEST is the root, and the arguments the package and its
// programs.
func TestMain(m *testing.M) {
	root := os.Getenv("INSTALLED_TEST")
	if root == "" {
		os.Exit(m.Run())
	}
	if err := install(context.Background(), root, os.Args[1], os.Args[2:]...); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	os.Exit(0)
}

func install(ctx context.Context, root, name string, programs ...string) error {
	_, t, err := installed.At(lockfs.At(root)).Change(ctx)
	if err != nil {
		return err
	}
	defer t.Close()
	from := map[string]string{}
	for _, p := range programs {
		from[p] = filepath.Join(filepath.Dir(root), name)
	}
	return t.Install(describe(name, programs...), from)
}

func describe(name string, programs ...string) *installed.Package {
	text := func(s string) *string { return &s }
	return &installed.Package{
		ID:       crate.PackageID{Name: name, Version: must(semver.Parse("1.0.0")), Source: crate.PublicSource()},
		Programs: programs, Profile: "release", Target: text("t"), Compiler: text("rustc 1\n"),
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// newRoot is a directory in which programs a and b lie, and a root beside them.
func newRoot(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("program "+name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "root")
}

func list(t *testing.T, root string) string {
	t.Helper()
	packages, err := installed.At(lockfs.At(root)).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range packages {
		all = append(all, p.ID.Name+":"+strings.Join(p.Programs, ","))
	}
	return strings.Join(all, " ")
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestNothingIsInstalledWhereNothingIs(t *testing.T) {
	root := newRoot(t)
	if got := list(t, root); got != "" {
		t.Error(got)
	}
	if _, err := os.Stat(root); err == nil {
		t.Error("listing made something")
	}
}

func TestProgramsHaveOneOwner(t *testing.T) {
	root := newRoot(t)
	for _, err := range []error{install(t.Context(), root, "a", "y", "x"), install(t.Context(), root, "b", "y"), install(t.Context(), root, "b", "z")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := list(t, root); got != "a:x b:y,z" {
		t.Error(got)
	}
	if read(t, root, "bin/x") != "program a" || read(t, root, "bin/y") != "program b" {
		t.Error("wrong programs")
	}
	if err := install(t.Context(), root, "b", "x"); err != nil {
		t.Fatal(err)
	}
	if got := list(t, root); got != "b:x,y,z" {
		t.Error(got)
	}
}

// changing holds the list until the end of the test, and is with it its first package.
func changing(t *testing.T, root string) (*installed.Tracker, *installed.Package) {
	t.Helper()
	_, tracker, err := installed.At(lockfs.At(root)).Change(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tracker.Close() })
	return tracker, tracker.Packages()[0]
}

func TestRemove(t *testing.T) {
	root := newRoot(t)
	if err := install(t.Context(), root, "a", "x", "y"); err != nil {
		t.Fatal(err)
	}
	tracker, p := changing(t, root)
	if err := tracker.Remove(p, []string{"z"}); err == nil {
		t.Error("a program that is not there")
	}
	os.Remove(filepath.Join(root, "bin", "x")) // by the user
	if err := tracker.Remove(p, []string{"x", "y"}); err != nil {
		t.Fatal(err)
	}
	if first, second := read(t, root, ".crates.toml"), read(t, root, ".crates2.json"); first != "[v1]\n" || second != `{"installs":{}}` {
		t.Errorf("%q %q", first, second)
	}
	if tracker.Exists("y") {
		t.Error("y is left")
	}
}

// TestRemoveStaysInItsDirectory: whoever wrote the list cannot name other files by it.
func TestRemoveStaysInItsDirectory(t *testing.T) {
	root := newRoot(t)
	if err := install(t.Context(), root, "a", "x"); err != nil {
		t.Fatal(err)
	}
	list := strings.Replace(read(t, root, ".crates.toml"), `"x"`, `"../x"`, 1)
	for name, text := range map[string]string{".crates.toml": list, "x": "mine"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tracker, p := changing(t, root)
	if err := tracker.Remove(p, p.Programs); err == nil || read(t, root, "x") != "mine" {
		t.Errorf("removed %q: %v", p.Programs, err)
	}
}

// TestARunningProgramIsReplaced: who runs it goes on with the old one.
func TestARunningProgramIsReplaced(t *testing.T) {
	root := newRoot(t)
	data := must(os.ReadFile("/bin/cat"))
	if err := os.WriteFile(filepath.Join(filepath.Dir(root), "a"), data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := install(t.Context(), root, "a", "x"); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(root, "bin", "x"))
	in := must(cmd.StdinPipe())
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := install(t.Context(), root, "b", "x"); err != nil {
		t.Fatal(err)
	}
	in.Write([]byte("still here"))
	in.Close()
	if err := cmd.Wait(); err != nil || out.String() != "still here" || read(t, root, "bin/x") != "program b" {
		t.Errorf("%v %q", err, out.String())
	}
}

func TestWhatLaterCargosKeepStays(t *testing.T) {
	root := newRoot(t)
	if err := install(t.Context(), root, "a", "x"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, ".crates2.json")
	text := read(t, root, ".crates2.json")
	text = strings.TrimSuffix(text, "}}}") + `,"new":{"b":[1,2.50,null],"a":"<é>"}}},"later":[true]}`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := install(t.Context(), root, "b", "y"); err != nil {
		t.Fatal(err)
	}
	if got := read(t, root, ".crates2.json"); !strings.Contains(got, `,"new":{"a":"<é>","b":[1,2.50,null]}},"b 1.0.0`) || !strings.HasSuffix(got, `}},"later":[true]}`) {
		t.Error(got)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for name, text := range map[string]string{
		".crates.toml":  "[v1]\n\"a 1.0.0 (nonsense)\" = [\"a\"]\n",
		".crates2.json": `{"installs":[]}`,
	} {
		root := newRoot(t)
		if err := install(t.Context(), root, "a", "x"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		err := install(t.Context(), root, "b", "y")
		var failed *installed.ParseError
		if !errors.As(err, &failed) || failed.File != filepath.Join(root, name) {
			t.Errorf("%s: %v", name, err)
		}
		if read(t, root, name) != text {
			t.Errorf("%s was written", name)
		}
	}
}

func role(root string, args []string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), "INSTALLED_TEST="+root), env...)
	return cmd
}

func TestManyAtOnce(t *testing.T) {
	root := newRoot(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if out, err := role(root, []string{"a", fmt.Sprintf("x%02d", i)}).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	all.Wait()
	if got := list(t, root); strings.Count(got, "x") != 16 {
		t.Error(got)
	}
}

// TestKilledAtEveryPoint: what was there before is listed, and the next install leaves nothing of the killed one.
func TestKilledAtEveryPoint(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	root := newRoot(t)
	if out, err := role(root, []string{"a", "x", "y"}, "BERTH_CRASHPOINT_TRACE="+trace).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, point := range slices.Compact(slices.Sorted(strings.FieldsSeq(string(must(os.ReadFile(trace)))))) {
		for _, c := range []struct{ before, during []string }{{[]string{"b", "x", "z"}, []string{"a", "x"}}, {[]string{"a", "x"}, []string{"b", "q", "w", "x"}}} {
			root := newRoot(t)
			if err := install(t.Context(), root, c.before[0], c.before[1:]...); err != nil {
				t.Fatal(err)
			}
			if err := role(root, c.during, "BERTH_CRASHPOINT="+point+"=kill").Run(); err == nil {
				t.Fatalf("%s: not killed", point)
			}
			list(t, root)
			if err := install(t.Context(), root, c.during[0], c.during[1:]...); err != nil {
				t.Fatalf("%s: %v", point, err)
			}
			if got := list(t, root); !strings.Contains(got, c.during[0]+":"+strings.Join(c.during[1:], ",")) {
				t.Errorf("%s: %s", point, got)
			}
			for _, e := range must(os.ReadDir(filepath.Join(root, "bin"))) {
				if strings.Contains(e.Name(), "berth") {
					t.Errorf("%s: %s is left", point, e.Name())
				}
			}
		}
	}
}

// TestBesideStock: what stock has installed is read and written again to the byte, stock goes on with what we wrote, and
// its uninstall finds it.
func TestBesideStock(t *testing.T) {
	toolchain, err := stock.Toolchain()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	root := filepath.Join(dir, "root")
	cargo := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(filepath.Join(toolchain, "bin", "cargo"), args...)
		cmd.Env = slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "RUST") || strings.HasPrefix(e, "CARGO") })
		cmd.Env = append(cmd.Env, "CARGO_HOME="+filepath.Join(dir, "home"), "PATH="+filepath.Join(toolchain, "bin")+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("cargo %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	for name, text := range map[string]string{
		"p/Cargo.toml":     "[package]\nname='two-bins'\nversion='0.1.0'\nedition='2021'\n[features]\na=[]\n",
		"p/src/bin/one.rs": "fn main() {}", "p/src/bin/two.rs": "fn main() {}", "b": "program b",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cargo("install", "--path", filepath.Join(dir, "p"), "--root", root, "--features", "a", "--debug")
	first, second := read(t, root, ".crates.toml"), read(t, root, ".crates2.json")
	_, tracker, err := installed.At(lockfs.At(root)).Change(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	theirs := *tracker.Packages()[0]
	if theirs.Profile != stock.NewCargo(t).Release().Debugging() || !slices.Equal(theirs.Features, []string{"a"}) || !slices.Equal(theirs.Programs, []string{"one", "two"}) {
		t.Errorf("%+v", theirs)
	}
	if err := tracker.Install(&theirs, map[string]string{"one": filepath.Join(root, "bin", "two"), "two": filepath.Join(root, "bin", "one")}); err != nil {
		t.Fatal(err)
	}
	tracker.Close()
	if read(t, root, ".crates.toml") != first || read(t, root, ".crates2.json") != second {
		t.Errorf("written anew they are\n%s\n%s\nand were\n%s\n%s", read(t, root, ".crates.toml"), read(t, root, ".crates2.json"), first, second)
	}
	if err := install(t.Context(), root, "b", "x"); err != nil {
		t.Fatal(err)
	}
	if got := cargo("install", "--list", "--root", root); got != "b v1.0.0:\n    x\ntwo-bins v0.1.0 ("+filepath.Join(dir, "p")+"):\n    one\n    two\n" {
		t.Errorf("stock lists %s", got)
	}
	cargo("uninstall", "--root", root, "two-bins", "--bin", "one")
	if got := list(t, root); got != "b:x two-bins:two" {
		t.Error(got)
	}
	cargo("uninstall", "--root", root, "b", "two-bins")
	first, second = read(t, root, ".crates.toml"), read(t, root, ".crates2.json")
	if first != "[v1]\n" || second != `{"installs":{}}` {
		t.Errorf("stock leaves %q %q", first, second)
	}
}
