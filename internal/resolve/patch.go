package resolve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
)

// Patch is one entry of a [patch.…] table: a package that takes the place of those of a source.
type Patch struct {
	Source crate.SourceID // that is patched; all of its URL, whatever kind and reference
	Key    string         // of the table, as it is written
	Dep    *crate.Dependency
	Where  string // the file that it stands in, for messages
}

// patchTable are the entries for one source.
type patchTable struct {
	key     string
	url     string // canonical
	patches []Patch
}

func (in *Input) patchTables() []patchTable {
	var tables []patchTable
	for _, p := range in.Patches {
		url := p.Source.Canonical()
		i := slices.IndexFunc(tables, func(t patchTable) bool { return t.url == url })
		if i < 0 {
			i = len(tables)
			tables = append(tables, patchTable{key: p.Key, url: url})
		}
		tables[i].patches = append(tables[i].patches, p)
	}
	return tables
}

// patches are the packages that [patch] brings in.
type patches struct {
	tables map[string][]*crate.Summary // by the URL that they patch
	order  []string                    // of the URLs, as in the manifest
	// available are their ids, and those that old Cargo.locks may call them by.
	available map[string][]crate.PackageID
	// avoid are packages of Cargo.lock that must not be held: patches that changed, and what they patch.
	avoid []crate.PackageID
}

// lockedPatch is what an entry was in Cargo.lock.
type lockedPatch struct {
	dep   dep
	id    crate.PackageID
	alias *crate.PackageID
}

// loadPatches finds the package of each entry. There must be just one.
func (in *Input) loadPatches(ctx context.Context, prefs *preferences) (*patches, error) {
	all := &patches{tables: map[string][]*crate.Summary{}, available: map[string][]crate.PackageID{}}
	for _, table := range in.patchTables() {
		var sums []*crate.Summary
		var ids []crate.PackageID
		for _, patch := range table.patches {
			prefs.patched[patch.Dep.Name] = append(prefs.patched[patch.Dep.Name], patch.Dep)
			locked := in.lockedPatch(patch.Dep)
			sum, changed, err := in.loadPatch(ctx, table, patch, locked)
			if err != nil {
				return nil, err
			}
			if changed {
				all.release(in.Previous, table, patch, locked.id)
			}
			sums, ids = append(sums, sum), append(ids, sum.ID)
			if locked != nil && locked.alias != nil {
				ids = append(ids, *locked.alias)
			}
		}
		if err := distinct(table, sums); err != nil {
			return nil, err
		}
		all.order = append(all.order, table.url)
		all.tables[table.url], all.available[table.url] = sums, ids
	}
	return all, nil
}

// release lets go of a locked patch and of the packages that it may take the place of.
func (p *patches) release(prev *Graph, table patchTable, patch Patch, id crate.PackageID) {
	p.avoid = append(p.avoid, id)
	for i := range prev.Packages {
		at := prev.Packages[i].ID
		if at.Name == patch.Dep.Name && patch.Dep.MatchesVersion(at.Version) && at.Source.Canonical() == table.url {
			p.avoid = append(p.avoid, at)
		}
	}
}

// lockedPatch finds an entry in Cargo.lock, among the used and unused ones.
func (in *Input) lockedPatch(d *crate.Dependency) *lockedPatch {
	if in.Previous == nil {
		return nil
	}
	var known []crate.PackageID
	for i := range in.Previous.Packages {
		known = append(known, in.Previous.Packages[i].ID)
	}
	known = slices.DeleteFunc(append(known, in.Previous.Unused...), func(id crate.PackageID) bool { return in.Keep != nil && !in.Keep(id) })
	if i := slices.IndexFunc(known, d.MatchesID); i >= 0 {
		return lockPatch(d, known[i])
	}
	for _, id := range known {
		if master, ok := in.Previous.asMaster(id); ok && d.MatchesID(master) {
			l := lockPatch(d, master)
			l.alias = &id
			return l
		}
	}
	return nil
}

func lockPatch(d *crate.Dependency, id crate.PackageID) *lockedPatch {
	l := &lockedPatch{dep: dep{Dependency: d, source: d.Source}, id: id}
	l.dep.lock(id)
	return l
}

