package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/app"
	"berth/internal/lockfs"
	"berth/internal/store"
	"berth/internal/unitstore"
)

// TestWhoseVerb: what is unstable goes to the toolchain's cargo, which here says what it was called with.
func TestWhoseVerb(t *testing.T) {
	w := newWorld(t)
	w.must("rustup", "toolchain", "install", "stable", "--profile", "minimal")
	for words, want := range map[string]string{
		"--version":                        "berth " + app.Version + "\n",
		"-V":                               "berth " + app.Version + "\n",
		"run -Z x -- y":                    "cargo: run -Z x -- y\n",
		"install -Z x ripgrep":             "cargo: install -Z x ripgrep\n",
		"publish":                          "cargo: publish\n",
		"check -Z x":                       "cargo: check -Z x\n",
		"doc -Z x --open":                  "cargo: doc -Z x --open\n",
		"uninstall -Z x y":                 "cargo: uninstall -Z x y\n",
		"build -Z x --release":             "cargo: build -Z x --release\n",
		"-v build -Z x":                    "cargo: -v build -Z x\n",
		"+stable test -Z x":                "cargo: test -Z x\n",
		"cargo publish":                    "cargo: publish\n",
		"help publish":                     "cargo: help publish\n",
		"toolchain list -q":                "stable-",
		"rustup check":                     "up to date",
		"show home":                        w.Rustup(),
		"which rustc":                      filepath.Join("bin", "rustc"),
		"help toolchain":                   "Usage:",
		"help rustup":                      "rustup " + app.RustupVersion,
		"help setup":                       "--undo",
		"setup --help":                     "--replace",
		"--help":                           "doctor",
		"":                                 "doctor",
		"help":                             "doctor",
		"rustup --version":                 "rustup " + app.RustupVersion + " (",
		"locks":                            "no lock is held",
		"sweep --dry-run":                  "nothing to remove",
		"cache":                            "of all workspaces: 0 B of ",
		"cache --help":                     "store-size",
		"completions bash":                 "rustup",
		"component list --installed":       "rustc-",
		"rustup run stable cargo doc -Z x": "cargo: doc -Z x\n",
	} {
		r := w.run(nil, append([]string{"berth"}, strings.Fields(words)...)...)
		if r.Code != 0 && words != "rustup check" {
			t.Errorf("berth %s: exit %d", words, r.Code)
		}
		contains(t, r.Output, want)
	}
	for slip, meant := range map[string]string{"stup": "setup", "toolchian list": "toolchain", "buidl": "build", "cargo stup": "help"} {
		contains(t, w.run(nil, append([]string{"berth"}, strings.Fields(slip)...)...).Output, "help: a command with a similar name exists: `"+meant+"`\n")
	}
	for _, words := range []string{"setup --nonsense", "sweep nonsense", "setup --all", "setup --undo --replace", "toolchain nonsense", "cache drop nothing", "cache drop"} {
		if r := w.run(nil, append([]string{"berth"}, strings.Fields(words)...)...); r.Code != 1 {
			t.Errorf("berth %s: exit %d", words, r.Code)
		}
	}
}

// The first command on a fresh machine does everything.
func TestCargosVerbsInstallAToolchain(t *testing.T) {
	w := newWorld(t)
	contains(t, w.must("berth", "run", "-Z", "x"), "info: no toolchain is chosen yet: installing 'stable-", "cargo: run -Z x\n")
	contains(t, w.must("rustup", "default"), "stable-", " (default)")
	contains(t, w.must("berth", "fmt", "--all"), "cargo-fmt: fmt --all\n") // although no link of that name leads to berth
	w.must("rustup", "component", "remove", "clippy")
	contains(t, w.run(nil, "berth", "clippy").Output, "run `rustup component add clippy` to install it")

	other := newWorld(t)
	if r := other.run(nil, "berth", "buidl"); r.Code != 101 || !strings.Contains(r.Output, "similar name exists: `build`") || other.server.Requests("*") != 0 {
		t.Errorf("a slip installs nothing: %v", r)
	}
	r := other.run([]string{"RUSTUP_AUTO_INSTALL=0"}, "berth", "build")
	if r.Code != 1 || other.server.Requests("*") != 0 {
		t.Errorf("switched off: %v", r)
	}
	if r := other.run(nil, "cargo", "build"); r.Code != 1 {
		t.Errorf("the proxy does as stock does: %v", r)
	}
}

func TestSweep(t *testing.T) {
	w := newWorld(t)
	w.must("rustup", "toolchain", "install", "stable", "--profile", "minimal")
	w.must("rustup", "component", "add", "clippy")
	contains(t, w.must("berth", "sweep"), "nothing to remove")
	contains(t, w.must("berth", "sweep", "--all", "--dry-run"), "nothing to remove") // previous/ is a pointer
	w.must("rustup", "component", "remove", "clippy")
	w.must("rustup", "component", "add", "rust-src")
	contains(t, w.must("berth", "sweep", "--all", "--dry-run"), "would remove toolchain tree ")
	contains(t, w.must("berth", "sweep", "--all"), "removed toolchain tree ")
	text := w.must("berth", "sweep", "--previous", "--dry-run")
	contains(t, text, "would remove what toolchain stable-")
	if strings.Contains(text, "nothing to remove") {
		t.Errorf("something and nothing: %s", text)
	}
	contains(t, w.must("rustup", "toolchain", "rollback", "stable"), "stable")
	contains(t, w.must("berth", "sweep", "--previous"), "removed toolchain tree ")
	if r := w.run(nil, "rustup", "toolchain", "rollback", "stable"); r.Code != 1 {
		t.Errorf("a rollback to what was forgotten: %v", r)
	}
	contains(t, w.must("rustc", "--version"), "rustc 1.95.0")
	contains(t, w.must("rustup", "-q", "-V"), "info: the currently active `rustc` version is ")
}

