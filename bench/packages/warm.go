package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"berth/bench/internal/measure"
	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

var metadata = []string{"metadata", "--format-version", "1", "--locked"}

// warmHomes are homes of both sides in which a project was fetched.
func (b *bench) warmHomes(project string) (ours, theirs string, err error) {
	for _, h := range []struct {
		sides.Side
		home *string
	}{{b.Ours, &ours}, {b.Theirs, &theirs}} {
		if *h.home, err = b.Home(); err != nil {
			return "", "", err
		}
		if err := prepare.Must(h.Command(*h.home, project, fetch...)); err != nil {
			return "", "", err
		}
	}
	return ours, theirs, nil
}

// noop runs what has nothing to do, and metadata.
func (b *bench) noop() ([]report.Row, error) {
	defer b.Forget()
	var rows []report.Row
	for _, project := range b.alone {
		ours, theirs, err := b.warmHomes(project)
		if err != nil {
			return nil, err
		}
		for _, c := range []struct {
			what, target string
			args         []string
		}{
			{"fetch with nothing to do", "0.3", fetch},
			{"metadata", "0.4", metadata},
		} {
			what := c.what + ", " + project
			if over, err := b.handsOver(c.args...); over || err != nil {
				if err != nil {
					return nil, err
				}
				rows = append(rows, handed(what, c.args...))
				continue
			}
			run := func(s sides.Side, home string) func() measure.Sample {
				return func() measure.Sample {
					return measure.Repeat(func() measure.Sample { return measure.Run(s.Command(home, project, c.args...)) })
				}
			}
			pairs := measure.Pairs(b.pairs, run(b.Ours, ours), run(b.Theirs, theirs))
			if err := measure.FirstError(pairs); err != nil {
				return nil, err
			}
			rows = append(rows, report.Wall(what, pairs, c.target))
		}
	}
	return rows, nil
}

// lock makes the lock file of a project anew, whose index files are there.
func (b *bench) lock() ([]report.Row, error) {
	defer b.Forget()
	var rows []report.Row
	for _, project := range b.alone {
		ours, theirs, err := b.warmHomes(project)
		if err != nil {
			return nil, err
		}
		some, err := b.lockOf(project, ours, theirs)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

func (b *bench) lockOf(project, ours, theirs string) (rows []report.Row, err error) {
	for _, s := range []sides.Side{b.Ours, b.Theirs} {
		file := filepath.Join(s.Dir, project, "Cargo.lock")
		published, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, os.WriteFile(file, published, 0o644)) }()
	}
	if err := b.fetchNewest(project, ours, theirs); err != nil {
		return nil, err
	}
	for _, c := range []struct {
		what, target string
		args         []string
	}{
		{"generate-lockfile, index warm", "0.5", []string{"generate-lockfile"}},
		{"generate-lockfile --offline", "0.4", []string{"generate-lockfile", "--offline"}},
	} {
		what := c.what + ", " + project
		over, err := b.handsOver(c.args...)
		if err != nil {
			return nil, err
		}
		if over {
			rows = append(rows, handed(what, c.args...))
			continue
		}
		run := func(s sides.Side, home string) func() measure.Sample {
			return func() measure.Sample {
				if err := os.Remove(filepath.Join(s.Dir, project, "Cargo.lock")); err != nil {
					return measure.Sample{Err: err}
				}
				return measure.Run(s.Command(home, project, c.args...))
			}
		}
		for _, s := range []measure.Sample{run(b.Ours, ours)(), run(b.Theirs, theirs)()} { // brings the index
			if s.Err != nil {
				return nil, fmt.Errorf("%w\n%s", s.Err, s.Output)
			}
		}
		pairs := measure.Pairs(b.pairs, run(b.Ours, ours), run(b.Theirs, theirs))
		if err := measure.FirstError(pairs); err != nil {
			return nil, err
		}
		rows = append(rows, report.Wall(what, pairs, c.target))
	}
	return rows, nil
}

