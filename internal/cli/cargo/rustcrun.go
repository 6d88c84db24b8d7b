package cargo

import (
	"context"
	"slices"
	"strings"

	"berth/internal/plan"
	"berth/internal/unit"
)

func (c *cli) runRustc(ctx context.Context, o *rustcFlags) error {
	if o.printGiven {
		return errHandOver
	}
	profile, err := o.profileName("dev", "dev", "test", "bench", "check")
	if err != nil {
		return err
	}
	w := wish{intent: plan.Build, profile: profile, single: true}
	switch profile {
	case "test":
		w.intent = plan.Test
	case "bench":
		w.intent = plan.Bench
	case "check":
		w.intent, w.profile = plan.Check, "dev"
	}
	for _, list := range o.crateTypes {
		for crateType := range strings.SplitSeq(list, ",") {
			if crateType != "" && !slices.Contains(w.types, crateType) {
				w.types = append(w.types, crateType)
			}
		}
	}
	m, err := c.compilation(ctx, &o.compileFlags, w)
	if err != nil {
		return err
	}
	if err := m.pass(o.args); err != nil {
		return err
	}
	defer m.close()
	_, err = c.execute(ctx, m, &o.compileFlags)
	return err
}

// pass has the compiler of the one unit that is asked for take more arguments.
func (m *compilation) pass(args []string) error {
	if len(args) == 0 {
		return nil
	}
	if len(m.Graph.Roots) != 1 {
		return errHandOver
	}
	root := m.Graph.Roots[0]
	m.settings.Extra = func(u *unit.Unit) []string {
		if u.IsSame(root) {
			return args
		}
		return nil
	}
	return nil
}
