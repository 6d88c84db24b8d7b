package randomcrates

import (
	"fmt"
	"slices"

	"berth/internal/testkit/cratekit"
)

// features gives a crate features that turn on its dependencies and each other.
func (w *World) features(c *cratekit.Crate) {
	if !w.shape.Features {
		return
	}
	c.Features = map[string][]string{}
	declared := []string{}
	for i := range 3 {
		if w.chance([]float64{0.98, 0.9, 0.5}[i]) {
			declared = append(declared, fmt.Sprint("f", i))
		}
	}
	if w.chance(0.5) {
		declared = append(declared, "default")
	}
	for _, f := range declared {
		values := []string{}
		for range w.rng.IntN(3) {
			if v := w.value(c, declared, f); v != "" {
				values = append(values, v)
			}
		}
		c.Features[f] = values
	}
	w.mention(c, declared)
}

// mention makes sure that no optional dependency is hidden without being part of a feature, which is an error.
func (w *World) mention(c *cratekit.Crate, declared []string) {
	for _, d := range c.Deps {
		if _, taken := c.Features[d.Name]; d.Optional && taken {
			c.Features[d.Name] = append(c.Features[d.Name], "dep:"+d.Name)
		}
	}
}

// anyFeature is one that most crates have.
func (w *World) anyFeature() string {
	return pick(w.rng, []string{"f0", "f0", "f0", "f0", "f0", "f0", "f0", "f1", "f1", "f2"})
}

// value is one item of a feature. Features only turn on ones that come after them, so that none is in a circle.
func (w *World) value(c *cratekit.Crate, declared []string, feature string) string {
	if w.chance(0.4) {
		at := slices.Index(declared, feature)
		if feature == "default" {
			at = -1
		}
		if later := declared[at+1:]; len(later) > 0 {
			if next := pick(w.rng, later); next != "default" {
				return next
			}
		}
		return ""
	}
	if len(c.Deps) == 0 {
		return ""
	}
	d := pick(w.rng, c.Deps)
	if d.Kind == "dev" {
		return ""
	}
	switch of := "/" + w.anyFeature(); {
	case !d.Optional:
		return d.Name + of
	case w.chance(0.3):
		return "dep:" + d.Name
	case w.chance(0.3):
		return d.Name + "?" + of
	default:
		return d.Name + of
	}
}