// fetchNewest has in both homes what a new Cargo.lock names: --offline has to find it, and what was published with the
// project may be older.
func (b *bench) fetchNewest(project, ours, theirs string) error {
	for _, of := range []struct {
		side sides.Side
		home string
	}{{b.Ours, ours}, {b.Theirs, theirs}} {
		if err := os.Remove(filepath.Join(of.side.Dir, project, "Cargo.lock")); err != nil {
			return err
		}
		if s := measure.Run(of.side.Command(of.home, project, "fetch")); s.Err != nil {
			return fmt.Errorf("%w\n%s", s.Err, s.Output)
		}
	}
	return nil
}

// stalled is how long a download is held up while others run beside it.
const stalled = 5 * time.Second

// beside runs what needs no download while another process of the same home waits for one.
func (b *bench) beside() ([]report.Row, error) {
	defer b.Forget()
	var rows []report.Row
	for _, args := range [][]string{fetch, {"fetch", "--offline"}, metadata, {"metadata", "--format-version", "1", "--offline"}} {
		what := fmt.Sprintf("`%s` of a project that has all its crates, beside a download that stalls for %.0f s: wait, s", strings.Join(args, " "), stalled.Seconds())
		over, err := b.handsOver(args...)
		if err != nil {
			return nil, err
		}
		if over {
			rows = append(rows, handed(what, args...))
			continue
		}
		run := func(s sides.Side) func() measure.Sample {
			return func() measure.Sample { return b.waited(s, args) }
		}
		pairs := measure.Pairs(b.few(), run(b.Ours), run(b.Theirs))
		if err := measure.FirstError(pairs); err != nil {
			return nil, err
		}
		row := report.Compare(what, pairs, measure.Wall, "0")
		row.Ratio = ""
		rows = append(rows, row)
	}
	return rows, nil
}

// waited is how much longer a command takes beside a stalled download than alone.
func (b *bench) waited(s sides.Side, args []string) measure.Sample {
	const has, slow = "hyperfine", "bat"
	home, err := b.Home()
	if err == nil {
		err = prepare.Must(s.Command(home, has, fetch...))
	}
	if err != nil {
		return measure.Sample{Err: err}
	}
	alone := measure.Run(s.Command(home, has, args...))
	late, err := b.onlyOf(slow, has)
	if err != nil || alone.Err != nil {
		return measure.Sample{Err: errors.Join(err, alone.Err), Output: alone.Output}
	}
	defer b.Server.Reset()
	defer b.Server.ClearFaults()
	if err := b.Server.Inject(faulthttp.Fault{Kind: faulthttp.Stall, Path: registryserver.CratePath(late.name, late.version), Bytes: 1, Event: "late"}); err != nil {
		return measure.Sample{Err: err}
	}
	other := make(chan measure.Sample, 1)
	go func() { other <- measure.Run(s.Command(home, slow, fetch...)) }()
	if err := b.patiently(func(ctx context.Context) error { return b.Server.AwaitEvent(ctx, "late", 1) }); err != nil {
		return measure.Sample{Err: err}
	}
	release := time.AfterFunc(stalled, func() { b.Server.Release("late") })
	sample := measure.Run(s.Command(home, has, args...))
	if release.Stop() {
		b.Server.Release("late")
	}
	if o := <-other; o.Err != nil {
		return o
	}
	sample.Wall = max(0, sample.Wall-alone.Wall)
	return sample
}

// lockedCrate is a crate of a registry that a Cargo.lock names.
type lockedCrate struct{ name, version string }

// locked reads the crates of a project's Cargo.lock.
func locked(dir string) ([]lockedCrate, error) {
	text, err := os.ReadFile(filepath.Join(dir, "Cargo.lock"))
	if err != nil {
		return nil, err
	}
	var all []lockedCrate
	var c lockedCrate
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " = ")
		switch value = strings.Trim(value, `"`); key {
		case "name":
			c = lockedCrate{name: value}
		case "version":
			c.version = value
		case "source":
			if strings.HasPrefix(value, "registry+") {
				all = append(all, c)
			}
		}
	}
	return all, nil
}
