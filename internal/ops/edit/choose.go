package edit

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/tomldoc"
)

// resolve works out the entry for a request: what is there already, what the flags say, and where nobody says where it
// comes from, the workspace's dependency, a member, or the newest version.
func (ed *Editor) resolve(ctx context.Context, root *tomldoc.Entry, r *Request, o *Add) (*candidate, error) {
	selected, err := ed.selected(ctx, r)
	if err != nil {
		return nil, err
	}
	selected.apply(r)
	dir := filepath.Dir(o.Member.Path)
	old, err := ed.lookUp(selected, func(key string) (*dependency, error) { return existing(root, dir, key, o.Table) })
	if err != nil {
		return nil, err
	}
	d := selected
	switch {
	case old == nil:
	case old.name != selected.name: // another package under the key: little of the old entry is of interest
		if selected.optional == nil {
			selected.optional = old.optional
		}
	default:
		kept := *old
		d = &kept
		if selected.origin != unknown {
			d.setOrigin(selected)
		}
		d.apply(r)
	}
	if d.origin == unknown {
		if err := ed.findOrigin(ctx, d, o); err != nil {
			return nil, err
		}
	}
	if d.origin == fromWorkspace {
		if err := ed.inherit(d, r, o.Member.Package.Edition); err != nil {
			return nil, err
		}
	}
	hadVersion := old != nil && old.version != ""
	if d.origin != fromRegistry && !hadVersion && o.Table.Kind == crate.Dev && d.origin != fromWorkspace {
		d.clearVersion() // nobody publishes with it
	}
	return ed.learn(ctx, d)
}

// selected is the dependency as the arguments name it.
func (ed *Editor) selected(ctx context.Context, r *Request) (*dependency, error) {
	if r.Spec != "" {
		if err := r.parseSpec(); err != nil {
			return nil, err
		}
	}
	d := &dependency{name: r.name}
	switch {
	case r.Git != "":
		d.origin, d.git, d.branch, d.tag, d.rev = fromGit, r.Git, r.Branch, r.Tag, r.Rev
		if r.statesARequirement {
			return nil, fmt.Errorf("cannot specify a git URL (`%s`) with a version (`%s`)", r.Git, r.requirement)
		}
		if r.Spec == "" {
			return ed.onlyPackage(ctx, d)
		}
		return ed.selectPackage(ctx, d)
	case r.Path != "":
		d.origin, d.path = fromPath, r.Path
		if !filepath.IsAbs(d.path) {
			d.path = filepath.Join(ed.Cwd, filepath.FromSlash(d.path))
		}
		d.path = filepath.Clean(d.path)
		if r.statesARequirement {
			return nil, fmt.Errorf("cannot specify a path (`%s`) with a version (`%s`)", r.Path, r.requirement)
		}
		if r.Spec == "" {
			m, err := ed.Workspace.LoadDir(d.path)
			if err != nil {
				return nil, err
			}
			return ofSummary(m.Package.Summary), nil
		}
		return ed.selectPackage(ctx, d)
	case r.Spec == "":
		return nil, fmt.Errorf("dependency name is required")
	case r.statesARequirement:
		d.origin, d.version = fromRegistry, withoutBuild(r.requirement)
	}
	return d, nil
}

// onlyPackage is the package of a repository that has no other.
func (ed *Editor) onlyPackage(ctx context.Context, d *dependency) (*dependency, error) {
	source, err := ed.source(d)
	if err != nil {
		return nil, err
	}
	packages, err := ed.Sources.Packages(ctx, source)
	if err != nil {
		return nil, err
	}
	if len(packages) == 1 {
		return ofSummary(packages[0]), nil
	}
	var names []string
	for _, p := range packages {
		names = append(names, p.ID.Name)
	}
	slices.Sort(names)
	return nil, fmt.Errorf("multiple packages found at `%s`:\n    %s\nTo disambiguate, run `cargo add --git %s <package>`", d.gitText(), lines(names), d.gitText())
}

