package toolchain

import (
	"context"
	"errors"
	"slices"
	"strings"

	"berth/internal/archive"
	"berth/internal/dist"
	"berth/internal/store"
)

// attempts is how often a transaction looks again when what it had just made is
// gone or damaged by the time it is linked: each time something else must have
// interfered, so a number that is never reached by accident.
const attempts = 5

// apply makes the tree that plan describes and points the name at it.
func (t *transaction) apply(ctx context.Context, plan *dist.Plan, rel *release) error {
	for n := 1; ; n++ {
		tree, err := t.makeTree(ctx, plan, rel)
		var damage *store.DamageError
		switch {
		case errors.As(err, &damage) && n < attempts:
			t.voice.Warnf("%v; it is unpacked anew", damage)
			if err := t.store.DropComponent(ctx, damage); err != nil {
				return err
			}
		case errors.Is(err, store.ErrNoComponent) && n < attempts:
		case err != nil:
			return err
		default:
			defer tree.Close()
			return t.switchTo(ctx, tree)
		}
	}
}

func (t *transaction) makeTree(ctx context.Context, plan *dist.Plan, rel *release) (*store.Tree, error) {
	wanted := t.wanted(plan, rel)
	defer closeAll(wanted)
	if err := t.takeComponents(ctx, wanted); err != nil {
		return nil, err
	}
	return t.linkTree(ctx, plan, rel, wanted)
}

// linkTree makes the tree out of components that are all at hand.
func (t *transaction) linkTree(ctx context.Context, plan *dist.Plan, rel *release, list []*wanted) (*store.Tree, error) {
	parts := t.parts(list)
	fresh := t.records(plan, rel, parts)
	if extra := t.extras(parts); extra != nil {
		parts = append(parts, *extra)
	}
	return t.store.MakeTree(ctx, store.TreeSpec{Name: t.name, Manifest: rel.sha, Parts: parts, Fresh: fresh})
}

// records are the files that a toolchain keeps about itself, as stock writes them.
func (t *transaction) records(plan *dist.Plan, rel *release, parts []store.Part) []store.Fresh {
	config := dist.Config{Components: plan.Components}
	files := []store.Fresh{
		{Path: "lib/rustlib/" + dist.VersionFile, Data: []byte(dist.InstallerVersion)},
		{Path: "lib/rustlib/" + dist.ComponentsFile, Data: dist.MarshalComponents(t.order(plan, rel))},
		{Path: "lib/rustlib/" + dist.ConfigFile, Data: config.Marshal()},
		{Path: "lib/rustlib/" + dist.ManifestFile, Data: rel.Marshal()},
	}
	for _, p := range parts {
		files = append(files, store.Fresh{Path: "lib/rustlib/" + dist.FilesPrefix + p.Name, Data: p.Contents.Manifest.Encode()})
	}
	return files
}

// order is that of lib/rustlib/components: what stays keeps its place, what is
// new comes behind it.
func (t *transaction) order(plan *dist.Plan, rel *release) []string {
	var kept []string
	if !t.now.Manifest.Equal(rel.Manifest) {
		return namesOf(plan.Install)
	}
	for _, name := range t.now.Components {
		if slices.ContainsFunc(plan.Components, func(c dist.Component) bool { return c.Name() == name }) {
			kept = append(kept, name)
		}
	}
	return append(kept, namesOf(plan.Install)...)
}

func namesOf(downloads []dist.Download) []string {
	list := make([]string, 0, len(downloads))
	for _, d := range downloads {
		list = append(list, d.Component.Name())
	}
	return list
}

// wanted is one component of the tree to be, and where it comes from.
type wanted struct {
	dist.Component
	dist.Archive
	name    string
	shown   string            // to people: clippy for clippy-preview
	adopted *archive.Contents // linked out of the present directory
	held    *store.Component  // where it is not adopted: ours until the tree is linked
}

// listWanted lists every component that the tree shall have.
func listWanted(plan *dist.Plan, rel *release) []*wanted {
	var list []*wanted
	for _, c := range plan.Components {
		w := &wanted{Component: c, name: c.Name(), shown: rel.ShortName(c)}
		w.Archive, _ = rel.Manifest.Archive(c)
		list = append(list, w)
	}
	return list
}

// wanted finds out where each comes from: one that stays as it is and is not in our
// store, because stock rustup unpacked it, is adopted.
func (t *transaction) wanted(plan *dist.Plan, rel *release) []*wanted {
	list := listWanted(plan, rel)
	adopts := t.adopts()
	for _, w := range list {
		if adopts(w.name) && (w.Hash == "" || !t.store.HasComponent(w.Hash)) {
			w.adopted = t.adoptable(w.Component, w.Hash)
		}
	}
	return list
}

// parts are what the tree is linked from, in the order of their digests.
func (t *transaction) parts(list []*wanted) []store.Part {
	var parts []store.Part
	sorted := slices.SortedFunc(slices.Values(list), func(a, b *wanted) int { return strings.Compare(a.Hash, b.Hash) })
	for _, w := range sorted {
		if w.adopted != nil {
			parts = append(parts, store.Part{Name: w.name, SHA256: w.Hash, Contents: w.adopted, Root: t.now.Place.Path, Adopted: true})
			continue
		}
		part := w.held.Part()
		part.Copy = w.Pkg == "rust-src"
		parts = append(parts, part)
	}
	return parts
}
