package resolve

import (
	"fmt"
	"slices"

	"berth/internal/crate"
)

// override is the package by which `paths` of the configuration overrides all of its name.
func (in *Input) override(q Query) *crate.Summary {
	for _, s := range in.Overrides {
		if s.ID.Name == q.Name {
			return s
		}
	}
	return nil
}

// overridden puts an override in the place of what is locked. It must need what that needs: it comes in after all
// versions were chosen.
func overridden(q Query, a answer) (*candidates, error) {
	if len(a.sums) > 1 {
		return nil, fmt.Errorf("`paths` of the configuration overrides `%s`, of which Cargo.lock has no version yet", q.Name)
	}
	c := &candidates{sums: []*crate.Summary{a.instead}}
	for _, real := range a.sums {
		if change := changedDependency(a.instead, real); change != "" {
			c.notices = append(c.notices, Notice{
				Text: fmt.Sprintf("path override for crate `%s` has altered the original list of dependencies; %s", q.Name, change),
				Help: "`paths` cannot change which packages there are: the override would be built with what the other needs; use [patch]",
			})
		}
	}
	return c, nil
}

// changedDependency finds a dependency that one of two packages has and the other has not.
func changedDependency(override, real *crate.Summary) string {
	left := slices.Clone(real.Deps)
	for _, d := range override.Deps {
		i := slices.IndexFunc(left, func(o *crate.Dependency) bool { return sameDependency(d, o) })
		if i < 0 {
			return fmt.Sprintf("the dependency on `%s` was either added or modified to not match the previously resolved version", d.Name)
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		return fmt.Sprintf("the dependency on `%s` was removed", left[0].Name)
	}
	return ""
}

func sameDependency(a, b *crate.Dependency) bool {
	return a.Name == b.Name && a.Rename == b.Rename && a.Req.Equal(b.Req) && a.HasReq == b.HasReq && a.Source.Same(b.Source) && a.Kind == b.Kind &&
		a.Optional == b.Optional && a.DefaultFeatures == b.DefaultFeatures && slices.Equal(a.Features, b.Features) && a.Platform == b.Platform
}
