package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
)

var build = []string{"build", "--locked"}

// cold builds a project of which nothing was built on this machine.
func (b *bench) cold() ([]report.Row, error) {
	return b.eachProject(func(project string) ([]report.Row, error) {
		pairs, err := b.coldly(project, [][]string{build})
		what := "cold debug build of " + project
		return []report.Row{report.Wall(what, pairs, "1.03"), report.CPU(what, pairs, "1.02")}, err
	})
}

// together runs what a developer, an editor and a hook run, at once in one workspace in which nothing was built.
func (b *bench) together() ([]report.Row, error) {
	lines := [][]string{build, {"check", "--locked"}, {"clippy", "--locked"}, {"test", "--no-run", "--locked"}, {"doc", "--locked"}}
	return b.eachProject(func(project string) ([]report.Row, error) {
		pairs, err := b.coldly(project, lines)
		what := "build, check, clippy, test --no-run and doc at once, cold, of " + project
		return []report.Row{report.Wall(what+": the last", pairs, "0.65"), report.CPU(what, pairs, "")}, err
	})
}

// after checks a project that was built, and nothing else.
func (b *bench) after() ([]report.Row, error) {
	return b.eachProject(func(project string) ([]report.Row, error) {
		pairs, err := b.homes.Compare(b.Pairs, func(s sides.Side) measure.Sample {
			dir, err := b.worktree(project)
			if err = errors.Join(err, b.forgetUnits(s)); err == nil {
				err = s.Must(dir, build...)
			}
			if err != nil {
				return measure.Sample{Err: err}
			}
			return s.Run(dir, "check", "--locked")
		})
		return []report.Row{report.Wall("check after a debug build of "+project, pairs, "")}, err
	})
}

// coldly measures what runs at once in a new worktree, where nothing was built on this machine.
func (b *bench) coldly(project string, lines [][]string) ([]measure.Pair, error) {
	return b.homes.Compare(b.Few(), func(s sides.Side) measure.Sample {
		dir, err := b.worktree(project)
		if err := errors.Join(err, b.forgetUnits(s)); err != nil {
			return measure.Sample{Err: err}
		}
		var cmds []*exec.Cmd
		for _, line := range lines {
			cmds = append(cmds, s.Command(dir, line...))
		}
		return measure.AtOnce(cmds)
	})
}

// worktrees is how many copies of a project are built at once.
const worktrees = 8

// eight builds copies of a project at once, of which nothing was built on this machine.
func (b *bench) eight() ([]report.Row, error) {
	return b.eachProject(func(project string) ([]report.Row, error) {
		target, err := b.eighthOfAll(project)
		if err != nil {
			return nil, err
		}
		pairs, err := b.homes.Compare(b.Few(), func(s sides.Side) measure.Sample {
			if err := b.forgetUnits(s); err != nil {
				return measure.Sample{Err: err}
			}
			var cmds []*exec.Cmd
			for range worktrees {
				dir, err := b.worktree(project)
				if err != nil {
					return measure.Sample{Err: err}
				}
				cmds = append(cmds, s.Command(dir, build...))
			}
			return measure.AtOnce(cmds)
		})
		what := fmt.Sprintf("%d worktrees of %s built at once, cold", worktrees, project)
		return []report.Row{report.CPU(what, pairs, target), report.Wall(what, pairs, "")}, err
	})
}

// eighthOfAll is what remains where each dependency is compiled once in all, and the project's own units in each copy,
// with 5 % for the rest; from what both cost stock.
func (b *bench) eighthOfAll(project string) (string, error) {
	dir, err := b.worktree(project)
	if err != nil {
		return "", err
	}
	all := b.homes.Theirs.Run(dir, build...)
	if err := all.Failure(); err != nil {
		return "", err
	}
	own := b.ownUnits(dir, project)
	if err := own.Failure(); err != nil {
		return "", err
	}
	w := own.CPU.Seconds()
	d := all.CPU.Seconds() - w
	return fmt.Sprintf("%.3f (D %.1f s, W %.1f s)", 1.05*(d+worktrees*w)/(worktrees*(d+w)), d, w), nil
}

// ownUnits is stock's build of a project's own units alone.
func (b *bench) ownUnits(dir, project string) measure.Sample {
	err := b.homes.Theirs.Must(dir, "clean", "--locked", "-p", filepath.Base(project))
	// Of a build script stock's clean leaves what an incremental compilation goes on from; a new worktree has nothing.
	if err = errors.Join(err, os.RemoveAll(filepath.Join(dir, "target", "debug", "incremental"))); err != nil {
		return measure.Sample{Err: err}
	}
	return b.homes.Theirs.Run(dir, build...)
}

// ninth builds in a new worktree where another was built before, beside what stock needs for the own units alone.
func (b *bench) ninth() ([]report.Row, error) {
	return b.eachProject(func(project string) ([]report.Row, error) {
		built, err := b.inEach(func(s sides.Side) (string, error) {
			dir, err := b.worktree(project)
			if err == nil {
				err = s.Must(dir, build...)
			}
			return dir, err
		})
		if err != nil {
			return nil, err
		}
		pairs, err := measure.Pairs(b.Pairs, func() measure.Sample {
			dir, err := b.worktree(project)
			if err != nil {
				return measure.Sample{Err: err}
			}
			return b.homes.Ours.Run(dir, build...)
		}, func() measure.Sample { return b.ownUnits(built[b.homes.Theirs.Home], project) })
		what := "build of " + project + " in one more worktree, beside stock's build of the own units alone"
		return []report.Row{report.Wall(what, pairs, "1.1"), report.CPU(what, pairs, "")}, err
	})
}
