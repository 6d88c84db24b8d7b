package realcrates

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

// Collector fills the folder Out: crates-home (a CARGO_HOME), projects/<name>-<version>, and mirror (a registry folder). What an earlier run has
// fetched is not fetched again.
type Collector struct {
	Cargo    string // the stock Cargo
	Out      string
	Crates   []Crate
	Projects []Crate
	Log      io.Writer
}

func (c Collector) home() string   { return filepath.Join(c.Out, "crates-home") }
func (c Collector) mirror() string { return filepath.Join(c.Out, "mirror") }

// Run fetches everything and freezes it. Crates whose closure is not whole in the end are an error.
func (c Collector) Run(ctx context.Context) error {
	if err := os.MkdirAll(c.home(), 0o755); err != nil {
		return err
	}
	for _, p := range c.Projects {
		if err := c.fetchProject(ctx, p); err != nil {
			return err
		}
	}
	scratch, err := os.MkdirTemp("", "realcrates")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	for group := range slices.Chunk(c.Crates, 24) {
		c.resolve(ctx, scratch, group)
	}
	return c.freeze(ctx, scratch)
}

// run has Cargo work in dir, with a home.
func (c Collector) run(ctx context.Context, home, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, c.Cargo, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CARGO_HOME="+home)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cargo %v in %s: %w\n%s", args, dir, err, out)
	}
	return nil
}

// fetchProject gets a program's archive, by the one verb of Cargo that downloads an archive alone, and what its lock names.
func (c Collector) fetchProject(ctx context.Context, p Crate) error {
	projects := filepath.Join(c.Out, "projects")
	dir := filepath.Join(projects, p.String())
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	fmt.Fprintf(c.Log, "fetching %s\n", p)
	if err := os.MkdirAll(projects, 0o755); err != nil {
		return err
	}
	if err := c.run(ctx, c.home(), projects, "info", "--quiet", "--registry", "crates-io", p.Name+"@"+p.Version); err != nil {
		return err
	}
	archives, err := filepath.Glob(filepath.Join(c.home(), "registry", "cache", "*", p.String()+".crate"))
	if err != nil || len(archives) == 0 {
		return fmt.Errorf("the archive of %s is not in %s (%w)", p, c.home(), err)
	}
	// A project is there when all that it needs is: it gets its name last.
	part, err := os.MkdirTemp(projects, ".part-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	if err := cratekit.Unpack(archives[0], part); err != nil {
		return err
	}
	if err := c.run(ctx, c.home(), filepath.Join(part, p.String()), "fetch", "--locked"); err != nil {
		return err
	}
	return os.Rename(filepath.Join(part, p.String()), dir)
}

// resolve lets Cargo see all index files that the crates need, as one package: that asks for each file once. Crates that cannot be together are
// asked for in halves; what cannot be resolved alone is left to freeze to tell.
func (c Collector) resolve(ctx context.Context, scratch string, crates []Crate) {
	fmt.Fprintf(c.Log, "resolving %s … %s\n", crates[0], crates[len(crates)-1])
	if c.lock(ctx, c.home(), scratch, crates...) == nil || len(crates) == 1 {
		return
	}
	half := len(crates) / 2
	c.resolve(ctx, scratch, crates[:half])
	c.resolve(ctx, scratch, crates[half:])
}

func (c Collector) lock(ctx context.Context, home, scratch string, crates ...Crate) error {
	dir, err := os.MkdirTemp(scratch, "p")
	if err != nil {
		return err
	}
	if err := WriteProject(dir, "2021", crates...); err != nil {
		return err
	}
	return c.run(ctx, home, dir, "generate-lockfile")
}

// freeze makes the mirror and resolves each crate against it. One alone may take other versions than it did in a group, and so need index files that the
// mirror lacks: those are fetched then, until nothing is lacking that the public registry has.
func (c Collector) freeze(ctx context.Context, scratch string) error {
	tree, err := cratekit.NewTree(c.mirror())
	if err != nil {
		return err
	}
	left, before := c.Crates, -1
	for {
		if err := c.freezeIndex(tree); err != nil {
			return err
		}
		lacking, err := c.check(ctx, tree, scratch, left)
		if len(lacking) == 0 || len(lacking) == before {
			return err
		}
		before = len(lacking)
		for _, crate := range lacking {
			_ = c.lock(ctx, c.home(), scratch, crate) // the next check tells
		}
		left = lacking
	}
}

func (c Collector) freezeIndex(tree *cratekit.Tree) error {
	sources, err := cratekit.Sources(c.home())
	if err != nil || len(sources) != 1 {
		return fmt.Errorf("indexes of %d registries in %s, expected one (%w)", len(sources), c.home(), err)
	}
	_, err = tree.Mirror(c.home(), sources[0])
	return err
}

// check returns the crates for which the tree lacks an index file, and an error if one of them cannot be resolved. Cargo gets by without a crate where it finds
// an older version that does not need it, so that it succeeds does not say that it has chosen as it would have from the public registry.
func (c Collector) check(ctx context.Context, tree *cratekit.Tree, scratch string, crates []Crate) (lacking []Crate, err error) {
	server, err := registryserver.New(tree, registryserver.Options{})
	if err != nil {
		return crates, err
	}
	if err := server.Start("127.0.0.1:0"); err != nil {
		return crates, err
	}
	home, err := os.MkdirTemp(scratch, "home")
	if err == nil {
		err = os.WriteFile(filepath.Join(home, "config.toml"), []byte(server.Replace()), 0o644)
	}
	if err != nil {
		return crates, errors.Join(err, server.Close())
	}
	fmt.Fprintf(c.Log, "checking %d crates\n", len(crates))
	var failures []error
	for _, crate := range crates {
		server.Reset()
		err := c.lock(ctx, home, scratch, crate)
		if err != nil {
			failures = append(failures, err)
		}
		asked := server.Stats().Log
		if err != nil || slices.ContainsFunc(asked, func(r faulthttp.Request) bool { return r.Status == http.StatusNotFound }) {
			lacking = append(lacking, crate)
		}
	}
	return lacking, errors.Join(append(failures, server.Close())...)
}
