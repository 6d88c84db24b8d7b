package scripttest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/stock"
)

// packages is what the scripts about packages have in common: the program, a toolchain
// of stock's to run in, crates, and repositories.
type packages struct {
	prog      *program.Program
	toolchain string
	crates    string // a tree of them
	forge     string // repositories, below git/
}

// publishedCrates are 24 that lead to each other, and one that many projects share.
func publishedCrates() []cratekit.Crate {
	crates := []cratekit.Crate{cratekit.New("slow", "1.0.0"), cratekit.New("c00", "1.0.0")}
	for i := 1; i < 24; i++ {
		name := fmt.Sprintf("c%02d", i)
		crates = append(crates, cratekit.New(name, "1.0.0", fmt.Sprintf("c%02d 1", i/2)), cratekit.New(name, "1.1.0", fmt.Sprintf("c%02d 1", i/2)))
	}
	return crates
}

func newPackages(t *testing.T, crates ...cratekit.Crate) *packages {
	t.Helper()
	p := &packages{crates: registryserver.NewTree(t, crates...).Dir}
	var err error
	if p.toolchain, err = stock.Toolchain(); err != nil {
		t.Fatal(err)
	}
	if p.prog, err = program.Build(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPackageScripts runs testdata/script/packages: the real program and stock cargo.
func TestPackageScripts(t *testing.T) {
	p := newPackages(t, publishedCrates()...)
	p.forge = t.TempDir()
	for _, name := range []string{"one", "two"} {
		repo := gitkit.NewRepo(t, filepath.Join(p.forge, "git", name))
		repo.Commit(gitkit.Package("", name, "0.1.0", "[dependencies]", `c03 = "1"`))
		repo.Tag("old", "the first")
		repo.Commit(gitkit.Package("", name, "0.2.0"))
	}
	testscript.Run(t, testscript.Params{Dir: filepath.Join("..", "..", "..", "testdata", "script", "packages"), Setup: p.setup, Cmds: commands()})
}

// setup gives a script also a forge of its own.
func (p *packages) setup(env *testscript.Env) error {
	s, err := p.open(env)
	if err != nil {
		return err
	}
	git := gitkit.NewHTTP(p.forge, nil)
	if err := git.Start("127.0.0.1:0"); err != nil {
		return err
	}
	env.Defer(func() { _ = git.Close() })
	env.Vars = append(env.Vars, "FORGE="+git.URL()+"/git")
	s.git = git.Server
	return nil
}

// open gives a script a registry and homes of its own.
func (p *packages) open(env *testscript.Env) (*scene, error) {
	tree, err := cratekit.NewTree(p.crates)
	if err != nil {
		return nil, err
	}
	registry, err := registryserver.New(tree, registryserver.Options{})
	if err == nil {
		err = registry.Start("127.0.0.1:0")
	}
	if err != nil {
		return nil, err
	}
	env.Defer(func() { _ = registry.Close() })
	lot, err := openLot()
	if err != nil {
		return nil, err
	}
	env.Defer(func() { lot.Close(); lot.clear() })
	homes := program.Homes{Dir: env.WorkDir}
	env.Vars = append(p.prog.Env(homes), "PATH="+p.prog.Dir+":"+os.Getenv("PATH"), "WORK="+env.WorkDir,
		"STOCK="+filepath.Join(p.toolchain, "bin", "cargo"), "PARK=park:"+lot.Addr().String(), "GIT_CONFIG_GLOBAL=/dev/null")
	s := &scene{shared: &shared{prog: p.prog}, server: registry.Server, home: homes.Cargo(), lot: lot}
	env.Values[sceneKey{}] = s
	return s, p.furnish(homes, registry.Replace())
}

// furnish makes homes with a toolchain and a configuration.
func (p *packages) furnish(homes program.Homes, config string) error {
	link := filepath.Join(homes.Rustup(), "toolchains", "peer")
	err := writeFile(filepath.Join(homes.Rustup(), "settings.toml"), "version = \"12\"\ndefault_toolchain = \"peer\"\n\n[overrides]\n")
	if err == nil {
		err = writeFile(filepath.Join(homes.Cargo(), "config.toml"), config)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(link), 0o755)
	}
	if err == nil {
		err = os.Symlink(p.toolchain, link)
	}
	return err
}

func writeFile(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// projectCmd makes a package with dependencies: `c01`, `c01=1.0`, `one@git`, `one@git#tag`.
func projectCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 0, "project NAME [DEPENDENCY…]")
	var b strings.Builder
	fmt.Fprintf(&b, "[package]\nname = %q\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n", args[0])
	for _, dep := range args[1:] {
		if name, tag, ok := strings.Cut(dep, "@git"); ok {
			fmt.Fprintf(&b, "%s = { git = %q", name, ts.Getenv("FORGE")+"/"+name)
			if tag, ok = strings.CutPrefix(tag, "#"); ok {
				fmt.Fprintf(&b, ", tag = %q", tag)
			}
			b.WriteString(" }\n")
			continue
		}
		name, req, ok := strings.Cut(dep, "=")
		if !ok {
			req = "1"
		}
		fmt.Fprintf(&b, "%s = %q\n", name, req)
	}
	dir := ts.MkAbs(args[0])
	ts.Check(writeFile(filepath.Join(dir, "Cargo.toml"), b.String()))
	ts.Check(writeFile(filepath.Join(dir, "src", "lib.rs"), ""))
}

// sameCmd compares what a line prints when berth and when stock cargo runs it.
func sameCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 0, "same VERB…")
	var texts [2]string
	for i, program := range []string{"cargo", ts.Getenv("STOCK")} {
		cmd, _ := command(ts, append([]string{program}, args...))
		cmd.Stdout, cmd.Stderr = nil, nil
		out, err := cmd.Output()
		ts.Check(err)
		texts[i] = string(out)
	}
	if texts[0] != texts[1] {
		ts.Fatalf("%s: berth prints\n%s\nand stock\n%s", strings.Join(args, " "), texts[0], texts[1])
	}
}
