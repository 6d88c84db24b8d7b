package cargo

import (
	"errors"
	"slices"
	"strings"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/ops"
	"berth/internal/plan"
	"berth/internal/unit"
	"berth/internal/workspace"
)

// request is what is to be planned.
func (m *compilation) request(o *compileFlags, w wish) (ops.PlanRequest, error) {
	selection, err := m.selection(o, w)
	if err != nil {
		return ops.PlanRequest{}, err
	}
	q := ops.PlanRequest{
		Selection: selection, Intent: w.intent, Targets: o.targets.filter(), Profile: w.profile, CrateTypes: w.types, Compile: true, CompileTimeDeps: o.compileTimeDeps,
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
	q.Features, err = o.features.parse()
	return q, err
}

//lint:ignore ST1005 the sentence is as stock has it
var errPattern = errors.New("glob patterns on package selection are not supported.")

// selection is the packages that are meant. Where a verb is for one alone and none is named, that is the one of the
// directory, whatever the default members are.
func (m *compilation) selection(o *compileFlags, w wish) (workspace.Selection, error) {
	names := o.packages.specs.values
	switch {
	case !w.single:
		return o.packages.selection(), nil
	case slices.ContainsFunc(names, isPattern):
		return workspace.Selection{}, errPattern
	case len(names) > 0:
		return workspace.Selection{Names: names}, nil
	}
	p, err := m.ws.CurrentPackage()
	if err != nil {
		return workspace.Selection{}, err
	}
	return workspace.Selection{Names: []string{crate.SpecOf(p.Package.ID()).String()}}, nil
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

// warnOfMisspelled tells of a variable that has no effect, and is taken for another one.
func (c *cli) warnOfMisspelled(cfg *config.Config, intent plan.Intent) {
	meant := "RUSTFLAGS"
	if intent == plan.Doc || intent == plan.DocOnly || intent == plan.Doctest {
		meant = "RUSTDOCFLAGS"
	}
	written := strings.TrimSuffix(meant, "FLAGS") + "_FLAGS"
	if _, set := cfg.Getenv(written); set {
		c.UI.Warnf("ignoring environment variable `%s`\nhelp: flags are read from `%s`", written, meant)
	}
}
