package main

import (
	"os"
	"slices"
	"strings"

	"berth/bench/internal/sides"
)

// party is one of the two programs in a copy of a project, with a build directory of its own.
type party struct {
	sides.Side
	dir, target string
	scratch     string
	done        []string // steps that were really done
	tested      []string // names of the test programs that were run
}

// step is something that is done with a project, and the sorted lines that say how it went.
type step struct {
	name, group string
	facts       func(*party) ([]string, error)
	alone       bool // what was done before does not matter to it
}

func stepsOf(project string) []step {
	if project == "nu" { // hours of compiling: what its other steps would show the others show
		return []step{checked()}
	}
	return append(append(profile("debug"), profile("release", "--release")...), checked("--all-targets"))
}

// checked is check of all targets; of nu of those alone that are built.
func checked(more ...string) step {
	return step{name: "check", group: "check", alone: true, facts: messages(append([]string{"check", "--locked"}, more...)...)}
}

func profile(name string, flags ...string) []step {
	line := func(args ...string) []string { return append(args, flags...) }
	return []step{
		{name: name, group: name, alone: true, facts: messages(line("build", "--locked")...)},
		{name: name + "-again", group: name, facts: said(line("build", "--locked")...)},
		{name: name + "-programs", group: name, facts: programs(name)},
		{name: name + "-files", group: name, facts: files(name)},
		{name: name + "-test", group: strings.TrimPrefix(name+"-test", "debug-"), alone: true, facts: tests(line("test", "--locked", "--no-fail-fast")...)},
		{name: name + "-test-files", group: strings.TrimPrefix(name+"-test", "debug-"), facts: files(name)},
	}
}

// catchUp does what a step builds upon where that was not done, as its outcome had been kept.
func (p *party) catchUp(s step) error {
	if s.alone {
		p.done = append(p.done, s.name)
		return nil
	}
	for _, before := range stepsOf("") {
		if before.group == s.group && before.alone && !slices.Contains(p.done, before.name) {
			p.done = append(p.done, before.name)
			if _, err := before.facts(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// uses are runs of the programs in their own sources, of which each says the same every time.
func uses() map[string][][]string {
	return map[string][][]string{
		"rg":        {{"-c", "fn "}, {"-n", "--sort=path", "-g", "*.md", "regex"}, {"--json", "no such words anywhere"}},
		"tokei":     {{"--sort", "code", "src"}},
		"hyperfine": {{"--runs", "0", "true"}, {"--no-such"}, {"-N", "--runs", "2", "--style", "none", "--export-json", os.DevNull, "true"}},
		"bat":       {{"--list-languages"}, {"--plain", "--color=always", "Cargo.toml"}, {"--diagnostic"}},
		"fd":        {{"-e", "rs"}, {"-t", "d"}, {"-x", "echo", "{/.}", ";", "-e", "toml"}},
		"c-code":    {{}, {"select 6 * 7"}, {"select group_concat(x) from (select 1 as x union select 2)"}, {"no query"}},
		"just":      {{"--list"}, {"--summary"}, {"--evaluate"}, {"--dump"}},
	}
}
