package unitstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"berth/internal/lockfs"
	"berth/internal/unitstore"
)

// The test binary plays the other builds: UNITSTORE_TEST says what to do in which directory.
//
//	make <dir>    the unit "a", unless it is there; says "made" or "found"
//	hold <dir>    begins the unit "a", says so, and stays until its standard input ends
//	use <dir>     finds the unit "a", says so, and stays
//	sweep <dir>   everything that may go
//	edit <dir>    makes another variant of the unit "a"
//	keep <dir>    makes the unit "a" in a CARGO_HOME, with a spare in a target directory
//	adopt <dir>   finds it there, says so, and stays for nothing
func TestMain(m *testing.M) {
	verb, dir, _ := strings.Cut(os.Getenv("UNITSTORE_TEST"), " ")
	if verb == "" {
		os.Exit(m.Run())
	}
	s := open(dir)
	if verb == "keep" || verb == "adopt" {
		s = spared(dir)
	}
	s.Dir = "/somewhere"
	if err := play(context.Background(), s, verb); err != nil {
		fmt.Println("error:", err)
		os.Exit(3)
	}
	if err := s.Close(); err != nil {
		fmt.Println("error:", err)
		os.Exit(3)
	}
	os.Exit(0)
}

func play(ctx context.Context, s *unitstore.Store, verb string) error {
	switch verb {
	case "make":
		return makeRole(ctx, s, anything)
	case "edit":
		return makeRole(ctx, s, none)
	case "hold":
		_, a, err := s.TryBegin(ctx, keyOf("a"), who(), anything)
		if err != nil {
			return err
		}
		os.WriteFile(filepath.Join(a.Dir, "half"), nil, 0o644)
		return stay("begun " + a.Dir)
	case "keep", "adopt":
		found, err := s.Find(ctx, keyOf("a"), anything)
		for err == nil && found.Variant == nil && verb == "keep" {
			found.Variant, err = makeSpared(ctx, s)
			if errors.Is(err, lockfs.ErrBusy) {
				<-s.Watch(ctx, keyOf("a"))
				found, err = s.Find(ctx, keyOf("a"), anything)
			}
		}
		if err != nil || found.Variant == nil {
			return fmt.Errorf("not found: %v", err)
		}
		fmt.Println("found", found.Dir)
		s.Spares.Keep(ctx, found.Variant, true)
		return s.Spares.Close()
	case "use":
		found, err := s.Find(ctx, keyOf("a"), anything)
		if err != nil || found.Variant == nil {
			return fmt.Errorf("not found: %v", err)
		}
		return stay("found " + found.Dir)
	case "sweep":
		swept, err := s.Sweep(ctx, unitstore.Policy{Soft: -1})
		fmt.Println("swept", len(swept.Removed), swept.InUse)
		return err
	}
	return errors.New("no such role")
}

func stay(said string) error {
	fmt.Println(said)
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

func makeRole(ctx context.Context, s *unitstore.Store, accept unitstore.Accept) error {
	key := keyOf("a")
	for {
		found, err := s.Find(ctx, key, accept)
		if err != nil {
			return err
		}
		if found.Variant != nil {
			fmt.Println("found", found.Dir)
			return nil
		}
		found, a, err := s.TryBegin(ctx, key, who(), accept)
		switch {
		case errors.Is(err, lockfs.ErrBusy):
			<-s.Watch(ctx, key)
			continue
		case err != nil:
			return err
		case a == nil:
			fmt.Println("found", found.Dir)
			return nil
		}
		for _, name := range []string{"libdemo.rmeta", "libdemo.rlib"} {
			if err := os.WriteFile(filepath.Join(a.Dir, name), []byte(name), 0o644); err != nil {
				return errors.Join(err, a.Abandon(ctx))
			}
		}
		if _, err := a.Commit(ctx, unitstore.Made{}); err != nil {
			return err
		}
		fmt.Println("made", a.Dir)
		return nil
	}
}

func role(verb, dir string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "UNITSTORE_TEST="+verb+" "+dir), env...)
	return cmd
}

