// Package edit is cargo add and cargo remove: dependencies put into a Cargo.toml and taken out of it.
//
// What holds: what the user wrote stays, comments, order and style; for what is written the file comes out as stock
// Cargo's would, byte for byte. What to write is worked out first, however long a registry takes to answer; then the
// file is read again, changed and written while nobody else of us changes it, so that of two commands neither undoes
// what the other did.
//
// Where it ends: Cargo.lock is brought up to date by who calls this, afterwards.
package edit

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"berth/internal/crate"
	"berth/internal/dialect"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/tomldoc"
	"berth/internal/workspace"
)

// Voice is how this package speaks.
type Voice interface {
	Status(verb, text string)
	Warn(text string)
	// Features heads a list of features; each has a mark, + or -, or none.
	Features(heading string)
	Feature(mark, text string)
}

// Sources answer for what could be depended on.
type Sources interface {
	// Query is all versions that the query means; none, and no error, where there is nothing of that name.
	Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error)
	// Packages are all packages of a git repository.
	Packages(ctx context.Context, source crate.SourceID) ([]*crate.Summary, error)
}

// Editor is what both verbs work with.
type Editor struct {
	Workspace *workspace.Workspace
	Cwd       string
	Release   dialect.Release
	Voice     Voice
	Sources   Sources
	// Registry is the source of a registry that has a name in the configuration.
	Registry func(name string) (crate.SourceID, error)
	// Rustc is the version of the compiler, for packages that state no rust-version.
	Rustc func(context.Context) (semver.Version, error)
	// Age is how old versions have to be, as the resolver has it.
	Age *resolve.Age
	// Edit gives the bytes of a file to change and writes what comes back; nil is no change. Change may be called again.
	Edit func(ctx context.Context, path string, change func(old []byte) ([]byte, error)) error
}

// Table is the table that a dependency is in.
type Table struct {
	Kind   crate.DepKind
	Target string // of [target.<Target>.…], empty for all platforms
}

// keys lead to the table.
func (t Table) keys() []string {
	name := kindTable(t.Kind)
	if t.Target != "" {
		return []string{"target", t.Target, name}
	}
	return []string{name}
}

// String is the table as status lines name it.
func (t Table) String() string {
	if t.Target != "" {
		return fmt.Sprintf("%s for target `%s`", kindTable(t.Kind), t.Target)
	}
	return kindTable(t.Kind)
}

func kindTable(k crate.DepKind) string {
	return [...]string{crate.Normal: "dependencies", crate.Dev: "dev-dependencies", crate.Build: "build-dependencies"}[k]
}

// PickMember is the one package that -p and the current directory mean.
func PickMember(w *workspace.Workspace, s workspace.Selection, verb string) (*manifest.Manifest, error) {
	members, _, err := w.Select(s)
	if err != nil {
		return nil, err
	}
	if len(members) == 1 {
		return members[0], nil
	}
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Package.Name()
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no package to %s; specify one with `-p <PKGID>`", verb)
	}
	return nil, fmt.Errorf("cannot tell which package to %s; specify one with `-p <PKGID>`\navailable packages: %s", verb, strings.Join(names, ", "))
}

// draft begins a change of a manifest.
func draft(path string, text []byte) (*tomldoc.Draft, error) {
	d, err := tomldoc.Parse(path, text)
	if err != nil {
		return nil, err
	}
	return d.Draft(), nil
}

// located is a table of dependencies in a manifest.
type located struct {
	table   Table
	entries *tomldoc.Entry
}

// tables are all tables of dependencies: by kind, those of all platforms first.
func tables(root *tomldoc.Entry) []located {
	var found []located
	for _, kind := range []crate.DepKind{crate.Normal, crate.Dev, crate.Build} {
		if e := root.Get(kindTable(kind)); e.IsTable() {
			found = append(found, located{Table{Kind: kind}, e})
		}
		for _, platform := range root.Get("target").Entries() {
			if e := platform.Get(kindTable(kind)); e.IsTable() {
				found = append(found, located{Table{kind, platform.Key()}, e})
			}
		}
	}
	return found
}

// refuseOldSpellings: they would have to be read, but never written.
func refuseOldSpellings(root *tomldoc.Entry) error {
	var old []string
	for _, name := range []string{"dev_dependencies", "build_dependencies"} {
		if root.Get(name) != nil {
			old = append(old, name)
		}
		for _, platform := range root.Get("target").Entries() {
			if platform.Get(name) != nil {
				old = append(old, "target."+platform.Key()+"."+name)
			}
		}
	}
	if len(old) > 0 {
		return fmt.Errorf("the manifest has tables in an old spelling: %s\nhelp: write them with a hyphen", strings.Join(old, ", "))
	}
	return nil
}

// relative is a path from a directory, with slashes.
func relative(from, to string) string {
	path, err := filepath.Rel(from, to)
	if err != nil {
		path = to
	}
	if path == "." {
		path = ""
	}
	return filepath.ToSlash(path)
}
