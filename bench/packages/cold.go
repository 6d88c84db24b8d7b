package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
	"berth/internal/testkit/registryserver"
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

// kill ends a cold fetch with -9 and counts what the next one fetches again of what had been fetched whole.
func (b *bench) kill() ([]report.Row, error) {
	defer b.Forget()
	const what = "kill -9 amid a cold fetch, then again: finished downloads fetched twice, % of their bytes"
	return b.unlessHanded(what, fetch, func() ([]report.Row, error) {
		project := b.Projects[0]
		whole, err := b.archiveBytes(project)
		if err != nil {
			return nil, err
		}
		pairs, err := b.inNewHomes(b.Pairs, func(s sides.Side) measure.Sample {
			share, err := b.killed(s, project, whole)
			return measure.Sample{Share: share, Err: err}
		})
		row := report.Compare(what, pairs, measure.Share, "0")
		row.Ratio = ""
		return []report.Row{row}, err
	})
}

// killed kills a fetch a tenth of all bytes after those archives were served whole that count: so long the process had
// to put them away.
func (b *bench) killed(s sides.Side, project string, whole map[string]int64) (float64, error) {
	var all int64
	for _, size := range whole {
		all += size
	}
	b.Server.Reset()
	cmd := s.Command(project, fetch...)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	finished, err := b.finishedBetween(whole, all/2, all*6/10)
	if err := errors.Join(err, cmd.Process.Kill()); err != nil {
		return 0, err
	}
	_ = cmd.Wait() // tells of the kill
	if err := patiently(b.Server.AwaitIdle); err != nil {
		return 0, err
	}
	b.Server.Reset()
	if err := s.Must(project, fetch...); err != nil {
		return 0, err
	}
	var sum, twice int64
	stats := b.Server.Stats()
	for path := range finished {
		sum += whole[path]
		twice += min(stats.Bytes[path], whole[path])
	}
	if sum == 0 {
		return 0, fmt.Errorf("no archive of %s was served whole before the kill", project)
	}
	return float64(twice) / float64(sum), nil
}

// finishedBetween waits for so many bytes of archives twice, and tells which archives were served whole by the first time.
func (b *bench) finishedBetween(whole map[string]int64, first, then int64) (map[string]bool, error) {
	if err := b.awaitBytes(first); err != nil {
		return nil, err
	}
	finished := map[string]bool{}
	for _, r := range b.Server.Stats().Log {
		if r.Done && r.Bytes > 0 && r.Bytes == whole[r.Path] {
			finished[r.Path] = true
		}
	}
	return finished, b.awaitBytes(then)
}

// awaitBytes waits until so many bytes of archives were served.
func (b *bench) awaitBytes(n int64) error {
	return patiently(func(ctx context.Context) error {
		return b.Server.AwaitBytes(ctx, registryserver.CratePath("*", "*"), n)
	})
}

// archiveBytes are the sizes of the archives that a project needs, by their paths at the server.
func (b *bench) archiveBytes(project string) (map[string]int64, error) {
	crates, err := locked(filepath.Join(b.Theirs.Dir, project))
	if err != nil {
		return nil, err
	}
	sizes := map[string]int64{}
	for _, c := range crates {
		info, err := os.Stat(filepath.Join(b.Mirror, c.name+"-"+c.version+".crate"))
		if err != nil {
			return nil, err
		}
		sizes[registryserver.CratePath(c.name, c.version)] = info.Size()
	}
	return sizes, nil
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
