package killtest

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // stock's records

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
	"berth/internal/testkit/stock"
)

// errand is one command of cargo, by the real program, that changes a project or the homes.
type errand struct {
	name    string
	deps    string              // of the project's package
	prepare func(*packageStage) // before the command, on what every run begins with
	command string
	fault   faulthttp.Fault
	fails   bool // also when nobody kills it
}

// errands pass, all of them together, every crash point of the Cargo half (a test holds them against the sources).
func errands() []errand {
	const three = "a = \"1\"\nb = \"1\"\n"
	return []errand{
		{name: "fetch", deps: three, command: "fetch"},
		{name: "fetch what is locked", deps: three, prepare: cargo("generate-lockfile"), command: "fetch --locked"},
		{name: "fetch over torn sources", deps: three, prepare: tornSource, command: "fetch --locked"},
		{name: "fetch from a registry that lies", deps: "c = \"1\"\n", command: "fetch", fails: true, // of one crate: others may or may not arrive before it fails
			fault: faulthttp.Fault{Kind: faulthttp.Flip, Path: registryserver.CratePath("c", "1.0.0"), Bytes: 30}},
		{name: "fetch of an archive that escapes", deps: "evil = \"1\"\n", command: "fetch", fails: true},
		{name: "fetch after stock's a while ago", deps: three, prepare: stockLongAgo, command: "fetch --locked"},
		{name: "fetch from git", deps: "one = { git = \"<forge>/one\" }\na = \"1\"\n", command: "fetch"},
		{name: "update from git", deps: "one = { git = \"<forge>/one\" }\n", prepare: newCommit, command: "update"},
		{name: "update", deps: three, prepare: newVersion, command: "update"},
		{name: "add", deps: "a = \"1\"\n", prepare: cargo("fetch"), command: "add b"},
		{name: "remove", deps: three, prepare: cargo("fetch"), command: "remove b"},
		{name: "add of what is not there any more", deps: "a = \"1\"\n", prepare: withdrawn, command: "add gone", fails: true},
		{name: "add of what is there again", deps: "a = \"1\"\n", prepare: republished, command: "add gone"},
		{name: "clean", deps: "a = \"1\"\n", prepare: built, command: "clean"},
		{name: "vendor", deps: three, prepare: cargo("fetch"), command: "vendor --respect-source-config"},
		{name: "vendor over what is old", deps: three, prepare: vendored, command: "vendor --respect-source-config"},
		{name: "vendor of nothing", command: "vendor --respect-source-config"},
		{name: "metadata", deps: three, prepare: cargo("fetch"), command: "metadata --format-version 1 --offline"},
	}
}

func cargo(lines ...string) func(*packageStage) {
	return func(s *packageStage) {
		for _, line := range lines {
			s.must(line)
		}
	}
}

// tornSource: the machine lost power while a crate was unpacked.
func tornSource(s *packageStage) {
	s.must("fetch")
	for _, mark := range must(filepath.Glob(filepath.Join(s.homes.Cargo(), "registry", "src", "*", "a-*", ".cargo-ok"))) {
		must(0, os.Remove(mark))
	}
}

// stockLongAgo: stock has noted the use of everything, so long ago that it is worth noting again.
func stockLongAgo(s *packageStage) {
	s.stock("fetch")
	db := must(sql.Open("sqlite", filepath.Join(s.homes.Cargo(), ".global-cache")))
	defer db.Close()
	for _, table := range []string{"registry_index", "registry_crate", "registry_src"} {
		must(db.Exec("UPDATE " + table + " SET timestamp = timestamp - 86400"))
	}
}

func newVersion(s *packageStage) {
	s.must("fetch")
	must(0, s.tree.Publish(cratekit.New("a", "1.1.0")))
}

func newCommit(s *packageStage) {
	s.must("fetch")
	s.repo.Commit(gitkit.Package("", "one", "0.2.0"))
}

