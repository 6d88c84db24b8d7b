package cargo_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// twins are the homes of two programs that are to do the same: they begin with the same Cargo.lock and say the same.
type twins struct {
	*pair
	ours, stocks string
	// fewer says that stock may fetch what it has: lines that say so are not compared.
	fewer bool
	// between is called when stock has run and ours has not; it may be nil.
	between func()
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	return &twins{pair: newPair(t), ours: realDir(t), stocks: realDir(t)}
}

// outcome is what is left of a command: its words with the home taken out, lines of downloads in any order, and the lock file.
func (w *twins) outcome(home string, r stock.Result) string {
	w.Helper()
	var said []string
	for line := range strings.Lines(r.Stderr) {
		if word := strings.TrimSpace(line); !strings.HasPrefix(word, "Downloaded") && !strings.HasPrefix(word, "note:") {
			said = append(said, strings.TrimSpace(line))
		}
	}
	if r.Code != 0 { // the explanation is our own
		said = slices.DeleteFunc(said, func(line string) bool { return !strings.HasPrefix(line, "Updating") })
	}
	if w.fewer {
		said = slices.DeleteFunc(said, func(line string) bool { return strings.HasPrefix(line, "Updating git ") })
	}
	slices.Sort(said) // of several registries any may be asked first
	lock, err := os.ReadFile(w.lockFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.Fatal(err)
	}
	return fmt.Sprintf("exit %d\n%s\n%s\n%s", r.Code, strings.Join(said, "\n"), strings.ReplaceAll(r.Stdout, home, "HOME"), lock)
}

// same runs a line in both homes.
func (w *twins) same(line string, extra ...string) {
	w.Helper()
	before, err := os.ReadFile(w.lockFile())
	had := err == nil
	words := strings.Fields(line)
	want := w.outcome(w.stocks, w.stock(append(extra, "CARGO_HOME="+w.stocks), words...))
	if had {
		w.write("Cargo.lock", string(before))
	} else if err := os.RemoveAll(w.lockFile()); err != nil {
		w.Fatal(err)
	}
	if w.between != nil {
		w.between()
	}
	r := w.berth(append(extra, "CARGO_HOME="+w.ours), words...)
	if got := w.outcome(w.ours, r); got != want {
		w.Errorf("cargo %s\nstock: %s\nberth: %s\n%s", line, want, got, r.Stderr)
	}
}

// project writes a package with dependencies.
func (w *twins) project(dependencies string) {
	w.Helper()
	w.target(".")
	w.pkg(".", "p", "0.1.0", "\n[dependencies]\n"+dependencies)
}

