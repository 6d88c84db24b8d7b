package edit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/semver"
	"berth/internal/tomldoc"
)

// Add is what cargo add does.
type Add struct {
	Member   *manifest.Manifest
	Requests []Request
	Table    Table
	DryRun   bool
	// IgnoreRustVersion: also versions that the package's Rust is too old for.
	IgnoreRustVersion bool
	// Kept is the flag that forbids changing the manifest (--locked, --frozen), empty where it may be changed.
	Kept string
}

// Add adds dependencies to a member.
func (ed *Editor) Add(ctx context.Context, o Add) error {
	text, err := os.ReadFile(o.Member.Path)
	if err != nil {
		return fmt.Errorf("cannot read `%s`: %w", o.Member.Path, err)
	}
	d, err := draft(o.Member.Doc.Name(), text)
	if err != nil {
		return err
	}
	if err := refuseOldSpellings(d.Root()); err != nil {
		return err
	}
	var found []*candidate
	for i := range o.Requests {
		c, err := ed.resolve(ctx, d.Root(), &o.Requests[i], &o)
		if err != nil {
			return err
		}
		found = append(found, c)
	}
	if err := ed.write(d, &o, found, ed.Voice); err != nil {
		return err
	}
	switch {
	case o.Kept != "" && d.Changed():
		return fmt.Errorf("the manifest file %s needs to be updated but %s was passed to prevent this", o.Member.Path, o.Kept)
	case o.DryRun:
		ed.Voice.Warn("aborting add due to dry run")
		return nil
	}
	return ed.Edit(ctx, o.Member.Path, func(old []byte) ([]byte, error) {
		d, err := draft(o.Member.Doc.Name(), old)
		if err != nil {
			return nil, err
		}
		if err := ed.write(d, &o, found, silent{}); err != nil {
			return nil, err
		}
		return d.Bytes(), nil
	})
}

// silent is for when all has been said.
type silent struct{}

func (silent) Status(string, string)  {}
func (silent) Warn(string)            {}
func (silent) Features(string)        {}
func (silent) Feature(string, string) {}

// write puts what was found into a draft.
func (ed *Editor) write(d *tomldoc.Draft, o *Add, found []*candidate, voice Voice) error {
	root := d.Root()
	dir := filepath.Dir(o.Member.Path)
	wasSorted := true
	if table := root.Find(o.Table.keys()...); table.IsSection() {
		wasSorted = table.IsSorted()
	}
	for _, c := range found {
		voice.Status("Adding", c.action(o.Table))
		if c.isSelf(o.Member) {
			return fmt.Errorf("cannot add `%s` as a dependency to itself", o.Member.Package.Name())
		}
		if err := c.checkFeatures(); err != nil {
			return err
		}
		c.show(voice)
		table := root.Table(o.Table.keys()...)
		if table == nil {
			return fmt.Errorf("`%s` of `%s` is no table", strings.Join(o.Table.keys(), "."), o.Member.Path)
		}
		c.insert(table, dir)
		if c.optional != nil && *c.optional {
			addOptionalFeature(root, c.dependency, o.Member, voice)
		}
		collectFeatures(root, c.key())
	}
	if table := root.Find(o.Table.keys()...); wasSorted && table.IsTable() {
		table.Sort()
	}
	return nil
}

// addOptionalFeature: since Rust 1.60 a feature of the name can say dep:name; before that there is one in any case. Stock
// takes a rust-version of "1.60", which says nothing of the last number, to be before 1.60.0.
func addOptionalFeature(root *tomldoc.Entry, d *dependency, m *manifest.Manifest, voice Voice) {
	rust := m.Package.Summary.RustVersion
	if !rust.IsZero() && rust.Compare(semver.PartialOf(semver.Version{Major: 1, Minor: 60})) < 0 || namesDep(root, d.key()) {
		return
	}
	features := root.Table("features")
	if features == nil {
		return
	}
	features.Put(d.key(), tomldoc.NewStrings([]string{"dep:" + d.key()}))
	voice.Status("Adding", "feature `"+d.key()+"`")
}

// action is what the status line says.
func (c *candidate) action(table Table) string {
	var b strings.Builder
	b.WriteString(c.name)
	switch c.origin {
	case fromRegistry:
		b.WriteString(" ")
		if c.version == "" || c.version[0] >= '0' && c.version[0] <= '9' {
			b.WriteString("v")
		}
		b.WriteString(c.version)
	case fromPath:
		b.WriteString(" (local)")
	case fromGit:
		b.WriteString(" (git)")
	case fromWorkspace:
		b.WriteString(" (workspace)")
	}
	b.WriteString(" to")
	if c.optional != nil && *c.optional {
		b.WriteString(" optional")
	}
	return b.String() + " " + table.String()
}

// candidate is a dependency, and what is known of the package.
type candidate struct {
	*dependency
	known *crate.Summary // of the oldest version that the requirement allows
}
