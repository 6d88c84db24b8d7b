package resolve

import (
	"context"
	"fmt"
	"slices"

	"berth/internal/crate"
	"berth/internal/semver"
)

// Registry is where packages come from: all sources, as the resolver sees them.
type Registry interface {
	// Query finds the versions that q matches, in any order, yanked ones too. It is called from many goroutines at
	// once, for what will be needed and for what may be; which answer comes first makes no difference. It must give
	// the same answer each time.
	Query(ctx context.Context, q Query) ([]*crate.Summary, error)
}

// Query asks a source for versions of a package.
type Query struct {
	Name   string
	Source crate.SourceID // a git source that is locked carries its commit
	Req    semver.Req
	Any    bool // every version, pre-releases too; Req says nothing
	// Locked: exactly this Version, which Cargo.lock names. Where the source has it at hand it need not ask whether
	// there is news.
	Locked  bool
	Version semver.Version
	// AtHand: a source that has been asked for the package before need not be asked whether there is news; see settled.
	AtHand bool
}

// Matches tells whether the query is for a version.
func (q *Query) Matches(v semver.Version) bool {
	if q.Locked {
		return q.Version == v
	}
	return q.Any || q.Req.Matches(v)
}

type queryKey struct {
	name    string
	source  crate.SourceID
	req     string
	any     bool
	locked  bool
	atHand  bool
	version semver.Version
}

func (q *Query) key() queryKey {
	k := queryKey{name: q.Name, source: q.Source, any: q.Any, locked: q.Locked, atHand: q.AtHand, version: q.Version}
	if !q.Any && !q.Locked {
		k.req = q.Req.String()
	}
	return k
}

func (d *dep) query() Query {
	q := Query{Name: d.Name, Source: d.source, Req: d.Req, Any: !d.HasReq, Locked: d.locked, AtHand: d.atHand}
	if d.locked {
		q.Version = d.version
	}
	return q
}

// candidates are the versions that may satisfy a dependency, the preferred one first.
type candidates struct {
	sums  []*crate.Summary
	nodes []pkg // of the first sums, as far as they were needed
	// notices are what the user should hear if the search wants them.
	notices []Notice
}

// sortByCandidates puts the dependencies with the fewest candidates first; those with as many stay in their order.
func sortByCandidates(list []found) {
	slices.SortStableFunc(list, func(a, b found) int {
		return len(a.candidates.sums) - len(b.candidates.sums)
	})
}

// candidate is the i-th one's number.
func (w *world) candidate(c *candidates, i int) pkg {
	for len(c.nodes) <= i {
		c.nodes = append(c.nodes, w.node(c.sums[len(c.nodes)]))
	}
	return c.nodes[i]
}

// find gives the candidates of a dependency.
func (s *search) find(d *dep) (*candidates, error) {
	if d.found != nil {
		return d.found, nil
	}
	c, err := s.ahead.await(d)
	if err != nil {
		return nil, err
	}
	for _, n := range c.notices {
		s.w.note(n)
	}
	d.found = c
	return c, nil
}

// answer is what there is for a query: packages, or one that comes instead of all of them.
type answer struct {
	sums    []*crate.Summary
	instead *crate.Summary
}

// ask puts a query to the registry, after what the workspace puts in its place. It may run beside others.
func (w *world) ask(ctx context.Context, q Query) (answer, error) {
	a := answer{instead: w.input.override(q)}
	patches := w.patch.matching(q)
	if q.Locked && len(patches) == 1 {
		a.sums = patches
		return a, nil // it takes precedence, and a locked version is one alone
	}
	sums, err := w.input.Registry.Query(ctx, w.input.redirected(q))
	if err != nil {
		return a, err
	}
	sums = w.input.precise(q, sums)
	if len(patches) == 0 {
		a.sums = sums
		return a, nil
	}
	a.sums = slices.Clone(patches)
	for _, s := range sums {
		if !slices.ContainsFunc(patches, func(p *crate.Summary) bool { return p.ID.Version == s.ID.Version }) {
			a.sums = append(a.sums, s)
		}
	}
	return a, nil
}

// judge drops what must not be chosen anew, notes what [replace] replaces, and sorts.
func (w *world) judge(ctx context.Context, q Query, a answer) (*candidates, error) {
	if a.instead != nil {
		return overridden(q, a)
	}
	c := &candidates{}
	kept := make([]*crate.Summary, 0, len(a.sums))
	for _, s := range a.sums {
		precise := s.Yanked && w.input.isPrecise(s.ID)
		if precise {
			c.notices = append(c.notices, Notice{
				Text: fmt.Sprintf("selected package `%s@%s` was yanked by the author", s.ID.Name, s.ID.Version),
				Help: "if possible, try a compatible non-yanked version",
			})
		}
		fresh := !s.Yanked && (!w.input.Age.refuses(s) || w.prefs.prefers(s.ID))
		if fresh || precise || w.prefs.kept[s.ID.Key()] {
			kept = append(kept, s)
		}
	}
	if len(w.input.Replace) > 0 {
		for _, s := range kept {
			if err := w.replace(ctx, s); err != nil {
				return nil, err
			}
		}
	}
	w.prefs.sort(kept)
	c.sums = kept
	return c, nil
}

// note keeps what the user should hear, once.
func (w *world) note(n Notice) {
	if !slices.Contains(w.notices, n) {
		w.notices = append(w.notices, n)
	}
}

// replace finds what [replace] puts in the place of a package.
func (w *world) replace(ctx context.Context, s *crate.Summary) error {
	var by *Replacement
	for i := range w.input.Replace {
		r := &w.input.Replace[i]
		if !r.Spec.Matches(s.ID) {
			continue
		}
		if by != nil {
			return fmt.Errorf("two entries of [replace] are for %s: `%s` and `%s`; remove one", s.ID, by.Spec, r.Spec)
		}
		by = r
	}
	if by == nil {
		return nil
	}
	d := dep{Dependency: by.Dep, source: by.Dep.Source}
	w.locks.holdReplacement(&d, by)
	found, err := w.input.Registry.Query(ctx, w.input.redirected(d.query()))
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(slices.Clone(found), func(s *crate.Summary) bool { return s.Yanked })
	switch {
	case len(found) == 0:
		return fmt.Errorf("[replace] has `%s`, but %s has no package `%s` of version %s", by.Spec, by.Dep.Source, by.Dep.Name, by.Dep.Req)
	case len(found) > 1:
		return fmt.Errorf("[replace] has `%s`, and %s has %d versions that would fit; name one of them", by.Spec, by.Dep.Source, len(found))
	case found[0].ID.Version != s.ID.Version:
		return fmt.Errorf("[replace] has `%s`, which is also for version %s, but would replace it with %s; write the version into the entry", by.Spec, s.ID.Version, found[0].ID.Version)
	}
	if !found[0].ID.Source.Same(s.ID.Source) {
		w.replaced[w.node(s)] = w.node(found[0])
	}
	return nil
}
