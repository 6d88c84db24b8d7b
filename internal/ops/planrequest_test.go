package ops_test

import (
	"strings"
	"testing"

	"berth/internal/ops"
	"berth/internal/plan"
	"berth/internal/workspace"
)

// planRequest reads a command line as cli/cargo does.
func planRequest(t *testing.T, host ops.Platform, words []string) (ops.PlanRequest, error) {
	t.Helper()
	q := ops.PlanRequest{Host: host, Profile: "dev"}
	verbs := map[string]plan.Intent{"build": plan.Build, "check": plan.Check, "test": plan.Test, "bench": plan.Bench, "doc": plan.Doc}
	q.Intent = verbs[words[0]]
	switch q.Intent {
	case plan.Test:
		q.Profile = "test"
	case plan.Bench:
		q.Profile = "bench"
	}
	var features, targets []string
	var all, noDefault bool
	rules := map[string]*plan.Rule{"--bin": &q.Targets.Bins, "--example": &q.Targets.Examples, "--test": &q.Targets.Tests, "--bench": &q.Targets.Benches}
	for i := 1; i < len(words); i++ {
		next := func() string { i++; return words[i] }
		flag := words[i]
		if rule := rules[flag]; rule != nil {
			rule.Names = append(rule.Names, next())
			continue
		}
		if rule := rules[strings.TrimSuffix(strings.TrimSuffix(flag, "s"), "e")]; rule != nil && flag != "--benches" {
			rule.All = true
			continue
		}
		switch flag {
		case "--benches":
			q.Targets.Benches.All = true
		case "--lib":
			q.Targets.Lib = true
		case "--all-targets":
			q.Targets.AllTargets = true
		case "--examples":
			q.Targets.Examples.All = true
		case "--release":
			q.Profile = "release"
		case "--profile":
			q.Profile = next()
			if q.Intent == plan.Check && q.Profile == "test" {
				q.Intent = plan.CheckTests
			}
		case "--doc":
			q.Intent, q.Targets = plan.Doctest, plan.Filter{Lib: true}
		case "--no-deps":
			q.Intent = plan.DocOnly
		case "-p":
			q.Selection.Names = append(q.Selection.Names, next())
		case "--workspace":
			q.Selection.All = true
		case "--exclude":
			q.Selection.Exclude = append(q.Selection.Exclude, next())
		case "--target":
			targets = append(targets, next())
		case "-F":
			features = append(features, next())
		case "--all-features":
			all = true
		case "--no-default-features":
			noDefault = true
		case "--no-run", "--keep-going":
		default:
			t.Fatalf("flag %s", flag)
		}
	}
	q.Platforms = platforms(t, targets, host)
	var err error
	q.Features, err = workspace.ParseFeatures(features, all, noDefault)
	return q, err
}
