package cargo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"berth/internal/plan"
	"berth/internal/unit"
)

//lint:ignore ST1005 the sentence is as stock has it
var errPattern = errors.New("glob patterns on package selection are not supported.")

func (c *cli) runRustc(ctx context.Context, o *rustcFlags) error {
	if o.printGiven {
		return errHandOver
	}
	profile, err := o.profileName("dev", "dev", "test", "bench", "check")
	if err != nil {
		return err
	}
	w := wish{intent: plan.Build, profile: profile}
	switch profile {
	case "test":
		w.intent = plan.Test
	case "bench":
		w.intent = plan.Bench
	case "check":
		w.intent, w.profile = plan.Check, "dev"
	}
	if slices.ContainsFunc(o.packages.specs.values, func(s string) bool { return strings.ContainsAny(s, "*?[]") }) {
		return errPattern
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
	if len(o.args) > 0 {
		if len(m.Graph.Roots) != 1 {
			return errHandOver
		}
		root := m.Graph.Roots[0]
		m.settings.Extra = func(u *unit.Unit) []string {
			if u == root {
				return o.args
			}
			return nil
		}
	}
	defer m.close()
	_, err = c.execute(ctx, m, &o.compileFlags)
	return err
}
