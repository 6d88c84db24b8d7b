package edit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/nearest"
	"berth/internal/semver"
	"berth/internal/tomldoc"
)

// Remove is what cargo remove does.
type Remove struct {
	Member *manifest.Manifest
	Names  []string
	Table  Table
	DryRun bool
}

// Remove takes dependencies out of a member.
func (ed *Editor) Remove(ctx context.Context, o Remove) error {
	if o.DryRun {
		text, err := os.ReadFile(o.Member.Path)
		if err != nil {
			return fmt.Errorf("cannot read `%s`: %w", o.Member.Path, err)
		}
		if _, err := ed.removed(text, &o, ed.Voice); err != nil {
			return err
		}
		ed.Voice.Warn("aborting remove due to dry run")
		return nil
	}
	voice := ed.Voice
	return ed.Edit(ctx, o.Member.Path, func(old []byte) ([]byte, error) {
		text, err := ed.removed(old, &o, voice)
		voice = silent{} // it may have to be done again
		return text, err
	})
}

func (ed *Editor) removed(text []byte, o *Remove, voice Voice) ([]byte, error) {
	d, err := draft(o.Member.Doc.Name(), text)
	if err != nil {
		return nil, err
	}
	for _, name := range o.Names {
		voice.Status("Removing", name+" from "+o.Table.String())
		if err := removeFrom(d.Root(), o.Table, name); err != nil {
			return nil, err
		}
		collectFeatures(d.Root(), name)
	}
	return d.Bytes(), nil
}

// removeFrom takes an entry out of a table, and the table away when it was the last.
func removeFrom(root *tomldoc.Entry, at Table, name string) error {
	keys := at.keys()
	parent := root.Find(keys[:len(keys)-1]...)
	table := parent.Get(keys[len(keys)-1])
	if table.Get(name) == nil {
		return missing(root, at, table, name)
	}
	table.Remove(name)
	if len(table.Entries()) == 0 {
		parent.Remove(table.Key())
	}
	return nil
}

// missing is the error about a dependency that is not there; perhaps it is elsewhere, or called otherwise.
func missing(root *tomldoc.Entry, at Table, table *tomldoc.Entry, name string) error {
	message := fmt.Sprintf("the dependency `%s` could not be found in `%s`", name, strings.Join(at.keys(), "."))
	for _, l := range tables(root) {
		if l.entries.Get(name) == nil {
			continue
		}
		where := strings.Join(l.table.keys(), ".")
		if flags := flagsFor(at, l.table); flags != "" {
			return fmt.Errorf("%s\n\nhelp: pass `%s` to remove `%s` from `%s`", message, flags, name, where)
		}
		return fmt.Errorf("%s\n\nhelp: a dependency with the same name exists in `%s`", message, where)
	}
	var names []string
	for _, e := range table.Entries() {
		names = append(names, e.Key())
	}
	if similar := nearest.Of(name, names...); similar != "" {
		return fmt.Errorf("%s\n\nhelp: a dependency with a similar name exists: `%s`", message, similar)
	}
	return fmt.Errorf("%s", message)
}

// flagsFor lead from one table to another.
func flagsFor(from, to Table) string {
	var flags []string
	if from.Kind != to.Kind && to.Kind != crate.Normal {
		flags = append(flags, map[crate.DepKind]string{crate.Dev: "--dev", crate.Build: "--build"}[to.Kind])
	}
	if from.Target == "" && to.Target != "" {
		flags = append(flags, "--target", to.Target)
	}
	return strings.Join(flags, " ")
}

// CollectWorkspace takes out of the root's manifest what no member wants any more: workspace dependencies, and settings
// and replacements of packages.
func (ed *Editor) CollectWorkspace(ctx context.Context) error {
	wanted, err := ed.memberDependencies()
	if err != nil {
		return err
	}
	root := ed.Workspace.Root
	return ed.Edit(ctx, root.Path, func(old []byte) ([]byte, error) {
		d, err := draft(root.Doc.Name(), old)
		if err != nil {
			return nil, err
		}
		if err := ed.collectRoot(d.Root(), wanted); err != nil {
			return nil, err
		}
		return d.Bytes(), nil
	})
}

// memberDependencies reads the manifests anew, as one of them was just changed.
func (ed *Editor) memberDependencies() ([]*dependency, error) {
	var all []*dependency
	for _, m := range ed.Workspace.Members() {
		text, err := os.ReadFile(m.Path)
		if err != nil {
			return nil, fmt.Errorf("cannot read `%s`: %w", m.Path, err)
		}
		d, err := draft(m.Doc.Name(), text)
		if err != nil {
			return nil, err
		}
		for _, l := range tables(d.Root()) {
			for _, e := range l.entries.Entries() {
				one, err := ofEntry(e, filepath.Dir(m.Path))
				if err != nil {
					return nil, err
				}
				all = append(all, one)
			}
		}
	}
	return all, nil
}

