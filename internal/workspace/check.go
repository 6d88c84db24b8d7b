package workspace

import (
	"fmt"
	"path/filepath"
	"strings"

	"berth/internal/manifest"
)

// check makes sure that the parts agree with each other.
func (w *Workspace) check() error {
	for _, check := range []func() error{w.checkNames, w.checkOneRoot, w.checkAgreement, w.checkCurrent} {
		if err := check(); err != nil {
			return err
		}
	}
	w.warnIneffective()
	return nil
}

func (w *Workspace) checkNames() error {
	seen := map[string]string{}
	for _, m := range w.members {
		name := m.Package.Name()
		if other, ok := seen[name]; ok {
			return fmt.Errorf("two packages named `%s` in this workspace:\n- %s\n- %s", name, other, m.Path)
		}
		seen[name] = m.Path
	}
	return nil
}

func (w *Workspace) checkOneRoot() error {
	var roots []string
	for _, m := range w.allMembers() {
		if m.Workspace != nil {
			roots = append(roots, "  "+filepath.Dir(m.Path))
		}
	}
	if len(roots) > 1 {
		return fmt.Errorf("multiple workspace roots found in the same workspace:\n%s", strings.Join(roots, "\n"))
	}
	return nil
}

// allMembers are also those without a package.
func (w *Workspace) allMembers() []*manifest.Manifest {
	all := w.members
	for path := range w.isMember {
		if m, err := w.loader.load(path); err == nil && m.Package == nil {
			all = append(all[:len(all):len(all)], m)
		}
	}
	return all
}

// checkAgreement: a member that is elsewhere, or below another root, says itself what its root is.
func (w *Workspace) checkAgreement() error {
	for _, m := range w.members {
		root, err := w.loader.findRoot(m.Path)
		switch {
		case err != nil:
			return err
		case root == "":
			return fmt.Errorf("workspace member `%s` is not hierarchically below the workspace root `%s`\nhelp: set `package.workspace` in the member", m.Path, w.Root.Path)
		case root != w.Root.Path:
			return fmt.Errorf("package `%s` is a member of the wrong workspace\nexpected: %s\nactual:   %s", m.Path, w.Root.Path, root)
		}
	}
	return nil
}

// checkCurrent: who is below a root but not among its members did not mean it, or the root forgot it.
func (w *Workspace) checkCurrent() error {
	if w.isMember[w.Current.Path] {
		return nil
	}
	fix := fmt.Sprintf("make the workspace root depend on it: %s", w.Root.Path)
	if w.Root.Package == nil || w.Root.Workspace.HasMembers {
		fix = fmt.Sprintf("add `%s` to `workspace.members` in %s", filepath.ToSlash(relative(w.Dir(), filepath.Dir(w.Current.Path))), w.Root.Path)
	}
	return fmt.Errorf("current package believes it's in a workspace when it's not:\ncurrent:   %s\nworkspace: %s\n\nhelp: %s\nhelp: to keep it out, add it to `workspace.exclude` there, or add an empty [workspace] table to its own manifest",
		w.Current.Path, w.Root.Path, fix)
}

func relative(from, to string) string {
	if path, err := filepath.Rel(from, to); err == nil {
		return path
	}
	return to
}

// warnIneffective: some tables are of effect only at the root.
func (w *Workspace) warnIneffective() {
	newest := manifest.Edition(0)
	for _, m := range w.members {
		if m.Path == w.Root.Path {
			continue
		}
		newest = max(newest, m.Package.Edition)
		for _, what := range []struct {
			name string
			bad  bool
		}{
			{"profiles", len(m.Profiles) > 0},
			{"replace", len(m.Replaces) > 0},
			{"patch", len(m.Patches) > 0},
			{"resolver", m.Resolver != 0 && m.Resolver != w.Resolver},
		} {
			if what.bad {
				w.Warnings = append(w.Warnings, fmt.Sprintf("%s for the non root package will be ignored, specify %s at the workspace root:\npackage:   %s\nworkspace: %s",
					what.name, what.name, m.Path, w.Root.Path))
			}
		}
	}
	if w.Root.Package == nil && w.Root.Resolver == 0 && newest >= manifest.Edition2021 {
		implied := newest.Resolver()
		w.Warnings = append(w.Warnings, fmt.Sprintf("virtual workspace defaulting to `resolver = \"1\"` despite one or more workspace members being on edition %s which implies `resolver = \"%s\"`\n"+
			"note: to keep the current resolver, specify `workspace.resolver = \"1\"` in the workspace root's manifest\n"+
			"note: to use the edition %s resolver, specify `workspace.resolver = \"%s\"` in the workspace root's manifest", newest, implied, newest, implied))
	}
}
