package cargo

import (
	"context"
	"errors"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

type pkgidOptions struct {
	specs    []string
	pkg      optional
	manifest string
}

func (c *cli) pkgid() *command.Command {
	o := &pkgidOptions{}
	return &command.Command{
		Name: "pkgid", About: "Print the full name of a package", More: more("pkgid"),
		Args:  []command.Arg{{Name: "SPEC", Set: command.Append(&o.specs, command.Text), About: "The package, the workspace's own if none is given"}},
		Flags: slices.Concat([]command.Flag{silent(), packageFlag(&o.pkg, false, "The package")}, manifestPath(&o.manifest)),
		Run:   func(ctx context.Context) error { return c.runPkgid(ctx, o) },
	}
}

var errNoLock = errors.New("a Cargo.lock must exist for this command")

func (c *cli) runPkgid(ctx context.Context, o *pkgidOptions) error {
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	if o.pkg.listed() {
		return membersError(ws)
	}
	graph, err := run.Locked(ctx, ws)
	if err != nil {
		return err
	}
	if graph == nil {
		return errNoLock
	}
	var id crate.PackageID
	if specs := append(o.specs, o.pkg.values...); len(specs) > 0 {
		id, err = querySpec(specs[0], graph)
	} else {
		id, err = currentID(ws)
	}
	if err != nil {
		return err
	}
	c.UI.Printf("%s\n", id.Spec())
	return nil
}

// querySpec is the one package of a graph that a specification means.
func querySpec(text string, graph *resolve.Graph) (crate.PackageID, error) {
	spec, err := crate.ParseSpec(text)
	if err != nil {
		return crate.PackageID{}, err
	}
	ids := make([]crate.PackageID, len(graph.Packages))
	for i := range graph.Packages {
		ids[i] = graph.Packages[i].ID
	}
	return spec.Query(ids)
}

func currentID(ws *workspace.Workspace) (crate.PackageID, error) {
	m, err := ws.CurrentPackage()
	if err != nil {
		return crate.PackageID{}, err
	}
	return m.Package.ID(), nil
}
