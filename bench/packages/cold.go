package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"berth/bench/internal/measure"
	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/internal/testkit/registryserver"
)

var fetch = []string{"fetch", "--locked"}

// cold fetches a project into an empty home.
func (b *bench) cold() ([]report.Row, error) {
	defer b.forget()
	var rows []report.Row
	for _, project := range b.alone {
		what := "cold fetch of " + project
		if over, err := b.handsOver(fetch...); over || err != nil {
			return append(rows, handed(what, fetch...)), err
		}
		run := func(s side) func() measure.Sample {
			return func() measure.Sample {
				home, err := b.home()
				if err != nil {
					return measure.Sample{Err: err}
				}
				return measure.Run(s.command(home, project, fetch...))
			}
		}
		n := b.pairs
		if project == "nu" {
			n = b.few()
		}
		pairs := measure.Pairs(n, run(b.ours), run(b.theirs))
		if err := measure.FirstError(pairs); err != nil {
			return nil, err
		}
		rows = append(rows, report.Wall(what, pairs, "0.6"), report.Memory(what, pairs, "0.4"), report.CPU(what, pairs, ""))
	}
	return rows, nil
}

// eight fetches eight projects at once into one empty home.
func (b *bench) eight() ([]report.Row, error) {
	defer b.forget()
	const what = "8 cold fetches of 8 projects at once in one home"
	if over, err := b.handsOver(fetch...); over || err != nil {
		return []report.Row{handed(what, fetch...)}, err
	}
	run := func(s side) func() measure.Sample {
		return func() measure.Sample {
			home, err := b.home()
			if err != nil {
				return measure.Sample{Err: err}
			}
			var cmds []*exec.Cmd
			for _, project := range eightProjects() {
				cmds = append(cmds, s.command(home, project, fetch...))
			}
			return atOnce(cmds)
		}
	}
	pairs := measure.Pairs(b.few(), run(b.ours), run(b.theirs))
	if err := measure.FirstError(pairs); err != nil {
		return nil, err
	}
	return []report.Row{
		report.Wall(what, pairs, "0.65"),
		report.Compare("the same, the median process, wall s", pairs, measure.Each, "0.4"),
	}, nil
}

// atOnce runs the commands side by side. Wall is that of all, Each that of the median one.
func atOnce(cmds []*exec.Cmd) measure.Sample {
	samples := make([]measure.Sample, len(cmds))
	start := time.Now()
	var group sync.WaitGroup
	for i, cmd := range cmds {
		group.Go(func() { samples[i] = measure.Run(cmd) })
	}
	group.Wait()
	all := measure.Sample{Wall: time.Since(start)}
	var each []float64
	for _, s := range samples {
		each = append(each, s.Wall.Seconds())
		all.CPU += s.CPU
		if s.Err != nil {
			all.Err, all.Output = s.Err, s.Output
		}
	}
	all.Each = time.Duration(measure.Of(each).Median * float64(time.Second))
	return all
}

// kill ends a cold fetch with -9 and counts what the next one fetches again of what had been fetched whole.
func (b *bench) kill() ([]report.Row, error) {
	defer b.forget()
	const what = "kill -9 amid a cold fetch, then again: finished downloads fetched twice, % of their bytes"
	if over, err := b.handsOver(fetch...); over || err != nil {
		return []report.Row{handed(what, fetch...)}, err
	}
	project := b.alone[0]
	whole, err := b.archiveBytes(project)
	if err != nil {
		return nil, err
	}
	run := func(s side) func() measure.Sample {
		return func() measure.Sample {
			share, err := b.killed(s, project, whole)
			return measure.Sample{Share: share, Err: err}
		}
	}
	pairs := measure.Pairs(b.pairs, run(b.ours), run(b.theirs))
	if err := measure.FirstError(pairs); err != nil {
		return nil, err
	}
	row := report.Compare(what, pairs, measure.Share, "0")
	row.Ratio = ""
	return []report.Row{row}, nil
}

// killed kills a fetch when a tenth of all bytes was served after those archives were served whole that count: so long
// the process had to put them away.
func (b *bench) killed(s side, project string, whole map[string]int64) (float64, error) {
	var all int64
	for _, size := range whole {
		all += size
	}
	home, err := b.home()
	if err != nil {
		return 0, err
	}
	b.server.Reset()
	cmd := s.command(home, project, fetch...)
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
	if err := b.patiently(b.server.AwaitIdle); err != nil {
		return 0, err
	}
	b.server.Reset()
	if err := prepare.Must(s.command(home, project, fetch...)); err != nil {
		return 0, err
	}
	var sum, twice int64
	stats := b.server.Stats()
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
		return b.server.AwaitBytes(ctx, registryserver.CratePath("*", "*"), n)
	})
}

func (b *bench) finished(whole map[string]int64) map[string]bool {
	finished := map[string]bool{}
	for _, r := range b.server.Stats().Log {
		if r.Done && r.Bytes > 0 && r.Bytes == whole[r.Path] {
			finished[r.Path] = true
		}
	}
	return finished
}

// archiveBytes are the sizes of the archives that a project needs, by their paths at the server.
func (b *bench) archiveBytes(project string) (map[string]int64, error) {
	crates, err := locked(filepath.Join(b.theirs.projects, project))
	if err != nil {
		return nil, err
	}
	sizes := map[string]int64{}
	for _, c := range crates {
		info, err := os.Stat(filepath.Join(b.mirror, c.name+"-"+c.version+".crate"))
		if err != nil {
			return nil, err
		}
		sizes[registryserver.CratePath(c.name, c.version)] = info.Size()
	}
	return sizes, nil
}

// onlyOf is a crate that the lock of project has and that of other has not.
func (b *bench) onlyOf(project, other string) (lockedCrate, error) {
	mine, err1 := locked(filepath.Join(b.theirs.projects, project))
	others, err2 := locked(filepath.Join(b.theirs.projects, other))
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