// run plays a role to its end and gives its first words.
func run(t *testing.T, verb, dir string, env ...string) string {
	t.Helper()
	out, err := role(verb, dir, env...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", verb, err, out)
	}
	return strings.TrimSpace(string(out))
}

// started plays a role that stays, until end is called.
func started(t *testing.T, verb, dir string) (said string, cmd *exec.Cmd) {
	t.Helper()
	cmd = role(verb, dir)
	in := must(cmd.StdinPipe())
	out := must(cmd.StdoutPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	line := make([]byte, 4096)
	n, err := out.Read(line)
	if err != nil {
		t.Fatalf("%s said nothing: %v", verb, err)
	}
	return strings.TrimSpace(string(line[:n])), cmd
}

func TestManyAtOnceOneMakes(t *testing.T) {
	dir := t.TempDir()
	const many = 32
	said := make([]string, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			out, err := role("make", dir).CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			said[i] = string(out)
		})
	}
	all.Wait()
	made, places := 0, map[string]bool{}
	for _, s := range said {
		if strings.HasPrefix(s, "made") {
			made++
		}
		_, place, _ := strings.Cut(s, " ")
		places[place] = true
	}
	if made != 1 || len(places) != 1 {
		t.Errorf("made %d times, in %d places: %q", made, len(places), said)
	}
	onlyUnits(t, dir, 1)
}

// onlyUnits holds what is on the disk against what may be there after all processes have ended: variants, and what is
// noted of uses.
func onlyUnits(t *testing.T, dir string, variants int) {
	t.Helper()
	var left []string
	stamps := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil:
			return err
		case d.IsDir():
		case d.Name() == "stamp":
			stamps++
		case strings.HasPrefix(d.Name(), "libdemo.r"), rel == "units/uses", rel == "units/dropped":
		default:
			left = append(left, rel)
		}
		return nil
	})
	if err != nil || stamps != variants || len(left) > 0 {
		t.Errorf("%v; %d variants, expected %d; left: %q", err, stamps, variants, left)
	}
}

