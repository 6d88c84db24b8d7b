package killtest

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/stock"
)

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
		filepath.Join(s.homes.Rustup(), "settings.toml"): "version = \"12\"\ndefault_toolchain = \"peer\"\n\n[overrides]\n",
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
			case name == "cargo/git/db": // a link to another file system
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