func withdrawn(s *packageStage) {
	s.must("fetch")
	s.must("add gone")
	s.must("remove gone")
	must(0, s.tree.Remove("gone", "1.0.0"))
	must(0, os.Remove(filepath.Join(s.tree.Dir, "index", filepath.FromSlash(cratekit.IndexPath("gone")))))
}

func republished(s *packageStage) {
	withdrawn(s)
	s.run("add gone")
	must(0, s.tree.Publish(cratekit.New("gone", "1.0.1")))
}

func vendored(s *packageStage) {
	s.must("fetch")
	s.must("vendor --respect-source-config")
	must(0, s.tree.Publish(cratekit.New("a", "1.1.0", "c 1")))
	s.must("update")
	must(0, os.MkdirAll(filepath.Join(s.dir(), "vendor", "stale"), 0o755))
}

func built(s *packageStage) {
	s.must("fetch")
	target := filepath.Join(s.dir(), "target")
	for _, file := range []string{"debug/deps/p.d", "release/p.d"} {
		must(0, os.MkdirAll(filepath.Dir(filepath.Join(target, file)), 0o755))
		must(0, os.WriteFile(filepath.Join(target, file), nil, 0o644))
	}
	must(0, os.WriteFile(filepath.Join(target, "CACHEDIR.TAG"), []byte("Signature: 8a477f597d28d172789f06886806bc55\n"), 0o644))
}

// packageWorld is what all errands share.
type packageWorld struct {
	prog      *program.Program
	toolchain string
}

// packageStage is homes, a project, a registry and a forge of their own.
type packageStage struct {
	packageWorld
	t      *testing.T
	homes  program.Homes
	tree   *cratekit.Tree
	server *registryserver.Server
	forge  gitkit.HTTP
	repo   *gitkit.Repo
}

func newPackageWorld(t *testing.T) packageWorld {
	t.Helper()
	return packageWorld{prog: must(program.Build(t.Context(), t.TempDir())), toolchain: must(stock.Toolchain())}
}

// open prepares everything anew: the homes name the servers, whose addresses are their own.
func (w packageWorld) open(t *testing.T, e errand) *packageStage {
	t.Helper()
	s := &packageStage{packageWorld: w, t: t, homes: program.Homes{Dir: must(filepath.EvalSymlinks(t.TempDir()))}}
	s.server = registryserver.Run(t, registryserver.Options{}, cratekit.New("a", "1.0.0", "c 1"), cratekit.New("b", "1.0.0", "c 1"), cratekit.New("c", "1.0.0"), cratekit.New("gone", "1.0.0"), evil())
	s.tree = s.server.Tree
	s.repo = gitkit.NewRepo(t, filepath.Join(s.homes.Dir, "forge", "one"))
	s.repo.Commit(gitkit.Package("", "one", "0.1.0"))
	s.forge = gitkit.RunHTTP(t, filepath.Join(s.homes.Dir, "forge"), nil)
	manifest := "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n" + strings.ReplaceAll(e.deps, "<forge>", s.forge.URL())
	for file, text := range map[string]string{
		filepath.Join(s.homes.Rustup(), "settings.toml"): "version = \"12\"\ndefault_toolchain = \"peer\"\n",
		filepath.Join(s.homes.Cargo(), "config.toml"):    s.server.Replace(),
		filepath.Join(s.dir(), "Cargo.toml"):             manifest,
		filepath.Join(s.dir(), "src", "lib.rs"):          "",
	} {
		must(0, os.MkdirAll(filepath.Dir(file), 0o755))
		must(0, os.WriteFile(file, []byte(text), 0o644))
	}
	must(0, os.MkdirAll(filepath.Join(s.homes.Rustup(), "toolchains"), 0o755))
	must(0, os.Symlink(w.toolchain, filepath.Join(s.homes.Rustup(), "toolchains", "peer")))
	if e.prepare != nil {
		e.prepare(s)
	}
	if e.fault.Kind != "" {
		must(0, s.server.Inject(e.fault))
	}
	s.server.Reset()
	return s
}