// loadPatch asks for the package of an entry: as it is locked, or if that is gone, as it is written.
func (in *Input) loadPatch(ctx context.Context, table patchTable, patch Patch, locked *lockedPatch) (sum *crate.Summary, changed bool, err error) {
	d := &dep{Dependency: patch.Dep, source: patch.Dep.Source}
	if locked != nil {
		d = &locked.dep
	}
	sums, err := in.patchCandidates(ctx, d)
	if err == nil && len(sums) == 0 && locked != nil {
		changed = true
		sums, err = in.patchCandidates(ctx, &dep{Dependency: patch.Dep, source: patch.Dep.Source})
	}
	switch {
	case err != nil:
		return nil, false, err
	case len(sums) == 0:
		return nil, false, in.noPatch(ctx, table, patch)
	case len(sums) > 1:
		return nil, false, fmt.Errorf("patch for `%s` in `%s` resolved to more than one candidate: %s has the versions %s\nhelp: select one in the entry of [patch.%s] in %s, with `version = \"=%s\"`",
			patch.Dep.Name, table.key, patch.Dep.Source, versionList(sums), table.key, patch.Where, slices.MaxFunc(sums, lower).ID.Version)
	case sums[0].ID.Source.Canonical() == table.url:
		return nil, false, fmt.Errorf("patch for `%s` in `%s` points to the same source, but patches must point to different sources\nhelp: check the entry of [patch.%s] in %s",
			patch.Dep.Name, table.key, table.key, patch.Where)
	}
	return sums[0], changed, nil
}

func (in *Input) patchCandidates(ctx context.Context, d *dep) ([]*crate.Summary, error) {
	sums, err := in.Registry.Query(ctx, in.redirected(d.query()))
	if err != nil {
		return nil, fmt.Errorf("the package of the patch for `%s` could not be loaded: %w", d.Name, err)
	}
	return slices.DeleteFunc(slices.Clone(sums), func(s *crate.Summary) bool { return s.Yanked }), nil
}

// noPatch says what is there instead of the package that an entry names.
func (in *Input) noPatch(ctx context.Context, table patchTable, patch Patch) error {
	d := *patch.Dep
	d.HasReq = false
	there, err := in.patchCandidates(ctx, &dep{Dependency: &d, source: d.Source})
	if err != nil || len(there) == 0 {
		return fmt.Errorf("patch location `%s` does not contain packages matching `%s`\nhelp: check the entry of [patch.%s] in %s", d.Source, d.Name, table.key, patch.Where)
	}
	return fmt.Errorf("patch `%s` version mismatch: `%s` has version %s, and the entry of [patch.%s] in %s requires `%s`\nhelp: change either of them",
		d.Name, d.Source, versionList(there), table.key, patch.Where, d.Req)
}

func lower(a, b *crate.Summary) int { return a.ID.Version.Compare(b.ID.Version) }

func versionList(sums []*crate.Summary) string {
	sums = slices.SortedFunc(slices.Values(sums), lower)
	texts := make([]string, len(sums))
	for i, s := range sums {
		texts[i] = s.ID.Version.String()
	}
	return strings.Join(texts, ", ")
}

// distinct fails where two entries of a table are the same version of a package.
func distinct(table patchTable, sums []*crate.Summary) error {
	for i, s := range sums {
		for _, o := range sums[:i] {
			if o.ID.Name == s.ID.Name && o.ID.Version == s.ID.Version {
				return fmt.Errorf("several `[patch]` entries resolving to same version `%s v%s`\nhelp: remove one from [patch.%s] in %s", s.ID.Name, s.ID.Version, table.key, table.patches[i].Where)
			}
		}
	}
	return nil
}

// matching are the packages that may take the place of those that a query finds.
func (p *patches) matching(q Query) []*crate.Summary {
	if len(p.tables) == 0 {
		return nil
	}
	var found []*crate.Summary
	for _, s := range p.tables[q.Source.Canonical()] {
		if s.ID.Name == q.Name && q.Matches(s.ID.Version) {
			found = append(found, s)
		}
	}
	return found
}

// unused are the patches that did not come into the graph: those of one table in its order. Stock lists the tables in an
// order that is another in every run; here they come as Cargo.lock has them, so that it need not change.
func (p *patches) unused(g, prev *Graph) []crate.PackageID {
	var tables [][]crate.PackageID
	for _, url := range p.order {
		var ids []crate.PackageID
		for _, s := range p.tables[url] {
			if g.Find(s.ID) < 0 {
				ids = append(ids, s.ID)
			}
		}
		tables = append(tables, ids)
	}
	if prev != nil {
		place := func(ids []crate.PackageID) int {
			first := slices.IndexFunc(prev.Unused, func(old crate.PackageID) bool { return slices.ContainsFunc(ids, old.Same) })
			if first < 0 {
				return len(prev.Unused)
			}
			return first
		}
		slices.SortStableFunc(tables, func(a, b []crate.PackageID) int { return place(a) - place(b) })
	}
	return slices.Concat(tables...)
}

// Replacement is one entry of [replace].
type Replacement struct {
	Spec crate.Spec
	Dep  *crate.Dependency
}

// holdReplacement binds an entry of [replace] to what Cargo.lock has for it.
func (l *locks) holdReplacement(d *dep, r *Replacement) {
	if l.prev == nil {
		return
	}
	for i := range l.prev.Packages {
		p := &l.prev.Packages[i]
		if p.Replaced < 0 || !r.Spec.Matches(p.ID) {
			continue
		}
		if by := l.prev.Packages[p.Replaced].ID; d.MatchesID(by) && l.keep(by) {
			d.lock(by)
			return
		}
	}
}