func (ed *Editor) collectRoot(root *tomldoc.Entry, members []*dependency) error {
	wanted, err := ed.collectDependencies(sectionOf(root.Get("workspace"), "dependencies"), members)
	if err != nil {
		return err
	}
	if profiles := sectionOf(root, "profile"); profiles != nil {
		profiles.SetImplicit(true)
		for _, profile := range profiles.Entries() {
			if !profile.IsSection() {
				continue
			}
			profile.SetImplicit(true)
			if err := ed.collectSpecs(sectionOf(profile, "package"), wanted); err != nil {
				return err
			}
		}
	}
	return ed.collectSpecs(sectionOf(root, "replace"), wanted)
}

// collectDependencies drops workspace dependencies that no member inherits. In the answer those that are inherited
// stand in the place of the members' entries.
func (ed *Editor) collectDependencies(table *tomldoc.Entry, members []*dependency) ([]*dependency, error) {
	if table == nil {
		return members, nil
	}
	table.SetImplicit(true)
	wanted := append([]*dependency(nil), members...)
	for _, e := range append([]*tomldoc.Entry(nil), table.Entries()...) {
		shared, err := ofEntry(e, ed.Workspace.Dir())
		if err != nil {
			return nil, err
		}
		used := false
		for i, d := range members {
			if d.key() == e.Key() && d.origin == fromWorkspace {
				wanted[i], used = shared, true
			}
		}
		if !used {
			table.Remove(e.Key())
		}
	}
	return wanted, nil
}

// collectSpecs drops entries whose key is the specification of a package that nobody depends on.
func (ed *Editor) collectSpecs(table *tomldoc.Entry, wanted []*dependency) error {
	if table == nil {
		return nil
	}
	table.SetImplicit(true)
	for _, e := range append([]*tomldoc.Entry(nil), table.Entries()...) {
		if strings.ContainsAny(e.Key(), "*?[]") {
			continue
		}
		spec, err := crate.ParseSpec(e.Key())
		if err != nil {
			return err
		}
		used, err := ed.isWanted(spec, wanted)
		if err != nil {
			return err
		}
		if !used {
			table.Remove(e.Key())
		}
	}
	return nil
}

func (ed *Editor) isWanted(spec crate.Spec, wanted []*dependency) (bool, error) {
	for _, d := range wanted {
		if spec.Name != d.name || d.origin == fromWorkspace {
			continue
		}
		if spec.Version.Parts == 3 {
			req, any, err := d.req()
			if err != nil {
				return false, err
			}
			if any || !req.Matches(spec.Version.Version()) {
				continue
			}
		}
		source, err := ed.source(d)
		if err != nil {
			return false, err
		}
		if spec.URL == "" || spec.URL == source.URL() {
			return true, nil
		}
	}
	return false, nil
}

// CollectPatches takes patches out of the root's manifest that the resolve had no use for, and tells whether there were
// any: then Cargo.lock is to be made anew.
func (ed *Editor) CollectPatches(ctx context.Context, unused []crate.PackageID) (changed bool, err error) {
	root := ed.Workspace.Root
	if len(unused) == 0 {
		return false, nil
	}
	err = ed.Edit(ctx, root.Path, func(old []byte) ([]byte, error) {
		d, err := draft(root.Doc.Name(), old)
		if err != nil {
			return nil, err
		}
		if err := ed.collectPatches(sectionOf(d.Root(), "patch"), unused); err != nil {
			return nil, err
		}
		changed = d.Changed()
		return d.Bytes(), nil
	})
	return changed, err
}

func (ed *Editor) collectPatches(patches *tomldoc.Entry, unused []crate.PackageID) error {
	if patches == nil {
		return nil
	}
	patches.SetImplicit(true)
	for _, table := range patches.Entries() {
		if !table.IsSection() {
			continue
		}
		table.SetImplicit(true)
		for _, e := range append([]*tomldoc.Entry(nil), table.Entries()...) {
			d, err := ofEntry(e, ed.Workspace.Dir())
			if err != nil {
				return err
			}
			source, err := ed.source(d)
			if err != nil {
				return err
			}
			spec := crate.Spec{Name: d.name, URL: source.URL(), Version: semver.Partial{}}
			if _, err := spec.Query(unused); err == nil {
				table.Remove(e.Key())
			}
		}
	}
	return nil
}
