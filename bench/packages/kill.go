package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

// link is how fast bytes come to a fetch that is killed. Over loopback a server has at once sent what the kernels on both
// sides hold, over a network it has not.
type link struct {
	name string
	rate int64 // bytes a second of each archive; 0 is no limit
}

func links() []link { return []link{{"over loopback", 0}, {"each archive at 4 MiB/s", 4 << 20}} }

// kill ends a cold fetch with -9 and counts what the next one fetches again of what had been fetched whole.
func (b *bench) kill() ([]report.Row, error) {
	return joined(links(), func(l link) ([]report.Row, error) {
		what := "kill -9 amid a cold fetch, " + l.name + ", then again: finished downloads fetched twice, % of their bytes"
		return b.unlessHanded(what, fetch, func() ([]report.Row, error) { return b.killedOver(l, what) })
	})
}

func (b *bench) killedOver(l link, what string) ([]report.Row, error) {
	defer b.Forget()
	project := b.Projects[0]
	whole, err := b.archiveBytes(project)
	if err != nil {
		return nil, err
	}
	pairs, err := b.inNewHomes(b.Pairs, func(s sides.Side) measure.Sample {
		share, err := b.killed(s, l, project, whole)
		return measure.Sample{Share: share, Err: err}
	})
	row := report.Compare(what, pairs, measure.Share, "0")
	row.Ratio = ""
	return []report.Row{row}, err
}

// limit is undone by ClearFaults.
func (b *bench) limit(l link) error {
	if l.rate == 0 {
		return nil
	}
	return b.Server.Inject(faulthttp.Fault{Kind: faulthttp.Rate, Path: registryserver.CratePath("*", "*"), Bytes: l.rate})
}

// killed kills a fetch and is the share of what was finished that the next one fetches again.
func (b *bench) killed(s sides.Side, l link, project string, whole map[string]int64) (float64, error) {
	finished, err := b.killAmid(s, l, project, whole)
	if err != nil {
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

// killAmid kills a fetch a tenth of all bytes after those archives were served whole that count: so long the process had
// to put them away.
func (b *bench) killAmid(s sides.Side, l link, project string, whole map[string]int64) (finished map[string]bool, err error) {
	var all int64
	for _, size := range whole {
		all += size
	}
	b.Server.Reset()
	if err := b.limit(l); err != nil {
		return nil, err
	}
	defer b.Server.ClearFaults()
	cmd := s.Command(project, fetch...)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	finished, err = b.finishedBetween(whole, all/2, all*6/10)
	if err := errors.Join(err, cmd.Process.Kill()); err != nil {
		return nil, err
	}
	_ = cmd.Wait() // tells of the kill
	return finished, patiently(b.Server.AwaitIdle)
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