// evil has a file that lies outside of it.
func evil() cratekit.Crate {
	c := cratekit.New("evil", "1.0.0")
	c.Extra = []cratekit.Entry{{Header: tar.Header{Name: "evil-1.0.0/../../escaped", Typeflag: tar.TypeReg, Mode: 0o644, Size: 1}, Data: "x"}}
	return c
}

// stock runs stock cargo, which has to succeed.
func (s *packageStage) stock(line string) {
	s.t.Helper()
	cmd := s.command(nil, line)
	cmd.Path = filepath.Join(s.toolchain, "bin", "cargo")
	if r := must(program.Run(cmd)); r.Code != 0 {
		s.t.Fatal("stock ", r)
	}
}

func (s *packageStage) dir() string { return filepath.Join(s.homes.Dir, "p") }

func (s *packageStage) command(env []string, line string) *exec.Cmd {
	cmd := s.prog.Command(context.WithoutCancel(s.t.Context()), s.homes, append(env, "GIT_CONFIG_GLOBAL=/dev/null", "CARGO_NET_RETRY=0"), "cargo", strings.Fields(line)...)
	cmd.Dir = s.dir()
	return cmd
}

func (s *packageStage) run(line string, env ...string) program.Result {
	return must(program.Run(s.command(env, line)))
}

func (s *packageStage) must(line string) {
	s.t.Helper()
	if r := s.run(line); r.Code != 0 {
		s.t.Fatal(r)
	}
}

// state is what the homes and the project hold, but for addresses, times, locks and what was only noted.
func (s *packageStage) state() map[string]string {
	state := map[string]string{}
	for _, root := range []string{s.homes.Cargo(), s.dir()} {
		must(0, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			name := strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(s.homes.Dir)+"/")
			switch {
			case err != nil:
				return err
			case d.IsDir() && (strings.HasPrefix(name, "cargo/git/") || strings.HasPrefix(name, "cargo/berth/v1/")):
				if strings.Count(name, "/") >= 3 && !strings.HasPrefix(name, "cargo/git/checkouts/") {
					return filepath.SkipDir // named by addresses; git says what is in it
				}
				return nil
			case d.IsDir() || strings.Contains(name, ".global-cache") || strings.Contains(name, ".package-cache") || strings.HasPrefix(name, "cargo/berth/") || strings.Contains(name, "/.git/"):
				return nil
			}
			data, err := os.ReadFile(path)
			sum := sha256.Sum256([]byte(s.plain(string(data))))
			state[s.plain(name)] = fmt.Sprintf("%x", sum[:8])
			return err
		}))
	}
	return state
}

// plain takes out what differs from stage to stage.
func (s *packageStage) plain(text string) string {
	for _, dir := range must(filepath.Glob(filepath.Join(s.homes.Cargo(), "registry", "*", "*"))) {
		text = strings.ReplaceAll(text, filepath.Base(dir), "<registry>")
	}
	for _, dir := range must(filepath.Glob(filepath.Join(s.homes.Cargo(), "git", "checkouts", "*"))) {
		text = strings.ReplaceAll(text, filepath.Base(dir), "<repository>")
	}
	return strings.NewReplacer(s.forge.URL(), "<forge>", s.server.URL(), "<server>", s.homes.Dir, "<dir>").Replace(text)
}

// arrived are the archives that are in the home whole.
func (s *packageStage) arrived() map[string]bool {
	have := map[string]bool{}
	for _, file := range must(filepath.Glob(filepath.Join(s.homes.Cargo(), "registry", "cache", "*", "*.crate"))) {
		have[strings.TrimSuffix(filepath.Base(file), ".crate")] = true
	}
	return have
}

// lesson is what a run that nobody kills teaches.
type lesson struct {
	end      map[string]string
	points   []string
	passages map[string]int
}

func (w packageWorld) learn(t *testing.T, e errand) lesson {
	t.Helper()
	s := w.open(t, e)
	trace := filepath.Join(s.homes.Dir, "trace")
	if r := s.run(e.command, "BERTH_CRASHPOINT_TRACE="+trace); (r.Code != 0) != e.fails {
		t.Fatal(r)
	}
	l := lesson{end: s.state(), passages: map[string]int{}}
	text, _ := os.ReadFile(trace)
	for _, p := range strings.Fields(string(text)) {
		if l.passages[p]++; l.passages[p] == 1 {
			l.points = append(l.points, p)
		}
	}
	return l
}

