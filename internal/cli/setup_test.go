package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"berth/internal/lockfs"
	"berth/internal/testkit/stock"
)

func mustRename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// shells puts programs of these names on a PATH.
func (w *world) shells(names ...string) string {
	for _, name := range names {
		w.write(filepath.Join("shells", name), "#!/bin/sh\n")
	}
	return "PATH=" + w.at("shells")
}

func TestSetupAndUndo(t *testing.T) {
	w := newWorld(t)
	w.write(".bashrc", "alias a=b") // without a newline at its end
	w.write(".zshenv", "# mine\n. \"$HOME/cargo/env\"\n")
	path := w.shells("zsh", "fish", "nu", "pwsh")
	before := find(t, w.at())
	for range 2 { // the second time changes nothing
		if r := w.run([]string{path}, "berth", "setup", "-y"); r.Code != 0 {
			t.Fatal(r)
		}
	}
	for name, want := range map[string]string{
		".profile":                        ". \"$HOME/cargo/env\"\n",
		".bashrc":                         "alias a=b\n. \"$HOME/cargo/env\"\n",
		".zshenv":                         "# mine\n. \"$HOME/cargo/env\"\n",
		".config/fish/conf.d/rustup.fish": "source \"$HOME/cargo/env.fish\"\n",
		".config/nushell/config.nu":       "source \"~/cargo/env.nu\"\n",
		".config/powershell/profile.ps1":  ". \"$HOME/cargo/env.ps1\"\n",
		"cargo/env.nu":                    "use std/util \"path add\"\npath add \"~/cargo/bin\"\n",
	} {
		if got := w.read(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	out, err := exec.Command("/bin/sh", "-c", "HOME="+w.at()+" PATH=/bin; . "+w.at("cargo", "env")+"; . "+w.at("cargo", "env")+"; echo $PATH").CombinedOutput()
	if err != nil || string(out) != w.at("cargo", "bin")+":/bin\n" {
		t.Errorf("env: %v %s", err, out)
	}
	if target, err := os.Readlink(w.at("cargo", "bin", "rustc")); err != nil || target != "berth" {
		t.Errorf("rustc leads to %q, %v", target, err)
	}
	if r := w.run([]string{path}, "berth", "setup", "--undo"); r.Code != 0 {
		t.Fatal(r)
	}
	same(t, "after undo", find(t, w.at()), before)
	if got := w.read(".bashrc"); got != "alias a=b\n" {
		t.Errorf(".bashrc is %q", got)
	}
	if got := w.read(".zshenv"); got != "# mine\n. \"$HOME/cargo/env\"\n" {
		t.Errorf("a line that was there went: %q", got)
	}
}

// TestSetupAndUndoAtOnce: whoever is last decides, and none fails because of the others.
func TestSetupAndUndoAtOnce(t *testing.T) {
	w := newWorld(t)
	before := find(t, w.at())
	var group sync.WaitGroup
	for i := range 12 {
		args := []string{"berth", "setup", "--undo"}
		if i%4 == 0 {
			args = args[:2]
		}
		group.Go(func() {
			if r := w.run(nil, args...); r.Code != 0 {
				t.Errorf("%v: %v", args, r)
			}
		})
	}
	group.Wait()
	w.must("berth", "setup", "--undo")
	same(t, "after undo", find(t, w.at()), before)
}

// TestSetupBringsTheHelper: berth-git comes along where it lies beside berth, and goes with the rest.
func TestSetupBringsTheHelper(t *testing.T) {
	w := newWorld(t)
	w.must("berth", "setup", "--no-modify-path")
	before := find(t, w.at())
	beside := filepath.Join(w.Program.Dir, "berth-git")
	if err := os.WriteFile(beside, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(beside) })
	for range 2 {
		w.must("berth", "setup", "--no-modify-path")
	}
	if got := w.read("cargo/bin/berth-git"); got != "#!/bin/sh\n" {
		t.Errorf("the helper is %q", got)
	}
	w.must("berth", "setup", "--undo")
	if _, err := os.Stat(w.at("cargo", "bin", "berth-git")); !os.IsNotExist(err) {
		t.Errorf("after undo: %v", err)
	}
	os.Remove(beside)
	w.must("berth", "setup", "--no-modify-path")
	same(t, "again without the helper", find(t, w.at()), before)
}

func TestSetupLeavesProfilesAlone(t *testing.T) {
	w := newWorld(t)
	w.must("berth", "setup", "--no-modify-path")
	if _, err := os.Stat(w.at(".profile")); !os.IsNotExist(err) {
		t.Errorf(".profile: %v", err)
	}
	w.write("cargo/env", "# edited\n")
	w.must("berth", "setup", "--undo")
	if got := w.read("cargo/env"); got != "# edited\n" {
		t.Errorf("env is %q", got)
	}
}

// rustup as its installer leaves it: a program, and links to it.
func (w *world) otherRustup() {
	w.write("cargo/bin/rustup", "#!/bin/sh\necho the other rustup\n")
	for _, name := range []string{"rustc", "cargo"} {
		if err := os.Symlink("rustup", w.at("cargo", "bin", name)); err != nil {
			w.Fatal(err)
		}
	}
	w.write("cargo/bin/rustfmt", "#!/bin/sh\necho my own rustfmt\n")
}

func TestSetupBesideAnotherRustup(t *testing.T) {
	w := newWorld(t)
	w.otherRustup()
	before := find(t, w.at())
	r := w.run(nil, "berth", "setup")
	if r.Code != 1 {
		t.Error(r)
	}
	contains(t, r.Output, "already has rustup, rustfmt, and not from berth", "berth setup --replace")
	if out, _ := exec.Command(w.at("cargo", "bin", "rustc")).Output(); string(out) != "the other rustup\n" {
		t.Errorf("it was touched: %q", out)
	}

	w.must("berth", "setup", "--replace")
	contains(t, w.run([]string{"PATH=" + w.at("cargo", "bin") + ":/bin:/usr/bin"}, "berth", "doctor").Output, w.at("cargo", "bin", "rustc")+": berth")
	w.must("berth", "setup") // nothing is foreign any more

	// A rustup-init that runs now takes the name again; what it brings is kept.
	w.write("newer", "#!/bin/sh\necho a newer rustup\n")
	mustRename(t, w.at("newer"), w.at("cargo", "bin", "rustup"))
	w.must("berth", "setup", "--replace")
	w.must("berth", "setup", "--undo")
	same(t, "after undo", find(t, w.at()), before)
	if out, _ := exec.Command(w.at("cargo", "bin", "rustc")).Output(); string(out) != "a newer rustup\n" {
		t.Errorf("not brought back: %q", out)
	}
	if out, _ := exec.Command(w.at("cargo", "bin", "rustfmt")).Output(); string(out) != "my own rustfmt\n" {
		t.Errorf("not brought back: %q", out)
	}
}

// After --undo --all the homes are as if stock rustup alone had been there.
func TestUndoAllLeavesWhatStockWouldHave(t *testing.T) {
	w := newWorld(t)
	before := find(t, w.at())
	w.must("berth", "setup")
	rustup := w.at("cargo", "bin", "rustup")
	script := func(rustup string) [][]string {
		return [][]string{
			{rustup, "toolchain", "install", "stable", "--profile", "minimal", "--no-self-update"},
			{rustup, "toolchain", "install", "1.95.0", "--profile", "minimal", "--no-self-update"},
			{rustup, "component", "add", "clippy"},
		}
	}
	for _, words := range script(rustup) {
		cmd := w.Command(t.Context(), w.Homes, nil, "rustup", words[1:]...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	// What packages and builds keep goes too, but not under somebody who uses it.
	w.write("cargo/berth/v1/units/ab/abcdef0123456789/1/stamp", "a unit\n")
	w.write("cargo/berth/v1/answers/rustc", "1.95.0\n")
	_, making, err := lockfs.NewLock(lockfs.At(w.at("cargo", "berth", "v1", "locks", "units", "abcdef0123456789.lock")), lockfs.RankUnit, "a unit").Try(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	r := w.run(nil, "berth", "setup", "--undo", "--all")
	if r.Code != 1 {
		t.Error(r)
	}
	contains(t, r.Output, "abcdef0123456789.lock is held by process")
	if w.read("cargo/berth/v1/units/ab/abcdef0123456789/1/stamp") != "a unit\n" {
		t.Error("a unit went while somebody made one")
	}
	if err := making.Close(); err != nil {
		t.Fatal(err)
	}
	w.must("berth", "setup", "--undo", "--all")

	got := find(t, w.Rustup())
	for _, line := range got {
		if strings.Contains(line, "berth") {
			t.Errorf("left behind: %s", line)
		}
	}
	for _, tree := range []string{"stable", "1.95.0"} {
		found, _ := filepath.Glob(filepath.Join(w.Rustup(), "toolchains", tree+"-*"))
		if len(found) != 1 {
			t.Fatalf("%s: %v", tree, found)
		}
		if out, err := exec.Command(filepath.Join(found[0], "bin", "rustc"), "--version").Output(); err != nil || !strings.HasPrefix(string(out), "rustc 1.95.0") {
			t.Errorf("%s: %s, %v", tree, out, err)
		}
	}
	s := stock.New(t, w.server.URL())
	for _, words := range script("rustup") {
		s.Run(words[1:]...)
	}
	same(t, "beside stock", got, find(t, s.Rustup))
	if err := os.RemoveAll(w.Rustup()); err != nil {
		t.Fatal(err)
	}
	same(t, "what is not rustup's", find(t, w.at()), before)
}

// With hard links a new berth has to be linked anew under every name.
func TestSetupOfANewerBerthWithHardLinks(t *testing.T) {
	w := newWorld(t)
	before := find(t, w.at())
	hard := "RUSTUP_HARDLINK_PROXIES=1"
	if r := w.run([]string{hard, plainPath}, "berth", "setup", "-y"); r.Code != 0 {
		t.Fatal(r)
	}
	// The one that is there becomes another file, with all its names.
	older, err := os.OpenFile(w.at("cargo", "bin", "berth"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = older.WriteString("older")
	if err != nil || older.Close() != nil {
		t.Fatal(err)
	}
	if r := w.run([]string{hard, plainPath}, "berth", "setup", "-y"); r.Code != 0 {
		t.Fatal(r)
	}
	berth, _ := os.Stat(w.at("cargo", "bin", "berth"))
	for _, name := range []string{"rustup", "rustc", "cargo-fmt"} {
		if info, err := os.Stat(w.at("cargo", "bin", name)); err != nil || !os.SameFile(info, berth) {
			t.Errorf("%s is not the new one: %v", name, err)
		}
	}
	if r := w.run([]string{plainPath}, "berth", "setup", "--undo"); r.Code != 0 {
		t.Fatal(r)
	}
	same(t, "after undo", find(t, w.at()), before)
}
