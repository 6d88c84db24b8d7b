package workspace

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/glob"
	"berth/internal/manifest"
)

// Selection is what -p, --workspace and --exclude choose. The zero value is the default members.
type Selection struct {
	All     bool
	Exclude []string // only with All
	Names   []string // package id specifications, or patterns of names
}

// Check refuses flags that cannot go together.
func (s Selection) Check() error {
	if len(s.Exclude) > 0 && !s.All {
		return fmt.Errorf("--exclude can only be used together with --workspace")
	}
	return nil
}

// Select is the chosen members, and warnings of exclusions that fit nothing.
func (w *Workspace) Select(s Selection) ([]*manifest.Manifest, []string, error) {
	if err := s.Check(); err != nil {
		return nil, nil, err
	}
	switch {
	case s.All && len(s.Exclude) > 0:
		q, err := newQuery(s.Exclude)
		if err != nil {
			return nil, nil, err
		}
		chosen := q.filter(w.members, false)
		return chosen, q.missing("excluded ", w.Dir()), nil
	case s.All:
		q, err := newQuery(s.Names)
		if err != nil {
			return nil, nil, err
		}
		q.filter(w.members, true)
		return w.members, nil, q.missingError(w.Dir())
	case len(s.Names) > 0:
		q, err := newQuery(s.Names)
		if err != nil {
			return nil, nil, err
		}
		return q.filter(w.members, true), nil, q.missingError(w.Dir())
	}
	return w.defaults, nil, nil
}

// Specs is the chosen packages, which with -p may be dependencies too.
func (w *Workspace) Specs(s Selection) ([]crate.Spec, []string, error) {
	var specs []crate.Spec
	var warnings []string
	if !s.All && len(s.Exclude) == 0 && len(s.Names) > 0 {
		q, err := newQuery(s.Names)
		if err != nil {
			return nil, nil, err
		}
		for _, named := range q.specs {
			specs = append(specs, named.spec)
		}
		q.specs = nil
		if len(q.patterns) > 0 {
			specs = append(specs, specsOf(q.filter(w.members, true))...)
		}
		if err := q.missingError(w.Dir()); err != nil {
			return nil, nil, err
		}
	} else {
		chosen, told, err := w.Select(s)
		if err != nil {
			return nil, nil, err
		}
		specs, warnings = specsOf(chosen), told
	}
	switch {
	case len(specs) > 0:
		return specs, warnings, nil
	case w.IsVirtual():
		return nil, nil, fmt.Errorf("manifest path `%s` contains no package: The manifest is virtual, and the workspace has no members", w.Dir())
	}
	return nil, nil, fmt.Errorf("no packages to compile")
}

func specsOf(members []*manifest.Manifest) []crate.Spec {
	specs := make([]crate.Spec, len(members))
	for i, m := range members {
		specs[i] = crate.SpecOf(m.Package.ID())
	}
	return specs
}

// query is a list of specifications and patterns, and which of them fitted anything.
type query struct {
	specs    []namedSpec
	patterns []namedPattern
}

type namedSpec struct {
	spec crate.Spec
	hit  bool
}

type namedPattern struct {
	pattern string
	hit     bool
}

func newQuery(texts []string) (*query, error) {
	q := &query{}
	for _, text := range texts {
		spec, err := crate.ParseSpec(text)
		switch {
		case err == nil:
			if !slices.ContainsFunc(q.specs, func(s namedSpec) bool { return s.spec == spec }) {
				q.specs = append(q.specs, namedSpec{spec: spec})
			}
		case strings.ContainsAny(text, "*?[]"):
			if err := glob.Check(text); err != nil {
				return nil, fmt.Errorf("cannot read %q as a pattern of package names: %w", text, err)
			}
			q.patterns = append(q.patterns, namedPattern{pattern: text})
		default:
			return nil, err
		}
	}
	slices.SortFunc(q.specs, func(a, b namedSpec) int { return strings.Compare(a.spec.String(), b.spec.String()) })
	return q, nil
}

// filter is the members that fit, or that do not.
func (q *query) filter(members []*manifest.Manifest, fitting bool) []*manifest.Manifest {
	var chosen []*manifest.Manifest
	for _, m := range members {
		if q.fits(m.Package.ID()) == fitting {
			chosen = append(chosen, m)
		}
	}
	return chosen
}

func (q *query) fits(id crate.PackageID) bool {
	hit := false
	for i := range q.specs {
		if q.specs[i].spec.Matches(id) {
			q.specs[i].hit, hit = true, true
		}
	}
	for i := range q.patterns {
		if glob.Fits(q.patterns[i].pattern, id.Name) {
			q.patterns[i].hit, hit = true, true
		}
	}
	return hit
}

// missing tells what fitted nothing.
func (q *query) missing(what, dir string) []string {
	var specs, patterns, messages []string
	for _, s := range q.specs {
		if !s.hit {
			specs = append(specs, s.spec.String())
		}
	}
	for _, p := range q.patterns {
		if !p.hit {
			patterns = append(patterns, p.pattern)
		}
	}
	if len(specs) > 0 {
		messages = append(messages, fmt.Sprintf("%spackage(s) `%s` not found in workspace `%s`", what, strings.Join(specs, ", "), dir))
	}
	if len(patterns) > 0 {
		messages = append(messages, fmt.Sprintf("%spackage pattern(s) `%s` not found in workspace `%s`", what, strings.Join(patterns, ", "), dir))
	}
	return messages
}

func (q *query) missingError(dir string) error {
	if messages := q.missing("", dir); len(messages) > 0 {
		return fmt.Errorf("%s", messages[0])
	}
	return nil
}
