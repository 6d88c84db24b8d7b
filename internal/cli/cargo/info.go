package cargo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/crate"
	"berth/internal/ops"
	"berth/internal/ops/info"
	"berth/internal/ui"
	"berth/internal/workspace"
)

type infoOptions struct {
	spec     string
	registry registry
}

func (c *cli) info() *command.Command {
	o := &infoOptions{}
	return &command.Command{
		Name: "info", About: "Show what a registry knows of a package", More: more("info"),
		Args:  []command.Arg{{Name: "SPEC", Required: true, Heading: packageSelection, Set: command.To(&o.spec, command.Text), About: "The package"}},
		Flags: slices.Concat(o.registry.flags("Index of the registry to look in", "Registry to look in"), []command.Flag{silent()}),
		Run:   func(ctx context.Context) error { return c.runInfo(ctx, o) },
	}
}

func (c *cli) runInfo(ctx context.Context, o *infoOptions) error {
	spec, err := crate.ParseSpec(o.spec)
	if err != nil {
		return err
	}
	run, err := c.session.work()
	if err != nil {
		return err
	}
	if err := c.session.canInspect(run); err != nil {
		return err
	}
	ws := nearestWorkspace(run)
	if flag := c.session.lockKept(); ws == nil && flag != "" {
		return fmt.Errorf("the option `%s` can only be used within a workspace", flag)
	}
	inspector := run.Inspect(ctx, ws, spec)
	source, own, err := c.session.inspected(run, o.registry, inspector.Found())
	if err != nil {
		return err
	}
	found, err := inspector.In(ctx, source, own, spec)
	if err != nil {
		return err
	}
	p := found.Manifest.Package
	c.UI.Print(info.Report{Package: p, Versions: found.Versions, Verbose: c.session.verbose > 0, Cwd: run.Cwd, Paint: c.painted}.Text())
	if found.InGraph {
		c.UI.Infof("`%s` shows what depends on it", c.UI.Paint(ui.Literal, "cargo tree --invert "+p.Name()+"@"+p.Version().String()))
	}
	return nil
}

// canInspect is the error of a configuration that no package could be had with, nor a compiler asked for its version.
func (s *session) canInspect(run *ops.Run) error {
	_, badDefault := s.registryName("")
	_, badBuild := s.config.Build()
	_, badEnv := s.config.Env()
	return cmp.Or(run.Usable(), badDefault, badBuild, badEnv, run.Connects())
}

// nearestWorkspace is the one of the working directory, nil where there is none or it cannot be read.
func nearestWorkspace(run *ops.Run) *workspace.Workspace {
	path, err := workspace.FindManifest(run.Cwd, nil)
	if err != nil {
		return nil
	}
	ws, err := workspace.Load(path, run.Options())
	if _, bad := run.Config.Resolver(); err != nil || bad != nil {
		return nil
	}
	return ws
}

// inspected is the source to look in, and whether that is the one of the package that the workspace has.
func (s *session) inspected(run *ops.Run, r registry, found *crate.Summary) (id crate.SourceID, own bool, err error) {
	explicit := r.name != "" || r.index != ""
	if found != nil && !explicit {
		id, own = found.ID.Source, true
		return id, own, s.notReplaced(run, id)
	}
	name, err := s.registryName(r.name)
	switch {
	case err != nil:
		return id, false, err
	case r.index != "":
		id, err = crate.RegistrySource(r.index, "")
	case name != "":
		id, err = run.Registry(name)
	case explicit:
		id = crate.PublicSource()
	default:
		id = crate.PublicSource()
		return id, false, s.notReplaced(run, id)
	}
	if err != nil || found == nil {
		return id, false, err
	}
	real, err := run.Real(found.ID.Source)
	if id.Same(found.ID.Source) || real.Same(id) {
		return found.ID.Source, true, err
	}
	return id, false, err
}

// notReplaced: what would be shown where nobody says which registry is meant would be another one's.
func (s *session) notReplaced(run *ops.Run, id crate.SourceID) error {
	real, err := run.Real(id)
	if err == nil && !real.Same(id) && !(id.IsPublic() && real.IsPublic()) {
		err = &replacedError{real}
	}
	return err
}

// painted is a part of a report in its colour.
func (c *cli) painted(s info.Style, text string) string {
	tone, ok := map[info.Style]ui.Tone{
		info.Header: ui.Heading, info.Faint: ui.Dim, info.Slanted: ui.Italic, info.Unknown: ui.Off, info.Missing: ui.Caution, info.Context: ui.Remark,
	}[s]
	if !ok {
		return text
	}
	return c.UI.Paint(tone, text)
}