func TestAKilledMakerIsFollowed(t *testing.T) {
	dir := t.TempDir()
	said, cmd := started(t, "hold", dir)
	if !strings.HasPrefix(said, "begun ") {
		t.Fatal(said)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if said := run(t, "make", dir); !strings.HasPrefix(said, "made ") {
		t.Error(said)
	}
	run(t, "sweep", dir)
	onlyUnits(t, dir, 0)
}

// TestAnotherHomesMakerIsLeftAlone: who shares a target directory but not the locks makes the unit too, and does not
// remove what the other one is at.
func TestAnotherHomesMakerIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	said, cmd := started(t, "hold", dir)
	_, place, _ := strings.Cut(said, " ")
	other := unitstore.Open(lockfs.At(dir).Join("units"), lockfs.At(t.TempDir()))
	defer other.Close()
	makeUnit(t, other, keyOf("a"), "x")
	if _, err := os.Stat(filepath.Join(place, "half")); err != nil {
		t.Error("a living maker's attempt was removed:", err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	a := begin(t, other, keyOf("a"), none)
	if _, err := os.Stat(place); err == nil {
		t.Error("a dead maker's attempt was left")
	}
	a.Abandon(t.Context())
}

// scenes are commands and what they begin with.
func scenes() []struct{ name, before, verb, actions string } {
	return []struct{ name, before, verb, actions string }{
		{"make", "", "make", "kill full"},
		{"damage", "make damage", "make", "kill"},
		{"sweep", "make edit", "sweep", "kill error"},
	}
}

func prepare(t *testing.T, before string) string {
	dir := t.TempDir()
	for _, verb := range strings.Fields(before) {
		if verb == "damage" {
			damage(t, dir)
			continue
		}
		here(t, verb, dir)
	}
	return dir
}

// damage alters the one rlib that is there.
func damage(t *testing.T, dir string) {
	found := must(filepath.Glob(filepath.Join(dir, "units", "*", "*", "*", "libdemo.rlib")))
	if len(found) != 1 {
		t.Fatalf("expected one rlib, got %q", found)
	}
	if err := os.WriteFile(found[0], []byte("LIBDEMO.rlib"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestKilledAtEveryPoint: and the next one finds or makes the unit, and what was left is gone after a sweep.
func TestKilledAtEveryPoint(t *testing.T) {
	for _, scene := range scenes() {
		trace := filepath.Join(t.TempDir(), "trace")
		run(t, scene.verb, prepare(t, scene.before), "BERTH_CRASHPOINT_TRACE="+trace)
		points := strings.Fields(string(must(os.ReadFile(trace))))
		if len(points) < 5 {
			t.Fatalf("%s passes %q only", scene.name, points)
		}
		seen := map[string]int{}
		for _, point := range points {
			seen[point]++
			at := fmt.Sprintf("%s#%d", point, seen[point])
			for _, action := range strings.Fields(scene.actions) {
				t.Run(scene.name+" "+at+" "+action, func(t *testing.T) { stopAt(t, scene.before, scene.verb, at, action) })
			}
		}
	}
}

func stopAt(t *testing.T, before, verb, point, action string) {
	dir := prepare(t, before)
	out, err := role(verb, dir, "BERTH_CRASHPOINT="+point+"="+action).CombinedOutput()
	if err == nil && action == "kill" {
		t.Fatalf("it was not killed:\n%s", out)
	}
	here(t, "make", dir)
	s := open(dir)
	v := find(t, s, keyOf("a")).Variant
	s.Close()
	if v == nil || string(must(os.ReadFile(filepath.Join(v.Dir, "libdemo.rlib")))) != "libdemo.rlib" {
		t.Errorf("%+v", v)
	}
	here(t, "sweep", dir)
	onlyUnits(t, dir, 0)
}

// here plays a role in this process.
func here(t *testing.T, verb, dir string) {
	t.Helper()
	s := open(dir)
	if err := errors.Join(play(t.Context(), s, verb), s.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsInUseStays: also if it is leased after the sweep has begun.
func TestWhatIsInUseStays(t *testing.T) {
	dir := t.TempDir()
	run(t, "make", dir)
	said, cmd := started(t, "use", dir)
	_, place, _ := strings.Cut(said, " ")
	if said := run(t, "sweep", dir); said != "swept 0 1" {
		t.Error(said)
	}
	s := open(dir)
	defer s.Close()
	if swept, err := s.Drop(t.Context(), "demo@1.0.0", false); err != nil || len(swept.Removed) != 0 || swept.InUse != 1 {
		t.Errorf("%+v %v", swept, err)
	}
	if users, err := s.Users(t.Context()); err != nil || !slices.ContainsFunc(users, func(u unitstore.User) bool { return u.PID == cmd.Process.Pid && u.Units == 1 }) {
		t.Errorf("%+v %v", users, err)
	}
	if _, err := os.Stat(filepath.Join(place, "libdemo.rlib")); err != nil {
		t.Error(err)
	}
	if find(t, s, keyOf("a")).Variant == nil {
		t.Error("it is not found after a sweep that left it")
	}
	s.Close()
	cmd.Process.Kill()
	cmd.Wait()
	if said := run(t, "sweep", dir); said != "swept 1 0" {
		t.Error(said)
	}
	onlyUnits(t, dir, 0)
}

// TestSweepsBesideBuilds: many of both, and nobody fails or finds a unit that is not whole.
func TestSweepsBesideBuilds(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 24 {
		verb := "make"
		if i%3 == 2 {
			verb = "sweep"
		}
		all.Go(func() {
			if out, err := role(verb, dir).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", verb, err, out)
			}
		})
	}
	all.Wait()
}
