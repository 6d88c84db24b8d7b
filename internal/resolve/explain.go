package resolve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/nearest"
)

// UnsolvableError says why there is no graph. Its text is made when the search ends, for people; programs have the
// package whose dependency could not be satisfied.
type UnsolvableError struct {
	Text   string
	Parent crate.PackageID
	Dep    *crate.Dependency
}

func (e *UnsolvableError) Error() string { return e.Text }

// Explainer is a Registry that has more to say where a search ends without a graph. All of it is for messages.
type Explainer interface {
	// Rejected are versions that q matches and that Query leaves out, each with the reason in a few words.
	Rejected(ctx context.Context, q Query) ([]Rejected, error)
	// Similar are names of packages in q's source that are much like q's.
	Similar(ctx context.Context, q Query) ([]string, error)
}

// Locator is a Registry that knows where packages of a source are really looked for. It is for messages.
type Locator interface {
	Location(source crate.SourceID) string
}

// Rejected is a version that cannot be used: "is not downloaded, and --offline was given".
type Rejected struct {
	Version string
	Why     string
}

// text collects a message line by line.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) {
	if t.Len() > 0 {
		t.WriteByte('\n')
	}
	fmt.Fprintf(t, format, args...)
}

// chain says who asked for a package, up to one of the workspace, by the shortest way.
func (s *search) chain(t *text, first string, p pkg) {
	t.line("    %s package `%s`", first, s.w.nodes[p].id)
	s.chainUp(t, p)
}

// chainUp goes on behind a package.
func (s *search) chainUp(t *text, p pkg) {
	for _, e := range s.wayUp(p) {
		t.line("    ... which satisfies %s of package `%s`", dependencyText(e.dep), s.w.nodes[e.parent].id)
	}
}

// dependencyText is a dependency as it is written in a manifest.
func dependencyText(d *dep) string {
	if !d.HasReq {
		return fmt.Sprintf("dependency `%s`", d.Name)
	}
	locked := ""
	if d.locked {
		locked = fmt.Sprintf(" (locked to %s)", d.version)
	}
	return fmt.Sprintf("dependency `%s = \"%s\"`%s", d.Name, d.Req, locked)
}

// wayUp are the edges from a package to one that nobody asks for.
func (s *search) wayUp(p pkg) []edge {
	from := map[pkg]edge{} // by parent: the edge that leads to it, and below it the package in via
	via := map[pkg]pkg{}
	queue := []pkg{p}
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		edges := s.parentsInOrder(at)
		if len(edges) == 0 {
			return s.way(p, at, from, via)
		}
		for _, e := range edges {
			if _, seen := via[e.parent]; !seen && e.parent != p {
				via[e.parent], from[e.parent] = at, e
				queue = append(queue, e.parent)
			}
		}
	}
	last := queue[len(queue)-1] // all in a circle of members
	return s.way(p, last, from, via)
}

func (s *search) way(p, top pkg, from map[pkg]edge, via map[pkg]pkg) []edge {
	var way []edge
	for at := top; at != p; at = via[at] {
		way = append(way, from[at])
	}
	slices.Reverse(way)
	return way
}

// unavailable wraps an error of the registry.
func (s *search) unavailable(p pkg, d *dep, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	var t text
	t.line("failed to get `%s` as a dependency of package `%s`", d.Name, s.w.nodes[p].id)
	s.chainUp(&t, p)
	return &unavailableError{t.String(), err}
}

type unavailableError struct {
	text  string
	cause error
}

func (e *unavailableError) Error() string    { return e.text + ": " + e.cause.Error() }
func (e *unavailableError) Headline() string { return e.text }
func (e *unavailableError) Unwrap() error    { return e.cause }

