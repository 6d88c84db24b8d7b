package cargo

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/workspace"
)

// listTargets answers a flag for a target that was left without a name: it says which there are.
func (c *cli) listTargets(ws *workspace.Workspace, o *compileFlags) error {
	for _, one := range []struct {
		flag       *optional
		name, noun string
		kind       manifest.TargetKind
	}{
		{&o.targets.example, "--example", "examples", manifest.Example}, {&o.targets.bin, "--bin", "binaries", manifest.Bin},
		{&o.targets.bench, "--bench", "benches", manifest.Bench}, {&o.targets.test, "--test", "tests", manifest.Test},
	} {
		if !one.flag.listed() {
			continue
		}
		names, err := c.targetsOf(ws, o, one.kind)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("%q takes one argument.\n", one.name)
		if len(names) == 0 {
			text += "No " + one.noun + " available.\n"
		} else {
			text += "Available " + one.noun + ":\n"
			for _, name := range names {
				text += "    " + name + "\n"
			}
		}
		return &choiceError{text}
	}
	return nil
}

func (c *cli) targetsOf(ws *workspace.Workspace, o *compileFlags, kind manifest.TargetKind) ([]string, error) {
	chosen, warnings, err := ws.Select(o.packages.selection())
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		c.UI.Warnf("%s", w)
	}
	var names []string
	for _, m := range chosen {
		for i := range m.Package.Targets {
			if m.Package.Targets[i].Kind == kind {
				names = append(names, m.Package.Targets[i].Name)
			}
		}
	}
	slices.SortFunc(names, strings.Compare)
	return names, nil
}
