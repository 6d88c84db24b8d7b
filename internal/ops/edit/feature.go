package edit

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/nearest"
	"berth/internal/semver"
)

// most is how many features are shown one by one.
const most = 30

// available are the features of the package: each with those of its own that it turns on.
func (c *candidate) available() map[string][]string {
	features := map[string][]string{}
	for _, f := range c.known.Features {
		features[f.Name] = nil
		for _, v := range f.Values {
			if v.IsFeature() {
				features[f.Name] = append(features[f.Name], v.Feature)
			}
		}
	}
	return features
}

// split are the features that are on and those that are off, in order.
func (c *candidate) split() (on, off []string) {
	available := c.available()
	active := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		if active[name] {
			return
		}
		active[name] = true
		for _, next := range available[name] {
			walk(next)
		}
	}
	if c.features != nil {
		for _, f := range *c.features {
			walk(f)
		}
	}
	for _, f := range c.inherited {
		walk(f)
	}
	if c.defaults == nil || *c.defaults {
		walk("default")
	}
	for name := range active {
		if name != "default" {
			on = append(on, name)
		}
	}
	for name := range available {
		if name != "default" && !active[name] {
			off = append(off, name)
		}
	}
	slices.Sort(on)
	slices.Sort(off)
	return on, off
}

// show lists the features.
func (c *candidate) show(voice Voice) {
	on, off := c.split()
	if len(on)+len(off) == 0 {
		return
	}
	voice.Features("Features" + c.asOf() + ":")
	if len(on) <= most {
		for _, f := range on {
			voice.Feature("+", f)
		}
	} else {
		voice.Feature("", fmt.Sprintf("%d activated features", len(on)))
	}
	if len(on)+len(off) <= most {
		for _, f := range off {
			voice.Feature("-", f)
		}
	} else {
		voice.Feature("", fmt.Sprintf("%d deactivated features", len(off)))
	}
}

// asOf tells which version the features are of, unless the line above has it.
func (c *candidate) asOf() string {
	version := c.known.ID.Version
	version.Build = ""
	if precise := preciseVersion(c.version); precise != nil && *precise == version && c.origin != fromWorkspace {
		return ""
	}
	return " as of v" + version.String()
}

// preciseVersion is the greatest version that a requirement names with all its numbers.
func preciseVersion(text string) *semver.Version {
	req, err := semver.ParseReq(text)
	if err != nil {
		return nil
	}
	var greatest *semver.Version
	for _, c := range req.Comparators() {
		if c.Op == semver.Less || c.Op == semver.Greater || c.Parts < 3 {
			continue
		}
		v := semver.Version{Major: c.Major, Minor: c.Minor, Patch: c.Patch, Pre: c.Pre}
		if greatest == nil || greatest.Less(v) {
			greatest = &v
		}
	}
	return greatest
}

// checkFeatures refuses features that the package does not have.
func (c *candidate) checkFeatures() error {
	available := c.available()
	var unknown []string
	for _, list := range [][]string{deref(c.features), c.inherited} {
		var missing []string
		for _, f := range list {
			if _, ok := available[f]; !ok && !slices.Contains(missing, f) {
				missing = append(missing, f)
			}
		}
		unknown = append(unknown, missing...)
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	isUnknown := func(f string) bool { return slices.Contains(unknown, f) }
	on, off := c.split()
	return c.unknownFeatures(unknown, slices.DeleteFunc(on, isUnknown), slices.DeleteFunc(off, isUnknown))
}

func deref(list *[]string) []string {
	if list == nil {
		return nil
	}
	return *list
}

func (c *candidate) unknownFeatures(unknown, on, off []string) error {
	var b strings.Builder
	plural := "s"
	if len(unknown) == 1 {
		plural = ""
	}
	fmt.Fprintf(&b, "unrecognized feature%s for crate %s: %s", plural, c.name, strings.Join(unknown, ", "))
	if len(on)+len(off) == 0 {
		fmt.Fprintf(&b, "\n\nno features available for crate %s", c.name)
		return fmt.Errorf("%s", b.String())
	}
	suggested := false
	for _, f := range unknown {
		if similar := nearest.Of(f, append(slices.Clone(off), on...)...); similar != "" {
			fmt.Fprintf(&b, "\n\nhelp: a feature with a similar name exists: `%s`", similar)
			suggested = true
		}
	}
	if !suggested {
		listFeatures(&b, "disabled", off, len(off))
		listFeatures(&b, "enabled", on, len(on)+len(off))
	}
	return fmt.Errorf("%s", strings.TrimSpace(b.String()))
}

func listFeatures(b *strings.Builder, what string, features []string, shown int) {
	switch {
	case len(features) == 0:
	case shown <= most:
		fmt.Fprintf(b, "\n\n%s features:\n    %s", what, lines(features))
	default:
		fmt.Fprintf(b, "\n\n%d %s features available", len(features), what)
	}
}

// lines puts names together with commas, in lines that a terminal holds.
func lines(names []string) string {
	var all []string
	for _, name := range names {
		if n := len(all); n > 0 && len(all[n-1])+len(name) < 78 {
			all[n-1] += ", " + name
		} else {
			all = append(all, name)
		}
	}
	return strings.Join(all, "\n    ")
}
