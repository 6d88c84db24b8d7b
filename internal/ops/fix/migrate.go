package fix

import (
	"context"
	"fmt"
	"path/filepath"

	"berth/internal/cargohome"
	"berth/internal/manifest"
	"berth/internal/ops/manifestfile"
	"berth/internal/tomldoc"
	"berth/internal/workspace"
)

// Status tells of what is done.
type Status func(verb, text string)

// Migrate makes the manifests of packages ones that the next edition of each can read. The edition itself stays: who
// looks at the changes sets it.
func Migrate(ctx context.Context, home *cargohome.Home, ws *workspace.Workspace, members []*manifest.Manifest, status Status) error {
	m := &migration{ctx: ctx, home: home, ws: ws, status: status, shared: ws.Root.Doc.Draft().Root().Find("workspace", "dependencies")}
	if ws.Root.Package == nil {
		if err := m.root(members); err != nil {
			return err
		}
	}
	for _, member := range members {
		from := member.Package.Edition
		to := next(from)
		if from == to {
			continue
		}
		if err := m.member(member, from, to); err != nil {
			return err
		}
	}
	return nil
}

type migration struct {
	ctx    context.Context
	home   *cargohome.Home
	ws     *workspace.Workspace
	status Status
	shared *tomldoc.Entry // dependencies that members inherit
}

// root changes the root of a workspace that has no package: it is of no edition, so the newest of its members counts.
func (m *migration) root(members []*manifest.Manifest) error {
	newest := manifest.Edition2015
	for _, member := range members {
		newest = max(newest, member.Package.Edition)
	}
	to := next(newest)
	if to == newest || to < manifest.Edition2024 {
		return nil
	}
	fixes, err := m.edit(m.ws.Root.Path, func(root *tomldoc.Entry) int {
		return renameDefaults(root.Find("workspace", "dependencies"))
	})
	if fixes > 0 && err == nil {
		m.status("Migrating", fmt.Sprintf("%s from %s edition to %s", m.name(m.ws.Root.Path), newest, to))
		m.status("Fixed", Count(m.name(m.ws.Root.Path), fixes))
	}
	return err
}

func (m *migration) member(member *manifest.Manifest, from, to manifest.Edition) error {
	m.status("Migrating", fmt.Sprintf("%s from %s edition to %s", m.name(member.Path), from, to))
	if to < manifest.Edition2024 {
		return nil
	}
	fixes, err := m.edit(member.Path, m.for2024)
	if fixes > 0 && err == nil {
		m.status("Fixed", Count(m.name(member.Path), fixes))
	}
	return err
}

func (m *migration) name(path string) string {
	if below, err := filepath.Rel(m.ws.Dir(), path); err == nil && filepath.IsLocal(below) {
		return below
	}
	return path
}

// edit changes a manifest, and counts in how many places.
func (m *migration) edit(path string, change func(*tomldoc.Entry) int) (fixes int, err error) {
	err = manifestfile.Edit(m.ctx, m.home, path, func(old []byte) ([]byte, error) {
		doc, err := tomldoc.Parse(path, old)
		if err != nil {
			return nil, err
		}
		draft := doc.Draft()
		fixes = change(draft.Root())
		return draft.Bytes(), nil
	})
	return fixes, err
}

// for2024 writes in the only spelling that the edition 2024 takes what had two, and takes out what has no effect.
func (m *migration) for2024(root *tomldoc.Entry) int {
	fixes := renameDefaults(root.Find("workspace", "dependencies"))
	fixes += rename(root, "project", "package")
	fixes += renameTarget(root.Get("lib"))
	for _, kind := range []string{"bin", "example", "test", "bench"} {
		if list := root.Get(kind); list != nil && !list.IsTable() && !list.IsArray() {
			for _, target := range list.Entries() {
				fixes += renameTarget(target)
			}
		}
	}
	fixes += m.dependencies(root)
	for _, platform := range root.Get("target").Entries() {
		fixes += m.dependencies(platform)
	}
	return fixes
}

func (m *migration) dependencies(table *tomldoc.Entry) (fixes int) {
	for _, kind := range []string{"dependencies", "dev-dependencies", "build-dependencies"} {
		switch kind {
		case "dev-dependencies":
			fixes += rename(table, "dev_dependencies", kind)
		case "build-dependencies":
			fixes += rename(table, "build_dependencies", kind)
		}
		list := table.Get(kind)
		fixes += renameDefaults(list)
		fixes += m.removeIneffective(list)
	}
	return fixes
}

// renameDefaults is for tables of dependencies.
func renameDefaults(list *tomldoc.Entry) (fixes int) {
	if !list.IsTable() {
		return 0
	}
	for _, dep := range list.Entries() {
		fixes += rename(dep, "default_features", "default-features")
	}
	return fixes
}

// removeIneffective: that a member wants no default features does not count where the workspace wants them.
func (m *migration) removeIneffective(list *tomldoc.Entry) (fixes int) {
	if !list.IsTable() {
		return 0
	}
	for _, dep := range list.Entries() {
		inherits, _ := dep.Get("workspace").Bool()
		wanted, said := dep.Get("default-features").Bool()
		if inherits && said && !wanted && !m.isPlain(dep.Key()) {
			dep.Remove("default-features")
			fixes++
		}
	}
	return fixes
}

// isPlain tells whether the workspace wants no default features of a dependency itself.
func (m *migration) isPlain(name string) bool {
	for _, key := range []string{"default-features", "default_features"} {
		if wanted, said := m.shared.Find(name, key).Bool(); said {
			return !wanted
		}
	}
	return false
}

func renameTarget(target *tomldoc.Entry) int {
	return rename(target, "crate_type", "crate-type") + rename(target, "proc_macro", "proc-macro")
}

func rename(table *tomldoc.Entry, old, name string) int {
	if table.IsTable() && table.Rename(old, name) {
		return 1
	}
	return 0
}