// TestGitIndexBesideStock: registries whose index is a git repository, from cold homes on: an alternative one with a
// token for its archives, and the public one by protocol git, whose address git's own configuration leads elsewhere.
func TestGitIndexBesideStock(t *testing.T) {
	t.Parallel()
	w := newTwins(t)
	one := cratekit.New("one", "1.0.0")
	one.Deps = []cratekit.Dep{{Name: "two", Req: "1"}}
	crates := []cratekit.Crate{one, cratekit.New("one", "1.2.0"), cratekit.New("two", "1.0.0"), cratekit.New("Three_3", "0.3.0")}
	own := registryserver.Run(t, registryserver.Options{GitIndex: filepath.Join(t.TempDir(), "index"), Token: "secret"}, crates...)
	public := registryserver.Run(t, registryserver.Options{GitIndex: filepath.Join(t.TempDir(), "index")}, crates...)
	commit := func(s *registryserver.Server) {
		t.Helper()
		if _, err := s.CommitIndex(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	commit(own)
	commit(public)
	w.write(filepath.Join(w.theirs.Home, ".gitconfig"), fmt.Sprintf("[url %q]\n\tinsteadOf = %s\n", public.GitIndex(), crate.PublicSource().URL()))
	w.write(".cargo/config.toml", fmt.Sprintf("[registries.own]\nindex = %q\ntoken = \"secret\"\n[registries.%s]\nprotocol = \"git\"\n[registry]\nglobal-credential-providers = [\"cargo:token\"]\n",
		own.GitIndex(), crate.PublicKey))
	w.project("one = { version = \"=1.0.0\", registry = \"own\" }\nThree_3 = \"0.3\"\ntwo = \"1\"\n")
	for _, line := range []string{
		"metadata --format-version 1 --offline", "generate-lockfile", "metadata --format-version 1 --no-deps", "fetch --locked --offline", "fetch --locked", "metadata --format-version 1 --locked",
		"fetch", "tree", "update", "generate-lockfile --offline", "metadata --format-version 1 --frozen", "search --registry own one", "update two --precise 7.0.0", "search two",
	} {
		w.same(line)
	}
	for _, s := range []*registryserver.Server{own, public} {
		if err := s.Tree.Publish(cratekit.New("two", "1.5.0"), cratekit.New("four", "4.0.0")); err != nil {
			t.Fatal(err)
		}
		commit(s)
	}
	for _, line := range []string{"fetch --locked", "generate-lockfile --offline", "update --dry-run", "update two@1.0.0", "update", "fetch"} {
		w.same(line)
	}
	w.project("one = { version = \"1\", registry = \"own\" }\nThree-3 = \"0.3\"\n")
	w.same("fetch")
	w.project("one = { version = \"1\", registry = \"own\" }\nfour = \"4\"\nnone = \"1\"\n")
	w.same("fetch")
	w.project("one = { version = \"1\", registry = \"own\" }\nfour = \"4\"\n")
	w.same("fetch --offline")
	w.same("fetch")
	for _, dir := range []string{"cache", "src"} {
		if got, want := w.names(w.ours, dir), w.names(w.stocks, dir); got != want {
			t.Errorf("registry/%s of stock: %s\nours: %s", dir, want, got)
		}
	}
	// Each goes on with the other's home and needs no network.
	asked := own.Requests("*") + public.Requests("*")
	w.ours, w.stocks = w.stocks, w.ours
	for _, line := range []string{"fetch --locked", "metadata --format-version 1 --locked", "generate-lockfile --offline", "tree --offline"} {
		w.same(line)
	}
	if more := own.Requests("*") + public.Requests("*") - asked; more != 0 {
		t.Errorf("%d requests for what the other had fetched", more)
	}
	w.same("update")
}

// TestVendorOfGitIndexBesideStock: what a registry whose index is a git repository has is vendored from a cold home, with
// the same files and the same configuration as by stock; with that neither asks anybody any more.
func TestVendorOfGitIndexBesideStock(t *testing.T) {
	t.Parallel()
	w := newTwins(t)
	own := registryserver.Run(t, registryserver.Options{GitIndex: filepath.Join(t.TempDir(), "index"), Token: "secret"},
		cratekit.New("one", "1.0.0", "two 1"), cratekit.New("two", "1.0.0"), cratekit.New("two", "1.1.0"))
	if _, err := own.CommitIndex(t.Context()); err != nil {
		t.Fatal(err)
	}
	settings := fmt.Sprintf("[registries.own]\nindex = %q\ntoken = \"secret\"\n[registry]\nglobal-credential-providers = [\"cargo:token\"]\n", own.GitIndex())
	w.write(".cargo/config.toml", settings)
	w.project("one = { version = \"1\", registry = \"own\" }\n")
	out := filepath.Join(w.dir, "vendor")
	vendor := func(home string, run func(env []string, args ...string) stock.Result, line string) (said, snippet string, files map[string]string) {
		t.Helper()
		replaceTree(t, out, t.TempDir())
		r := run([]string{"CARGO_HOME=" + home}, strings.Fields(line)...)
		if r.Code != 0 {
			t.Fatalf("%s: exit %d\n%s", line, r.Code, r.Stderr)
		}
		return strings.ReplaceAll(vendored(r.Stderr), home, "HOME"), r.Stdout, treeOf(t, out)
	}
	var snippet string
	for _, line := range []string{"vendor", "vendor --locked --versioned-dirs", "vendor --offline"} {
		said, theirs, want := vendor(w.stocks, w.stock, line)
		weSaid, ours, got := vendor(w.ours, w.berth, line)
		if weSaid != said || ours != theirs {
			t.Errorf("cargo %s\nstock: %s\n%s\nberth: %s\n%s", line, said, theirs, weSaid, ours)
		}
		sameTree(t, line, want, got)
		snippet = ours
	}

	w.write(".cargo/config.toml", settings+snippet)
	w.ours, w.stocks = realDir(t), realDir(t)
	asked := own.Requests("*")
	for _, line := range []string{"fetch --locked", "metadata --format-version 1 --locked", "generate-lockfile", "tree -e all"} {
		w.same(line)
	}
	if more := own.Requests("*") - asked; more != 0 {
		t.Errorf("%d requests for what is vendored", more)
	}
}

// names are the entries two levels below a part of the registry.
func (w *twins) names(home, part string) string {
	w.Helper()
	found, err := filepath.Glob(filepath.Join(home, "registry", part, "*", "*"))
	if err != nil {
		w.Fatal(err)
	}
	for i, name := range found {
		found[i] = strings.TrimPrefix(name, home)
	}
	return strings.Join(found, " ")
}
