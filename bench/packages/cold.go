package main

import (
	"cmp"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
)

var fetch = []string{"fetch", "--locked"}

// cold fetches a project into an empty home.
func (b *bench) cold() ([]report.Row, error) {
	defer b.Forget()
	return joined(b.Projects, func(project string) ([]report.Row, error) {
		what := "cold fetch of " + project
		return b.unlessHanded(what, fetch, func() ([]report.Row, error) {
			n := b.Pairs
			if project == "nu" {
				n = b.Few()
			}
			pairs, err := b.inNewHomes(n, func(s sides.Side) measure.Sample { return s.Run(project, fetch...) })
			return []report.Row{report.Wall(what, pairs, "0.6"), report.Memory(what, pairs, "0.4"), report.CPU(what, pairs, "")}, err
		})
	})
}

// inNewHomes measures what a function does for each of both, with an empty home each time.
func (b *bench) inNewHomes(n int, run func(sides.Side) measure.Sample) ([]measure.Pair, error) {
	return b.Compare(n, func(s sides.Side) measure.Sample {
		s, err := b.Housed(s)
		if err != nil {
			return measure.Sample{Err: err}
		}
		return run(s)
	})
}

// eight fetches eight projects at once into one empty home.
func (b *bench) eight() ([]report.Row, error) {
	defer b.Forget()
	const what = "8 cold fetches of 8 projects at once in one home"
	return b.unlessHanded(what, fetch, func() ([]report.Row, error) {
		pairs, err := b.inNewHomes(b.Few(), func(s sides.Side) measure.Sample {
			var cmds []*exec.Cmd
			for _, project := range eightProjects() {
				cmds = append(cmds, s.Command(project, fetch...))
			}
			return measure.AtOnce(cmds)
		})
		return []report.Row{
			report.Wall(what, pairs, "0.65"),
			report.Compare("the same, the median process, wall s", pairs, measure.Each, "0.4"),
		}, err
	})
}

// onlyOf is a crate that the lock of project has and that of other has not.
func (b *bench) onlyOf(project, other string) (lockedCrate, error) {
	mine, err1 := locked(filepath.Join(b.Theirs.Dir, project))
	others, err2 := locked(filepath.Join(b.Theirs.Dir, other))
	if err := cmp.Or(err1, err2); err != nil {
		return lockedCrate{}, err
	}
	for _, c := range mine {
		if !slices.Contains(others, c) {
			return c, nil
		}
	}
	return lockedCrate{}, fmt.Errorf("%s needs no crate that %s does not need", project, other)
}
