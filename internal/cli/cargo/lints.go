package cargo

import (
	"slices"

	"berth/internal/app"
	"berth/internal/build"
	"berth/internal/build/unused"
	"berth/internal/config"
	"berth/internal/manifest"
	"berth/internal/manifest/lint"
	"berth/internal/ops"
	"berth/internal/snippet"
	"berth/internal/ui"
	"berth/internal/workspace"
)

// warnOfManifests says what is odd about the manifests, and is the error of those that nothing can be made of. From 1.100
// on that is what lints say, and a few sentences about what no lint is for.
func (c *cli) warnOfManifests(run *ops.Run, ws *workspace.Workspace, target string) error {
	release := run.Config.Release()
	switch {
	case release.OwnLints():
		settings, err := run.Config.Build()
		if err != nil {
			return err
		}
		return c.tellAll(lint.Check(&lint.Workspace{
			Dir: ws.Dir(), Root: ws.Root, Members: ws.Members(), Packages: ws.Packages(), Target: target,
			Rust: ws.RustVersion(), Muted: settings.Warnings.Val == "allow", HasFile: ws.HasFile,
		}))
	case release.SumsUpManifests():
		return c.tellAll(lint.Sentences(ws.Dir(), ws.Root, ws.Packages()))
	}
	warnings, err := ws.ManifestWarnings()
	for _, w := range warnings {
		c.UI.Warnf("%s", w)
	}
	return err
}

// tellAll says what was found in all manifests.
func (c *cli) tellAll(manifests []*lint.Said) error {
	errors := 0
	for _, said := range manifests {
		c.tellFindings(said, "parse")
		c.session.lintWarnings += said.Lints
		errors += said.Errors
	}
	if errors > 0 {
		return &app.ExitCodeError{Code: failure}
	}
	return nil
}

// tellFindings says what was found in a manifest and sums it up. The action is what errors keep from being done to it.
func (c *cli) tellFindings(said *lint.Said, action string) {
	for _, f := range said.Findings {
		switch {
		case f.Report != nil:
			c.UI.Relay(snippet.Render(f.Report, ui.Columns(c.Stderr)))
		case f.Level.IsError():
			c.UI.Errorf("%s", f.Sentence)
		default:
			c.UI.Warnf("%s", f.Sentence)
		}
	}
	warning, failure := said.Summary(action)
	if warning != "" {
		c.UI.Warnf("%s", warning)
	}
	if failure != "" {
		c.UI.Errorf("%s", failure)
	}
}

// tellUnused says which dependencies nothing uses of the packages that were asked for, and is how many errors that makes.
func (c *cli) tellUnused(m *compilation, found []unused.Package) (errors int) {
	settings, _ := m.run.Config.Build()
	for _, p := range found {
		at := slices.IndexFunc(m.Chosen, func(k *manifest.Manifest) bool { return k.Package.ID().Same(p.ID) })
		if at < 0 || !p.ID.Source.IsPath() {
			continue
		}
		s := lint.SubjectOf(m.Chosen[at], m.ws.Dir(), settings.Warnings.Val == "allow")
		for _, f := range p.Findings {
			s.ReportUnused(f.Dependency, f.Tested)
		}
		c.tellFindings(s.Said, "finalize")
		c.session.lintWarnings += s.Lints
		errors += s.Errors
	}
	return errors
}

// denied is the error of a command that has done its work, where build.warnings does not let warnings of lints pass.
func (c *cli) denied(cfg *config.Config) error {
	settings, err := cfg.Build()
	if err == nil && settings.Warnings.Val == "deny" && c.session.lintWarnings > 0 {
		return build.ErrDenied
	}
	return err
}
