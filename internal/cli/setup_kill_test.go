package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Killed at any durable step, the same command again brings what it would have
// brought at once. An ordinary run takes a sample of the steps.
func TestSetupKilledAnywhere(t *testing.T) {
	none := func(*world) {}
	for _, c := range []struct {
		name  string
		given func(*world)
		words []string
	}{
		{"fresh", none, []string{"setup"}},
		{"replace", (*world).otherRustup, []string{"setup", "--replace"}},
		{"newer", func(w *world) {
			w.must("berth", "setup")
			w.write("cargo/bin/berth", "#!/bin/sh\n")
		}, []string{"setup"}},
		{"undo", func(w *world) { w.must("berth", "setup") }, []string{"setup", "--undo"}},
		{"restore", func(w *world) { w.otherRustup(); w.must("berth", "setup", "--replace") }, []string{"setup", "--undo"}},
		{"undo all", func(w *world) {
			w.must("berth", "setup")
			w.must("rustup", "toolchain", "install", "stable", "--profile", "minimal")
			w.must("rustup", "component", "add", "clippy")
			w.write("cargo/berth/v1/units/ab/abcdef0123456789/1/stamp", "a unit\n")
		}, []string{"setup", "--undo", "--all"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.given(w)
			saved := w.save()
			trace := w.at("trace")
			if r := w.run([]string{plainPath, "BERTH_CRASHPOINT_TRACE=" + trace}, append([]string{"berth"}, c.words...)...); r.Code != 0 {
				t.Fatal(r)
			}
			points := strings.Fields(w.read("trace"))
			w.remove("trace")
			want := find(t, w.at())
			for _, at := range sample(points) {
				w.restore(saved)
				killed := w.run([]string{plainPath, "BERTH_CRASHPOINT=" + at + "=kill"}, append([]string{"berth"}, c.words...)...)
				if killed.Code != -1 {
					t.Errorf("%s: not killed: %v", at, killed)
				}
				if again := w.run([]string{plainPath}, append([]string{"berth"}, c.words...)...); again.Code != 0 {
					t.Errorf("%s: then %v", at, again)
				}
				same(t, "killed at "+at, find(t, w.at()), want)
			}
		})
	}
}

// sample names passages of points: the first two of each (the links are all
// alike), and of those every seventh unless there is time for all.
func sample(points []string) (list []string) {
	passed := map[string]int{}
	for i, point := range points {
		passed[point]++
		if n := passed[point]; n <= 2 && (os.Getenv("BERTH_LONG") != "" || i%7 == 0) {
			list = append(list, fmt.Sprintf("%s#%d", point, n))
		}
	}
	return list
}

// save copies the user's directory aside.
func (w *world) save() string {
	w.Helper()
	to := w.TempDir() + "/saved"
	w.copyTree(w.at(), to)
	return to
}

func (w *world) restore(from string) {
	w.Helper()
	if err := os.RemoveAll(w.at()); err != nil {
		w.Fatal(err)
	}
	w.copyTree(from, w.at())
}

func (w *world) copyTree(from, to string) {
	w.Helper()
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		w.Fatalf("%v\n%s", err, out)
	}
}

func (w *world) remove(name string) {
	if err := os.Remove(w.at(name)); err != nil {
		w.Error(err)
	}
}
