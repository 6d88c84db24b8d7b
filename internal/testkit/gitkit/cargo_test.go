package gitkit

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/stock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// project makes a package with the lines of a dependency table.
func project(t *testing.T, deps string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range Package("", "app", "0.1.0", "[dependencies]", deps) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func lock(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "Cargo.lock"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// forge is a folder with the repository dep, whose submodule is the repository part.
func forge(t *testing.T) (root string, dep *Repo) {
	t.Helper()
	root = t.TempDir()
	part := NewRepo(t, filepath.Join(root, "part"))
	part.Commit(map[string]string{"data.txt": "of the part\n"})
	dep = NewRepo(t, filepath.Join(root, "dep"))
	dep.Commit(Package("", "dep", "1.0.0"))
	dep.Submodule("file://"+filepath.ToSlash(part.Dir), "part")
	return root, dep
}

// TestStockCargoFetches: each way to reach a repository serves stock Cargo, by its own git library and by the git command.
func TestStockCargoFetches(t *testing.T) {
	root, dep := forge(t)
	daemon, smart, secure := RunDaemon(t, root), RunHTTP(t, root, nil), RunSSH(t, root)
	for name, url := range map[string]string{
		"file": "file://" + filepath.ToSlash(dep.Dir), "http": smart.Repo("dep"), "git": daemon.Repo("dep"), "ssh": secure.Repo("dep"),
	} {
		for _, cli := range []string{"false", "true"} {
			t.Run(name+" cli="+cli, func(t *testing.T) {
				cargo := stock.NewCargo(t)
				dir := project(t, fmt.Sprintf("dep = { git = %q }", url))
				config := fmt.Sprintf("[net]\ngit-fetch-with-cli = %s\n[net.ssh]\nknown-hosts = [%q]\n", cli, secure.KnownHost())
				if err := os.WriteFile(filepath.Join(cargo.Home, "config.toml"), []byte(config), 0o644); err != nil {
					t.Fatal(err)
				}
				// The submodule's URL is a file's, which git refuses within a submodule unless told.
				env := append(secure.Env(), "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always")
				if r := cargo.Try(dir, env, "fetch"); r.Code != 0 {
					t.Fatalf("exit %d\n%s", r.Code, r.Stderr)
				}
				if want := "source = \"git+" + url + "#" + dep.Head() + "\""; !strings.Contains(lock(t, dir), want) {
					t.Errorf("no %s in\n%s", want, lock(t, dir))
				}
				found, err := filepath.Glob(filepath.Join(cargo.Home, "git", "checkouts", "*", "*", "part", "data.txt"))
				if err != nil || len(found) != 1 {
					t.Errorf("the submodule's file: %v, %v", found, err)
				}
			})
		}
	}
	if daemon.Connections() == 0 || secure.Connections() == 0 || smart.Requests("*/git-upload-pack") == 0 {
		t.Errorf("%d connections to the daemon, %d by ssh, %d packs over HTTP", daemon.Connections(), secure.Connections(), smart.Requests("*/git-upload-pack"))
	}
}

func TestReferences(t *testing.T) {
	root := t.TempDir()
	repo := NewRepo(t, filepath.Join(root, "dep"))
	ids := map[string]string{"tag": repo.Commit(Package("", "dep", "1.0.0"))}
	repo.Tag("one", "first")
	repo.Branch("side")
	ids["branch"] = repo.Commit(Package("", "dep", "1.1.0"))
	repo.Branch("master")
	ids["rev"] = repo.Commit(Package("", "dep", "2.0.0"))
	repo.Commit(Package("", "dep", "3.0.0"))
	smart := RunHTTP(t, root, nil)
	for kind, value := range map[string]string{"tag": "one", "branch": "side", "rev": ids["rev"]} {
		dir := project(t, fmt.Sprintf("dep = { git = %q, %s = %q }", smart.Repo("dep"), kind, value))
		stock.NewCargo(t).Run(dir, "generate-lockfile")
		if want := fmt.Sprintf("?%s=%s#%s", kind, value, ids[kind]); !strings.Contains(lock(t, dir), want) {
			t.Errorf("no %s in\n%s", want, lock(t, dir))
		}
	}
}

func TestSameStepsSameIds(t *testing.T) {
	_, one := forge(t)
	two := NewRepo(t, filepath.Join(t.TempDir(), "dep"))
	if id := two.Commit(Package("", "dep", "1.0.0")); id != one.Git("rev-parse", "HEAD~") {
		t.Errorf("commit %s, expected %s", id, one.Git("rev-parse", "HEAD~"))
	}
}

// TestLoginAndFaults: what a forge refuses and breaks off comes to the client as it is to.
func TestLoginAndFaults(t *testing.T) {
	root, _ := forge(t)
	s := RunHTTP(t, root, &Login{"me", "secret"})
	clone := func(url string) error {
		_, err := command{dir: t.TempDir()}.run(t.Context(), "clone", "-q", url, "copy")
		return err
	}
	withLogin := strings.Replace(s.Repo("dep"), "http://", "http://me:secret@", 1)
	if err := clone(s.Repo("dep")); err == nil || s.Requests("*/info/refs") == 0 {
		t.Errorf("without login: %v", err)
	}
	if err := clone(withLogin); err != nil {
		t.Error(err)
	}
	for _, f := range []faulthttp.Fault{
		{Kind: faulthttp.Status, Status: 503, Path: "*/info/refs"}, {Kind: faulthttp.Truncate, Bytes: 60, Path: "*/git-upload-pack"},
		{Kind: faulthttp.Cut, Bytes: 60, Path: "*/git-upload-pack"},
	} {
		if err := s.Inject(f); err != nil {
			t.Fatal(err)
		}
		if err := clone(withLogin); err == nil {
			t.Errorf("a clone survived %+v", f)
		}
		s.ClearFaults()
	}
}

func TestSnapshot(t *testing.T) {
	repo, folder := filepath.Join(t.TempDir(), "index.git"), t.TempDir()
	snapshot := func(extra map[string]string, files map[string]string) string {
		t.Helper()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		id, err := Snapshot(t.Context(), repo, folder, extra)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	extra := map[string]string{"config.json": "{}"}
	first := snapshot(extra, map[string]string{"a": "1", ".part-1": "half"})
	if again := snapshot(extra, nil); again != first {
		t.Errorf("nothing has changed, and there is %s after %s", again, first)
	}
	second := snapshot(extra, map[string]string{"b": "2"})
	git := command{dir: repo}
	got := map[string]string{}
	for id, name := range map[string]string{first: "first", second: "second", second + "~": "before"} {
		files, err := git.run(t.Context(), "ls-tree", "-r", "--name-only", id)
		if err != nil {
			t.Fatal(err)
		}
		got[name] = strings.ReplaceAll(files, "\n", " ")
	}
	if want := map[string]string{"first": "a config.json", "second": "a b config.json", "before": "a config.json"}; !maps.Equal(got, want) {
		t.Errorf("trees %v, expected %v", got, want)
	}
}

func TestSSHServesTheHolderOfItsKeyOnly(t *testing.T) {
	root, _ := forge(t)
	one, other := RunSSH(t, root), RunSSH(t, root)
	for _, c := range []struct {
		url string
		env []string
		ok  bool
	}{
		{one.Repo("dep"), one.Env(), true}, {one.Repo("none"), one.Env(), false},
		{one.Repo("dep"), []string{strings.Replace(one.Env()[0], one.KeyFile, other.KeyFile, 1)}, false},
		{one.Repo("dep"), []string{strings.Replace(one.Env()[0], one.KnownHosts, other.KnownHosts, 1)}, false},
	} {
		if _, err := (command{dir: t.TempDir(), env: c.env}).run(t.Context(), "ls-remote", c.url); (err == nil) != c.ok {
			t.Errorf("%s with %v: %v", c.url, c.env, err)
		}
	}
}