// refusedRoot is the error for features of a package that nobody but the user, or itself, asked for.
func (s *search) refusedRoot(p pkg, r *refusal) error {
	n := s.w.nodes[p]
	var t text
	switch {
	case r.cycle:
		t.line("cyclic feature dependency: feature `%s` depends on itself", r.feature)
		t.line("help: in the `[features]` of package `%s`, remove `%s` from its own list", n.id, r.feature)
	case r.missing:
		t.line("package `%s` does not have a dependency named `%s`", n.id, r.feature)
		suggest(&t, r.feature, "dependency", dependencyNames(n.sum))
	case r.reason == hiddenDependency:
		t.line("package `%s` does not have feature `%s`", n.id, r.feature)
		t.line("note: an optional dependency has that name, but as `dep:%s` stands in `[features]` it is not a feature by itself", r.feature)
		if by := enabling(n.sum, r.feature); len(by) > 0 {
			t.line("help: it is turned on by %s", quotedList(by, 5))
		}
	case r.reason == requiredDependency:
		t.line("package `%s` does not have feature `%s`", n.id, r.feature)
		t.line("note: a dependency has that name, but it is always there: only optional dependencies are features")
	default:
		t.line("package `%s` does not have the feature `%s`", n.id, r.feature)
		suggest(&t, r.feature, "feature", featureNames(n.sum))
	}
	return &UnsolvableError{Text: t.String(), Parent: n.id}
}

func dependencyNames(s *crate.Summary) []string {
	var names []string
	for _, d := range s.Deps {
		if !slices.Contains(names, d.NameInManifest()) {
			names = append(names, d.NameInManifest())
		}
	}
	return names
}

func featureNames(s *crate.Summary) []string {
	var names []string
	for _, f := range s.Features {
		names = append(names, f.Name)
	}
	return names
}

// enabling are the features that turn an optional dependency on.
func enabling(s *crate.Summary, dep string) []string {
	var names []string
	for _, f := range s.Features {
		if slices.ContainsFunc(f.Values, func(v crate.FeatureValue) bool { return v.Dep == dep && !v.Weak }) {
			names = append(names, f.Name)
		}
	}
	return names
}

// suggest names what was probably meant, or else what there is.
func suggest(t *text, word, kind string, known []string) {
	if near := nearest.Of(word, known...); near != "" {
		t.line("help: a %s with a similar name exists: `%s`", kind, near)
	} else if len(known) > 0 {
		t.line("help: it has the %ss %s", kind, quotedList(known, 20))
	}
}

// quotedList is `a`, `b` and 3 more.
func quotedList(names []string, most int) string {
	var b strings.Builder
	for i, name := range names {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(names)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("`" + name + "`")
	}
	return b.String()
}

// twoLinks is the error for two packages of the workspace that link to one library.
func (s *search) twoLinks(p, other pkg) error {
	a, b := s.w.nodes[other], s.w.nodes[p]
	return &UnsolvableError{
		Text:   fmt.Sprintf("packages `%s` and `%s` both have `links = \"%s\"`, and only one package of a graph may link to a native library\nhelp: remove `links` from one of them, or one of them from the workspace", a.id, b.id, b.sum.Links),
		Parent: b.id,
	}
}

// count remembers what could not be satisfied, for the case that the search does not come to an end.
func (s *search) count(t *try) {
	c := s.w.class(t.found.dep)
	f := s.fails[c]
	if f == nil {
		f = &failing{parent: t.parent, dep: t.found.dep}
		s.fails[c] = f
	}
	f.times++
	if !t.resumed {
		f.blocked = t.blocked
	}
}

// tooHard says what the search was stuck with.
func (s *search) tooHard() error {
	var worst *failing
	for _, f := range s.fails {
		if worst == nil || f.times > worst.times || f.times == worst.times && s.w.class(f.dep) < s.w.class(worst.dep) {
			worst = f
		}
	}
	var t text
	t.line("no versions were found that fit together within %d steps, and not all ways were tried", s.limit())
	if worst == nil {
		return &UnsolvableError{Text: t.String()}
	}
	parent := s.w.nodes[worst.parent].id
	t.line("most often, %d times, it was `%s = \"%s\"` of package `%s` that nothing could be chosen for", worst.times, worst.dep.Name, worst.dep.Req, parent)
	for _, c := range worst.blocked {
		t.line("    because of `%s`", s.w.nodes[c.p].id)
	}
	t.line("help: fewer versions to choose from make it easy: in your Cargo.toml, require newer versions of these packages, or exact ones")
	return &UnsolvableError{Text: t.String(), Parent: parent, Dep: worst.dep.Dependency}
}
