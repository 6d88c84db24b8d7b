package cargo

import (
	"slices"
	"strings"

	"berth/internal/ops"
	"berth/internal/plan"
	"berth/internal/unit"
	"berth/internal/workspace"
)

// request is what is to be planned.
func (m *compilation) request(o *compileFlags, w wish) (ops.PlanRequest, error) {
	q := ops.PlanRequest{
		Selection: o.packages.selection(), Intent: w.intent, Targets: o.targets.filter(), Profile: w.profile, CrateTypes: w.types, Compile: true,
		Host: m.platform(unit.Host),
	}
	if w.filter != nil {
		q.Targets = *w.filter
	}
	if w.foreign != "" {
		q.Selection, q.Foreign = workspace.Selection{Names: []string{w.foreign}}, true
	}
	for kind := range m.settings.Targets {
		if kind != unit.Host {
			q.Platforms = append(q.Platforms, m.platform(kind))
		}
	}
	slices.SortFunc(q.Platforms, func(a, b ops.Platform) int { return strings.Compare(a.Triple, b.Triple) })
	var err error
	q.Features, err = o.features.parse()
	return q, err
}

func (m *compilation) platform(k unit.Kind) ops.Platform {
	t := m.settings.Targets[k]
	return ops.Platform{Triple: t.Name, Cfg: t.Cfg}
}

func (t *targetFlagsOf) filter() plan.Filter {
	return plan.Filter{
		AllTargets: t.all, Lib: t.lib,
		Bins: plan.Rule{All: t.bins, Names: t.bin.values}, Examples: plan.Rule{All: t.examples, Names: t.example.values},
		Tests: plan.Rule{All: t.tests, Names: t.test.values}, Benches: plan.Rule{All: t.benches, Names: t.bench.values},
	}
}