// selectPackage is the package of the name in a repository or directory.
func (ed *Editor) selectPackage(ctx context.Context, d *dependency) (*dependency, error) {
	found, err := ed.query(ctx, d)
	if err != nil {
		return nil, err
	}
	where := d.path
	if d.origin == fromGit {
		where = d.gitText()
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("the crate `%s` could not be found at `%s`", d, where)
	case 1:
	default:
		return nil, fmt.Errorf("unexpectedly found multiple copies of crate `%s` at `%s`", d, where)
	}
	selected := ofSummary(found[0])
	ed.translate(d.name, selected.name)
	return selected, nil
}

func (ed *Editor) translate(from, to string) {
	if from != to {
		ed.Voice.Warn(fmt.Sprintf("translating `%s` to `%s`", from, to))
	}
}

// query asks for the versions of a dependency; where a registry has none of the name, for the name with the other kind
// of hyphens.
func (ed *Editor) query(ctx context.Context, d *dependency) ([]*crate.Summary, error) {
	source, err := ed.source(d)
	if err != nil {
		return nil, err
	}
	req, any, err := d.req()
	if err != nil {
		return nil, err
	}
	ask := func(name string) ([]*crate.Summary, error) {
		return ed.Sources.Query(ctx, resolve.Query{Name: name, Source: source, Req: req, Any: any})
	}
	found, err := ask(d.name)
	if err != nil || len(found) > 0 || d.origin == fromPath || d.origin == fromGit {
		return found, err
	}
	for _, name := range []string{strings.ReplaceAll(d.name, "-", "_"), strings.ReplaceAll(d.name, "_", "-")} {
		if name == d.name {
			continue
		}
		more, err := ask(name)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// findOrigin is for dependencies of which only the name is known.
func (ed *Editor) findOrigin(ctx context.Context, d *dependency, o *Add) error {
	inherited, err := ed.lookUp(d, ed.workspaceDependency)
	if err != nil {
		return err
	}
	if inherited != nil {
		d.origin = fromWorkspace
		return nil
	}
	for _, m := range ed.Workspace.Members() {
		if m.Package.Name() != d.name {
			continue
		}
		d.origin, d.path = fromPath, filepath.Dir(m.Path)
		if o.Table.Kind != crate.Dev {
			d.version = withoutBuild(m.Package.Version().String())
		}
		return nil
	}
	latest, err := ed.latest(ctx, d, o)
	if err != nil {
		return err
	}
	ed.translate(d.name, latest.name)
	d.name = latest.name
	d.setOrigin(latest)
	return nil
}

// workspaceDependency is an entry of [workspace.dependencies], nil where there is none.
func (ed *Editor) workspaceDependency(key string) (*dependency, error) {
	w := ed.Workspace.Root.Workspace
	if w == nil || w.Dependencies.Get(key) == nil {
		return nil, nil
	}
	entry := w.Doc.Draft().Root().Find("workspace", "dependencies", key)
	d, err := ofEntry(entry, w.Dir)
	if err != nil {
		return nil, nil
	}
	return d, nil
}

// inherit checks an entry that the workspace has the rest of. Where default features are the member's to say, too, they
// are written when they differ from what the workspace states.
func (ed *Editor) inherit(d *dependency, r *Request, edition manifest.Edition) error {
	own := ed.Release.InheritedDefaultsOff() && edition >= manifest.Edition2024
	if err := checkInherited(d.key(), r, own); err != nil {
		return err
	}
	if own && r.Defaults != nil && *r.Defaults {
		w, err := ed.workspaceDependency(d.key())
		if err != nil {
			return err
		}
		if w != nil && w.defaults != nil && !*w.defaults {
			d.defaults = r.Defaults
		}
	}
	return nil
}

// checkInherited: some keys are the workspace's to say.
func checkInherited(key string, r *Request, ownDefaults bool) error {
	for _, c := range []struct {
		given       bool
		flag, field string
	}{
		{r.Defaults != nil && !ownDefaults, "--default-features", "default-features"},
		{r.Registry != nil && *r.Registry != "", "--registry", "registry"},
		{r.Rename != "", "--rename", "package"},
	} {
		if c.given {
			return fmt.Errorf("cannot override workspace dependency with `%s`, either change `workspace.dependencies.%s.%s` or define the dependency exclusively in the package's manifest", c.flag, key, c.field)
		}
	}
	return nil
}
