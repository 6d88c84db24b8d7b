package rustup_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/stock"
)

// Stock rustup and berth side by side: both run the same command lines on homes of
// their own that began as copies of one home, against one server.
//
// The two homes lie below directories whose names have the same length, since some
// tables are padded.

// pair is the two of them.
type pair struct {
	t            *testing.T
	server       *distserver.Server
	stock, berth *side
}

// side is one program with its homes.
type side struct {
	t      *testing.T
	name   string
	binary string
	home   *stock.Home
}

// world is what all pairs share: the programs, what the server serves, and a home
// that stock rustup has made, which is dear.
type world struct {
	dir     string
	berth   string // the program under test, by the name rustup
	theirs  string // stock rustup
	tree    string
	made    string // a home with stable and nightly, minimal, by stock
	failure error
}

var once = sync.OnceValue(makeWorld)

func TestMain(m *testing.M) {
	code := m.Run()
	if w := once(); w.dir != "" {
		_ = os.RemoveAll(w.dir)
	}
	os.Exit(code)
}

func makeWorld() world {
	dir, err := os.MkdirTemp("", "berth-cli")
	w := world{dir: dir, berth: filepath.Join(dir, "bin", "rustup"), tree: filepath.Join(dir, "tree"), made: filepath.Join(dir, "made", "rustup")}
	if err == nil {
		err = w.build()
	}
	if err == nil {
		err = w.publish()
	}
	w.failure = err
	return w
}

func (w *world) build() error {
	out, err := exec.Command("go", "build", "-o", w.berth, "berth/cmd/berth").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build berth: %w\n%s", err, out)
	}
	w.theirs, err = stock.Copy(w.dir)
	return err
}

func (w *world) publish() error {
	root, err := stock.DefaultRoot()
	if err != nil {
		return err
	}
	tree, err := disttree.Open(w.tree, root)
	if err != nil {
		return err
	}
	_, err = tree.PublishAll(disttree.TinySet(disttree.Tiny{})...)
	return err
}

// newPair makes the two sides, with empty homes.
func newPair(t *testing.T) *pair {
	t.Helper()
	w := once()
	if w.failure != nil {
		t.Fatal(w.failure)
	}
	server := distserver.Run(t, w.tree)
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := &pair{t: t, server: server}
	p.stock, p.berth = newSide(t, base, "stock", w.theirs, server), newSide(t, base, "berth", w.berth, server)
	return p
}

func newSide(t *testing.T, base, name, binary string, server *distserver.Server) *side {
	home := stock.New(t, server.URL())
	dir := filepath.Join(base, name)
	home.Rustup, home.Cargo = filepath.Join(dir, "rustup"), filepath.Join(dir, "cargo")
	s := &side{t: t, name: name, binary: binary, home: home}
	for _, d := range []string{home.Rustup, filepath.Join(home.Cargo, "bin"), s.desk()} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Stock's update looks whether it is installed.
	if err := os.Symlink(binary, filepath.Join(home.Cargo, "bin", "rustup")); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *side) desk() string { return filepath.Join(filepath.Dir(s.home.Rustup), "desk") }

// run runs one command line in the working directory.
func (s *side) run(env []string, args ...string) stock.Result {
	s.t.Helper()
	cmd := exec.Command(s.binary, args...)
	cmd.Env = append(s.home.Env(), env...)
	for i, e := range cmd.Env {
		cmd.Env[i] = strings.ReplaceAll(e, "@", filepath.Dir(s.home.Rustup))
	}
	cmd.Dir = s.desk()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		s.t.Fatalf("%s: %v", s.name, err)
	}
	return stock.Result{Stdout: s.normal(stdout.String()), Stderr: s.normal(stderr.String()), Code: cmd.ProcessState.ExitCode()}
}

// normal takes out of a text which of the two it is.
func (s *side) normal(text string) string {
	return strings.ReplaceAll(text, "/"+s.name+"/", "/.../")
}

// given lets both homes begin as the one that stock made, of which berth then has
// to adopt the toolchains.
func (p *pair) given() {
	p.t.Helper()
	made := p.made()
	for _, s := range []*side{p.stock, p.berth} {
		if err := os.CopyFS(s.home.Rustup, os.DirFS(made)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// madeOnce guards the making of the home that all tests begin with.
var madeOnce sync.Mutex

func (p *pair) made() string {
	p.t.Helper()
	madeOnce.Lock()
	defer madeOnce.Unlock()
	made := once().made
	if _, err := os.Stat(made); err == nil {
		return made
	}
	maker := newSide(p.t, filepath.Join(p.t.TempDir(), "made"), "stock", p.stock.binary, p.server)
	maker.home.Rustup = made
	if err := os.MkdirAll(maker.desk(), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if r := maker.run(nil, "install", "--no-self-update", "--profile", "minimal", "stable", "nightly-2026-05-20"); r.Code != 0 {
		p.t.Fatalf("make a home: %s", r.Stderr)
	}
	p.server.Reset() // what this has asked for is no part of the test that happened to come first
	return made
}

// state is what programs read of a home: settings, hashes, and of each toolchain
// its records.
func (s *side) state() map[string]string {
	s.t.Helper()
	found := map[string]string{}
	found["settings.toml"] = "version = \"12\"\n\n[overrides]\n" // what stock writes where there is none
	s.add(found, "settings.toml")
	for _, e := range s.entries("update-hashes") {
		s.add(found, "update-hashes/"+e)
	}
	for _, e := range s.entries("toolchains") {
		tree := "toolchains/" + e
		if s.addLink(found, tree) || !s.isFolder(tree) {
			continue
		}
		for _, file := range []string{"rust-installer-version", "components", "multirust-config.toml", "multirust-channel-manifest.toml"} {
			s.add(found, tree+"/lib/rustlib/"+file)
		}
		for _, bin := range s.entries(tree + "/bin") {
			found[tree+"/bin/"+bin] = "is there"
		}
	}
	return found
}

// addLink records a link of the user's; berth's own pointers are toolchains.
func (s *side) addLink(found map[string]string, name string) bool {
	target, err := os.Readlink(filepath.Join(s.home.Rustup, name))
	if err != nil || strings.Contains(target, "berth/v1") {
		return false
	}
	found[name] = "link to " + s.normal(target)
	return true
}

func (s *side) isFolder(name string) bool {
	info, err := os.Stat(filepath.Join(s.home.Rustup, name))
	return err == nil && info.IsDir()
}

func (s *side) add(found map[string]string, name string) {
	data, err := os.ReadFile(filepath.Join(s.home.Rustup, name))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		s.t.Fatal(err)
	}
	text := s.normal(string(data))
	if strings.HasSuffix(name, "/components") { // in the order in which downloads ended
		lines := strings.Split(text, "\n")
		slices.Sort(lines)
		text = strings.Join(lines, "\n")
	}
	found[name] = text
}

func (s *side) entries(dir string) (names []string) {
	list, err := os.ReadDir(filepath.Join(s.home.Rustup, dir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// compareState fails where the homes differ in what programs read.
func (p *pair) compareState(after string) {
	p.t.Helper()
	theirs, ours := p.stock.state(), p.berth.state()
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		if text, ok := ours[name]; !ok || text != theirs[name] {
			p.t.Errorf("after %q, %s:\nstock: %q\nberth: %q (there: %v)", after, name, theirs[name], text, ok)
		}
	}
	for name, text := range ours {
		if _, ok := theirs[name]; !ok {
			p.t.Errorf("after %q: only berth has %s: %q", after, name, text)
		}
	}
}
