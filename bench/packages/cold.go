package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"berth/bench/internal/measure"
	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
	"berth/internal/testkit/registryserver"
)

var fetch = []string{"fetch", "--locked"}

// cold fetches a project into an empty home.
func (b *bench) cold() ([]report.Row, error) {
	defer b.Forget()
	var rows []report.Row
	for _, project := range b.alone {
		what := "cold fetch of " + project
		if over, err := b.handsOver(fetch...); over || err != nil {
			return append(rows, handed(what, fetch...)), err
		}
		run := func(s sides.Side) func() measure.Sample {
			return func() measure.Sample {
				home, err := b.Home()
				if err != nil {
					return measure.Sample{Err: err}
				}
				return measure.Run(s.Command(home, project, fetch...))
			}
		}
		n := b.pairs
		if project == "nu" {
			n = b.few()
		}
		pairs := measure.Pairs(n, run(b.Ours), run(b.Theirs))
		if err := measure.FirstError(pairs); err != nil {
			return nil, err
		}
		rows = append(rows, report.Wall(what, pairs, "0.6"), report.Memory(what, pairs, "0.4"), report.CPU(what, pairs, ""))
	}
	return rows, nil
}

// eight fetches eight projects at once into one empty home.
func (b *bench) eight() ([]report.Row, error) {
	defer b.Forget()
	const what = "8 cold fetches of 8 projects at once in one home"
	if over, err := b.handsOver(fetch...); over || err != nil {
		return []report.Row{handed(what, fetch...)}, err
	}
	run := func(s sides.Side) func() measure.Sample {
		return func() measure.Sample {
			home, err := b.Home()
			if err != nil {
				return measure.Sample{Err: err}
			}
			var cmds []*exec.Cmd
			for _, project := range eightProjects() {
				cmds = append(cmds, s.Command(home, project, fetch...))
			}
			return measure.AtOnce(cmds)
		}
	}
	pairs := measure.Pairs(b.few(), run(b.Ours), run(b.Theirs))
	if err := measure.FirstError(pairs); err != nil {
		return nil, err
	}
	return []report.Row{
		report.Wall(what, pairs, "0.65"),
		report.Compare("the same, the median process, wall s", pairs, measure.Each, "0.4"),
	}, nil
}

// kill ends a cold fetch with -9 and counts what the next one fetches again of what had been fetched whole.
func (b *bench) kill() ([]report.Row, error) {
	defer b.Forget()
	const what = "kill -9 amid a cold fetch, then again: finished downloads fetched twice, % of their bytes"
	if over, err := b.handsOver(fetch...); over || err != nil {
		return []report.Row{handed(what, fetch...)}, err
	}
	project := b.alone[0]
	whole, err := b.archiveBytes(project)
	if err != nil {
		return nil, err
	}
	run := func(s sides.Side) func() measure.Sample {
		return func() measure.Sample {
			share, err := b.killed(s, project, whole)
			return measure.Sample{Share: share, Err: err}
		}
	}
	pairs := measure.Pairs(b.pairs, run(b.Ours), run(b.Theirs))
	if err := measure.FirstError(pairs); err != nil {
		return nil, err
	}
	row := report.Compare(what, pairs, measure.Share, "0")
	row.Ratio = ""
	return []report.Row{row}, nil
}

// killed kills a fetch when a tenth of all bytes was served after those archives were served whole that count: so long
// the process had to put them away.
func (b *bench) killed(s sides.Side, project string, whole map[string]int64) (float64, error) {
	var all int64
	for _, size := range whole {
		all += size
	}
	home, err := b.Home()
	if err != nil {
		return 0, err
	}
	b.Server.Reset()
	cmd := s.Command(home, project, fetch...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	if err := b.awaitBytes(all / 2); err != nil {
		return 0, err
	}
	finished := b.finished(whole)
	if err := b.awaitBytes(all * 6 / 10); err != nil {
		return 0, err
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
		return 0, err
	}
	_ = cmd.Wait()
	if err := b.patiently(b.Server.AwaitIdle); err != nil {
		return 0, err
	}
	b.Server.Reset()
	if err := prepare.Must(s.Command(home, project, fetch...)); err != nil {
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

// awaitBytes waits until so many bytes of archives were served.
func (b *bench) awaitBytes(n int64) error {
	return b.patiently(func(ctx context.Context) error {
		return b.Server.AwaitBytes(ctx, registryserver.CratePath("*", "*"), n)
	})
}

func (b *bench) finished(whole map[string]int64) map[string]bool {
	finished := map[string]bool{}
	for _, r := range b.Server.Stats().Log {
		if r.Done && r.Bytes > 0 && r.Bytes == whole[r.Path] {
			finished[r.Path] = true
		}
	}
	return finished
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
