package plan

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/glob"
	"berth/internal/manifest"
	"berth/internal/nearest"
)

// named are the targets of a name, or of names that fit a pattern.
func (p *planner) named(l listing, name string) ([]proposal, error) {
	fits := func(text string) bool { return text == name }
	isPattern := strings.ContainsAny(name, "*?[]")
	if isPattern {
		if err := glob.Check(name); err != nil {
			return nil, fmt.Errorf("cannot build glob pattern from `%s`\n\nCaused by:\n  %w", name, err)
		}
		fits = func(text string) bool { return glob.Fits(name, text) }
	}
	is := func(t *manifest.Target) bool { return l.is(t) && fits(t.Name) }
	if found := p.filter(is, l.mode, true); len(found) > 0 {
		return found, nil
	}
	return nil, p.noTarget(l, name, isPattern, is)
}

// noTarget says what there is instead of the target that was named.
func (p *planner) noTarget(l listing, name string, isPattern bool, is func(*manifest.Target) bool) error {
	there := p.filter(l.is, l.mode, false)
	var names []string
	for _, c := range there {
		names = append(names, c.pkg.targets[c.target].Name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var b strings.Builder
	how := "named"
	if isPattern {
		how = "matches pattern"
	}
	fmt.Fprintf(&b, "no %s target %s `%s`%s", l.noun, how, name, p.where())
	similar := nearest.Of(name, names...)
	if similar != "" {
		fmt.Fprintf(&b, "\n\nhelp: a target with a similar name exists: `%s`", similar)
	}
	if p.elsewhere(&b, l.noun, is) || similar != "" || len(names) == 0 {
		return fmt.Errorf("%s", b.String())
	}
	fmt.Fprintf(&b, "\nhelp: available %s targets:", l.noun)
	for _, name := range names {
		with := slices.DeleteFunc(slices.Clone(there), func(c proposal) bool { return c.pkg.targets[c.target].Name != name })
		for _, c := range with {
			fmt.Fprintf(&b, "\n    %s", name)
			if len(with) > 1 {
				fmt.Fprintf(&b, " in package %s", c.pkg.manifest.Package.Name())
			}
		}
	}
	return fmt.Errorf("%s", b.String())
}

// where says which packages were looked through.
func (p *planner) where() string {
	switch len(p.in.Named) {
	case 0:
		return " in default-run packages"
	case 1:
		return fmt.Sprintf(" in `%s` package", p.in.Named[0])
	}
	return fmt.Sprintf(" in `%s`, ... packages", p.in.Named[0])
}

// elsewhere lists the packages of the workspace that have such a target.
func (p *planner) elsewhere(b *strings.Builder, noun string, is func(*manifest.Target) bool) bool {
	any := false
	for _, m := range p.in.Members {
		var names []string
		for i := range m.Package.Targets {
			if is(&m.Package.Targets[i]) {
				names = append(names, m.Package.Targets[i].Name)
			}
		}
		slices.Sort(names)
		if len(names) > 0 {
			any = true
			fmt.Fprintf(b, "\nhelp: available %s in `%s` package:\n    %s", noun, m.Package.Name(), strings.Join(names, "\n    "))
		}
	}
	return any
}