// killed is one run that is killed, and what has to hold afterwards; false if it came to its end first.
func (l lesson) killed(t *testing.T, w packageWorld, e errand, kill func(*packageStage) program.Result) bool {
	t.Helper()
	s := w.open(t, e)
	if r := kill(s); r.Code != -1 {
		if (r.Code != 0) != e.fails {
			t.Errorf("it was neither killed nor did it end as ever: %v", r)
		}
		return false
	}
	have := s.arrived()
	s.server.Reset()
	if r := s.run(e.command); (r.Code != 0) != e.fails && !alreadyDone(e, r) {
		t.Errorf("the same command again: %v", r)
	}
	for _, name := range []string{"a", "b", "c"} {
		for _, version := range []string{"1.0.0", "1.1.0"} {
			if n := s.server.Requests(registryserver.CratePath(name, version)); !e.fails && (n > 1 || n > 0 && have[name+"-"+version]) {
				t.Errorf("%s %s was asked for %d times, and had arrived: %v", name, version, n, have[name+"-"+version])
			}
		}
	}
	if left := must(witness.Leftovers(s.homes.Cargo())); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	if d := cmp.Diff(l.end, s.state()); d != "" {
		t.Errorf("it ends in another state than a run that was not killed (-expected +got):\n%s", d)
	}
	if !e.fails && e.command != "clean" {
		s.stock("metadata --format-version 1 --locked")
	}
	return true
}

// alreadyDone: the killed run had removed the dependency, and said so to nobody.
func alreadyDone(e errand, r program.Result) bool {
	return e.name == "remove" && strings.Contains(r.Output, "could not be found")
}

// TestPackagesKilledAtEveryPoint: each errand at each point that it passes, at the first and at the last passage; in
// an ordinary run each point at its first one, in the first errand that passes it.
func TestPackagesKilledAtEveryPoint(t *testing.T) {
	w := newPackageWorld(t)
	done := map[string]bool{}
	learnt := 0
	for _, e := range errands() {
		t.Run(strings.ReplaceAll(e.name, " ", "_"), func(t *testing.T) {
			l := w.learn(t, e)
			learnt++
			kills := 0
			for _, p := range l.points {
				times := slices.Compact([]int{1, l.passages[p]})
				if !isLong() {
					times = times[:1]
				}
				if done[p] && !isLong() {
					continue
				}
				done[p] = true
				for _, n := range times {
					kills++
					t.Run(fmt.Sprintf("%s#%d", p, n), func(t *testing.T) {
						t.Parallel()
						if !l.killed(t, w, e, func(s *packageStage) program.Result {
							return s.run(e.command, fmt.Sprintf("BERTH_CRASHPOINT=%s#%d=kill", p, n))
						}) {
							t.Error("it did not pass this point as often as the run that was traced")
						}
					})
				}
			}
			t.Logf("%d points, killed %d times", len(l.points), kills)
		})
	}
	if learnt == len(errands()) { // not with -run of some of them
		mustCoverPackages(t, slices.Collect(maps.Keys(done)))
	}
}

// TestPackagesKilledAtEveryCall kills a small fetch at its n-th system call of a group.
func TestPackagesKilledAtEveryCall(t *testing.T) {
	w := newPackageWorld(t)
	e := errands()[0]
	l := w.learn(t, e)
	for group := range calls() {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			killed := 0
			for n := 1; l.killed(t, w, e, func(s *packageStage) program.Result { return atCallOf(t, s.command(nil, e.command), group, n) }); n = next(n) {
				if killed++; t.Failed() {
					t.Fatalf("killed at call %d of %s", n, calls()[group])
				}
			}
			t.Logf("killed %d times", killed)
			if group == "open" && killed < 3 {
				t.Error("strace does not count as it should")
			}
		})
	}
}