// TestHelpNamesOwnVerbs: the text is written by hand, and lacks none of them.
func TestHelpNamesOwnVerbs(t *testing.T) {
	w := newWorld(t)
	text := w.must("berth", "--help")
	for _, verb := range []string{"setup", "locks", "cache", "sweep", "doctor"} {
		contains(t, text, "\n  "+verb+" ")
	}
}

// Two doctors at once see nothing wrong in each other.
func TestDoctorBesideDoctor(t *testing.T) {
	w := newWorld(t)
	w.must("berth", "setup")
	root := lockfs.At(w.at("cargo")).Join("berth", store.Version)
	if err := root.MkdirAll(); err != nil {
		t.Fatal(err)
	}
	_, held, err := lockfs.NewLock(root.Join("doctor.lock"), lockfs.RankLinks, "doctor").Try(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	r := w.run([]string{"PATH=" + w.at("cargo", "bin") + ":/usr/bin:/bin"}, "berth", "doctor")
	if r.Code != 0 {
		t.Error(r)
	}
	contains(t, r.Output, "locks in "+w.at("cargo")+": work", "all is well")
}

func TestDoctor(t *testing.T) {
	w := newWorld(t)
	w.must("berth", "setup")
	r := w.run([]string{"PATH=" + w.at("cargo", "bin") + ":/usr/bin:/bin", "CARGO=/bin/cat"}, "berth", "doctor")
	if r.Code != 0 {
		t.Error(r)
	}
	contains(t, r.Output, w.at("cargo", "bin", "cargo")+": berth", "/bin/cat: a program of its own", "all is well")

	twice := w.at("cargo", "bin") + ":" + w.at("cargo", "bin")
	r = w.run([]string{"PATH=" + twice + ":/usr/bin:/bin"}, "berth", "doctor")
	if strings.Contains(r.Output, "PATH, behind     "+w.at("cargo", "bin")) {
		t.Errorf("a folder that PATH has twice is named twice:\n%s", r.Output)
	}

	r = w.run([]string{plainPath}, "berth", "doctor")
	contains(t, r.Output, w.at("cargo", "bin", "rustc")+": berth", "no rustc on PATH: open a new shell, or add "+w.at("cargo", "bin"))

	fresh := newWorld(t)
	fresh.write("cargo/bin/cargo", "#!/bin/sh\nexec rustup 1.28.0\n")
	r = fresh.run([]string{"PATH=" + fresh.at("cargo", "bin") + ":/usr/bin:/bin"}, "berth", "doctor")
	contains(t, r.Output, "cargo by PATH is", "where berth's belongs: run `berth setup --replace`")

	w.write("cargo/bin/other", "#!/bin/sh\necho rustup 1.28.0\n")
	mustRename(t, w.at("cargo", "bin", "other"), w.at("cargo", "bin", "rustup"))
	r = w.run(nil, "berth", "doctor")
	if r.Code != 1 {
		t.Error(r)
	}
	contains(t, r.Output, "overwritten", "berth setup --replace")
}

// TestCache: what builds have made is shown, dropped by package, and removed.
func TestCache(t *testing.T) {
	w := newWorld(t)
	store := unitstore.Shared(lockfs.At(w.at("cargo")))
	store.Dir = "/home/me/project"
	for i, pkg := range []string{"one 1.0.0", "two 2.0.0", "three 3.0.0"} {
		_, a, err := store.TryBegin(t.Context(), unitstore.Key{byte(i)}, unitstore.Identity{Package: pkg}, func(*unitstore.Variant) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(a.Dir, "lib.rlib"), make([]byte, 2048), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Commit(t.Context(), unitstore.Made{}); err != nil {
			t.Fatal(err)
		}
	}
	contains(t, w.must("berth", "cache"), "6.0 KiB of ", "3 units", "one 1.0.0", "2.0 KiB", "in use by")
	contains(t, w.must("berth", "cache", "drop", "one"), "kept 1 unit, in use")
	store.Close()
	contains(t, w.must("berth", "cache"), "/home/me/project")
	contains(t, w.must("berth", "cache", "drop", "--dry-run", "one@1.0.0"), "would remove one 1.0.0: 2.0 KiB in 1 unit")
	contains(t, w.must("berth", "cache", "drop", "one@1.0.0"), "removed one 1.0.0: 2.0 KiB in 1 unit")
	contains(t, w.must("berth", "sweep"), "nothing to remove")
	contains(t, w.must("berth", "sweep", "--all"), "removed two 2.0.0: ", "removed three 3.0.0: ")
	contains(t, w.must("berth", "cache"), "0 B of ", "0 units")
	if r := w.run([]string{"BERTH_STORE_SIZE=large"}, "berth", "cache"); r.Code != 1 {
		t.Errorf("a size that is none: %v", r)
	}
}
