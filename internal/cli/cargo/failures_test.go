package cargo_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// failure is one way in which a command that wants packages fails.
type failure struct {
	name  string
	deps  string // of the package
	line  string
	fault faulthttp.Fault
	own   string                                  // the first line where it is no step of stock's
	home  func(p *pair, s *registryserver.Server) // what is changed before
}

func failures() []failure {
	const a = `a = "1"`
	crateA := registryserver.CratePath("a", "1.0.0")
	return []failure{
		{name: "no such crate", deps: `nope = "1"`},
		{name: "no such crate, nothing replaced", deps: `nope = { version = "1", registry = "own" }`, home: func(p *pair, s *registryserver.Server) {
			p.write(filepath.Join(p.theirs.Home, "config.toml"), "[registries.own]\nindex = \"sparse+"+s.URL()+"/index/\"\n")
		}},
		{name: "no such crate in a directory", deps: `nope = "1"`, home: func(p *pair, _ *registryserver.Server) {
			p.write("vendor/.keep", "")
			p.write(filepath.Join(p.theirs.Home, "config.toml"), "[source.crates-io]\nreplace-with = \"v\"\n[source.v]\ndirectory = \""+filepath.Join(p.dir, "vendor")+"\"\n")
		}},
		{name: "no such version", deps: `a = "9"`},
		{name: "only a yanked one", deps: `yanked = "1"`},
		{name: "no such feature", deps: `a = { version = "1", features = ["nofeat"] }`},
		{name: "a name that is nearly right", deps: `nearly_right = "1"`, own: "error: no matching package named `nearly_right` found"},
		{name: "index file 500", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Status, Path: registryserver.IndexPath("a"), Status: 500}},
		{name: "index file 403", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Status, Path: registryserver.IndexPath("a"), Status: 403}},
		{name: "index file of a dependency 500", deps: `b = "1"`, fault: faulthttp.Fault{Kind: faulthttp.Status, Path: registryserver.IndexPath("a"), Status: 500}},
		{name: "config.json 404", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Status, Path: "/index/config.json", Status: 404}},
		{name: "config.json 500", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Status, Path: "/index/config.json", Status: 500}},
		{name: "config.json cut", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Short, Path: "/index/config.json", Bytes: 10}},
		{name: "crate 404", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Status, Path: crateA, Status: 404}, own: "error: failed to download `a v1.0.0`"},
		{name: "crate 500", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Status, Path: crateA, Status: 500}, own: "error: failed to download `a v1.0.0`"},
		{name: "crate of wrong bytes", deps: a, fault: faulthttp.Fault{Kind: faulthttp.Flip, Path: crateA, Bytes: 30}, own: "error: failed to download `a v1.0.0`"},
		{name: "nothing listens", deps: a, home: func(_ *pair, s *registryserver.Server) { _ = s.Close() }},
		{name: "offline, nothing known", deps: a, line: "fetch --offline"},
		{name: "offline, no archive", deps: a, line: "fetch --offline", home: func(p *pair, _ *registryserver.Server) { p.stock(nil, "generate-lockfile") }},
		{name: "locked without a lock", deps: a, line: "fetch --locked"},
		{name: "registry of no name", deps: `a = { version = "1", registry = "none" }`,
			own: "error: registry `none` is not known: set registries.none.index in .cargo/config.toml, or the variable CARGO_REGISTRIES_NONE_INDEX"},
		{name: "no such path", deps: `a = { path = "../nowhere" }`},
		{name: "another name at the path", deps: `a = { path = "other" }`},
		{name: "no such repository", deps: `a = { git = "file:///nowhere/at/all" }`},
	}
}

// TestFailuresBesideStock: the first line, the steps of the chain below it and the exit code are stock's, where
// the rest is in words of our own.
func TestFailuresBesideStock(t *testing.T) {
	t.Parallel()
	for _, f := range failures() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			theirs, ours := f.fail(t, (*pair).stock), f.fail(t, (*pair).berth)
			if theirs.Code != 101 || ours.Code != 101 {
				t.Errorf("exit %d, stock's is %d", ours.Code, theirs.Code)
			}
			want, got := steps(theirs.Stderr), steps(ours.Stderr)
			if i := slices.IndexFunc(want, isError); f.own != "" && i >= 0 {
				want[i] = f.own
			}
			if !slices.Equal(want, got) {
				t.Errorf("steps:\n%q\nstock's:\n%q", got, want)
			}
			if t.Failed() {
				t.Logf("stock:\n%s\nberth:\n%s", theirs.Stderr, ours.Stderr)
			}
		})
	}
}

func isError(line string) bool { return strings.HasPrefix(line, "error: ") }

// fail lets one of the two fail in a place of its own; names of places are the same for both.
func (f failure) fail(t *testing.T, run func(p *pair, extra []string, words ...string) stock.Result) stock.Result {
	t.Helper()
	p := newPair(t)
	yanked := cratekit.New("yanked", "1.0.0")
	yanked.Yanked = true
	s := registryserver.Run(t, registryserver.Options{}, cratekit.New("a", "1.0.0"), cratekit.New("b", "1.0.0", "a 1"), cratekit.New("nearly-right", "1.0.0"), yanked)
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	p.pkg(".", "p", "0.1.0", "\n[dependencies]\n"+f.deps+"\n")
	p.pkg("other", "other", "0.1.0", "")
	if f.home != nil {
		f.home(p, s)
	}
	if f.fault.Kind != "" {
		if err := s.Inject(f.fault); err != nil {
			t.Fatal(err)
		}
	}
	line := f.line
	if line == "" {
		line = "fetch"
	}
	r := run(p, []string{"CARGO_NET_RETRY=0"}, strings.Fields(line)...)
	r.Stderr = strings.NewReplacer(p.dir, "<dir>", filepath.Dir(p.dir), "<parent>", strings.TrimPrefix(s.URL(), "http://"), "<host>").Replace(r.Stderr)
	return r
}

// steps are the lines of a message whose words are stock's: what failed, and on the way to what.
func steps(stderr string) []string {
	var found []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(strings.TrimSpace(line), ".")
		if slices.ContainsFunc([]string{"error: ", "... which satisfies", "location searched", "failed to query", "failed to load source", "unable to update", "download of", "Updating", "Locking", "Downloading"},
			func(prefix string) bool { return strings.HasPrefix(line, prefix) }) {
			found = append(found, line)
		}
	}
	return found
}

// TestBurstAgainstADeadServer: a failure that all requests meet is said once an attempt, and not by each of them.
func TestBurstAgainstADeadServer(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	var crates []cratekit.Crate
	var deps strings.Builder
	for i := range 40 {
		name := fmt.Sprintf("crate%d", i)
		crates = append(crates, cratekit.New(name, "1.0.0"))
		fmt.Fprintf(&deps, "%s = \"1\"\n", name)
	}
	s := registryserver.Run(t, registryserver.Options{}, crates...)
	for _, c := range crates { // each is cut once, whatever the others are at
		for _, path := range []string{registryserver.IndexPath(c.Name), registryserver.CratePath(c.Name, "1.0.0")} {
			if err := s.Inject(faulthttp.Fault{Kind: faulthttp.Cut, Path: path, Times: 1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	p.pkg(".", "p", "0.1.0", "\n[dependencies]\n"+deps.String())
	r := p.berth([]string{"CARGO_NET_RETRY=5"}, "fetch")
	warnings := strings.Count(r.Stderr, "warning: spurious network error (")
	if r.Code != 0 || warnings == 0 || warnings > 5 {
		t.Errorf("%d warnings of one server: %+v", warnings, r)
	}
}
