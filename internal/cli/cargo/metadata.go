package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/ops"
	"berth/internal/ops/metadata"
	"berth/internal/workspace"
)

type metadataOptions struct {
	platforms []string
	noDeps    bool
	version   string
	features  features
	manifest  string
}

func (c *cli) metadata() *command.Command {
	o := &metadataOptions{}
	return &command.Command{
		Name: "metadata", About: "Print packages, what they depend on and which versions were chosen, for programs to read", More: more("metadata"),
		Flags: slices.Concat([]command.Flag{
			{Long: "filter-platform", Value: c.release().Target(), Many: true, Set: command.Append(&o.platforms, command.Text), About: "Only what this target needs"},
			{Long: "no-deps", Set: command.True(&o.noDeps), About: "Only the workspace's own packages; nothing is resolved or fetched"},
			{Long: "format-version", Value: "VERSION", Choices: []string{"1"}, Set: command.To(&o.version, command.Text), About: "Version of the format"},
			silent(),
		}, o.features.flags(), manifestPath(&o.manifest)),
		Run: func(ctx context.Context) error { return c.runMetadata(ctx, o) },
	}
}

func (c *cli) runMetadata(ctx context.Context, o *metadataOptions) error {
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	if o.version == "" {
		c.UI.Warnf("please specify `--format-version` flag explicitly to avoid compatibility problems")
	}
	doc := &metadata.Document{Root: ws.Dir(), Members: idsOf(ws.Members()), DefaultMembers: idsOf(ws.DefaultMembers()), Packages: ws.Members()}
	if ws.Root.Workspace != nil {
		doc.Metadata = ws.Root.Workspace.Metadata
	}
	if doc.TargetDir, doc.BuildDir, err = c.session.outputDirs(ws, ""); err != nil {
		return err
	}
	if !o.noDeps {
		if err := c.resolveMetadata(ctx, o, run, ws, doc); err != nil {
			return err
		}
	}
	out := c.UI.Data()
	if _, err = doc.WriteTo(out); err == nil {
		_, err = out.Write([]byte("\n"))
	}
	return err
}

func (c *cli) resolveMetadata(ctx context.Context, o *metadataOptions, run *ops.Run, ws *workspace.Workspace, doc *metadata.Document) error {
	flags, err := workspace.ParseFeatures(o.features.list, o.features.all, o.features.noDefault)
	if err != nil {
		return err
	}
	platforms, err := c.session.platforms(ctx, o.platforms)
	if err == nil {
		err = c.session.checkCompilers(ctx)
	}
	if err != nil {
		return err
	}
	doc.Resolve, doc.Packages, err = run.Metadata(ctx, ws, flags, platforms)
	return err
}

func idsOf(members []*manifest.Manifest) []crate.PackageID {
	ids := make([]crate.PackageID, len(members))
	for i, m := range members {
		ids[i] = m.Package.ID()
	}
	return ids
}
