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
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

var metadata = []string{"metadata", "--format-version", "1", "--locked"}

// times is how often what takes a fraction of a second makes a sample.
const times = 3

// warm has the rows of each project, with homes of both sides in which it was fetched.
func (b *bench) warm(rows func(project string, both sides.Both) ([]report.Row, error)) ([]report.Row, error) {
	defer b.Forget()
	return joined(b.Projects, func(project string) ([]report.Row, error) {
		both, err := b.BothHoused()
		if err == nil {
			err = both.Each(func(s sides.Side) error { return s.Must(project, fetch...) })
		}
		if err != nil {
			return nil, err
		}
		return rows(project, both)
	})
}

// command is one that is measured.
type command struct {
	what, target string
	args         []string
}

// noop runs what has nothing to do, and metadata.
func (b *bench) noop() ([]report.Row, error) {
	commands := []command{{"fetch with nothing to do", "0.3", fetch}, {"metadata", "0.4", metadata}}
	return b.warm(func(project string, both sides.Both) ([]report.Row, error) {
		return joined(commands, func(c command) ([]report.Row, error) {
			what := c.what + ", " + project
			return b.unlessHanded(what, c.args, func() ([]report.Row, error) {
				pairs, err := both.Compare(b.Pairs, func(s sides.Side) measure.Sample {
					return measure.Repeat(times, func() measure.Sample { return s.Run(project, c.args...) })
				})
				return []report.Row{report.Wall(what, pairs, c.target)}, err
			})
		})
	})
}

// lock makes the lock file of a project anew, whose index files are there.
func (b *bench) lock() ([]report.Row, error) {
	commands := []command{
		{"generate-lockfile, index warm", "0.5", []string{"generate-lockfile"}},
		{"generate-lockfile --offline", "0.4", []string{"generate-lockfile", "--offline"}},
	}
	return b.warm(func(project string, both sides.Both) ([]report.Row, error) {
		dir := project + "-unlocked"
		if err := both.Each(func(s sides.Side) error { return b.unlock(s, project, dir) }); err != nil {
			return nil, err
		}
		return joined(commands, func(c command) ([]report.Row, error) {
			what := c.what + ", " + project
			return b.unlessHanded(what, c.args, func() ([]report.Row, error) {
				pairs, err := both.Compare(b.Pairs, func(s sides.Side) measure.Sample {
					if err := os.Remove(lockFile(s, dir)); err != nil {
						return measure.Sample{Err: err}
					}
					return s.Run(dir, c.args...)
				})
				return []report.Row{report.Wall(what, pairs, c.target)}, err
			})
		})
	})
}

// unlock makes a copy of a project without its Cargo.lock, and has in the home the index files that a new one asks for. The
// crates that are there are those of the old one: --offline chooses among them.
func (b *bench) unlock(s sides.Side, project, dir string) error {
	if err := errors.Join(b.Copy(project, filepath.Join(s.Dir, dir)), os.Remove(lockFile(s, dir))); err != nil {
		return err
	}
	return s.Must(dir, "generate-lockfile")
}

func lockFile(s sides.Side, dir string) string { return filepath.Join(s.Dir, dir, "Cargo.lock") }

// stalled is how long a download is held up while others run beside it.
const stalled = 5 * time.Second

// beside runs what needs no download while another process of the same home waits for one.
func (b *bench) beside() ([]report.Row, error) {
	defer b.Forget()
	lines := [][]string{fetch, {"fetch", "--offline"}, metadata, {"metadata", "--format-version", "1", "--offline"}}
	return joined(lines, func(args []string) ([]report.Row, error) {
		what := fmt.Sprintf("`%s` of a project that has all its crates, beside a download that stalls for %.0f s: wait, s", strings.Join(args, " "), stalled.Seconds())
		return b.unlessHanded(what, args, func() ([]report.Row, error) {
			pairs, err := b.inNewHomes(b.Few(), func(s sides.Side) measure.Sample { return b.waited(s, args) })
			row := report.Compare(what, pairs, measure.Wall, "0")
			row.Ratio = ""
			return []report.Row{row}, err
		})
	})
}

// waited is how much longer a command takes beside a stalled download than alone.
func (b *bench) waited(s sides.Side, args []string) measure.Sample {
	const has, slow = "hyperfine", "bat"
	if err := s.Must(has, fetch...); err != nil {
		return measure.Sample{Err: err}
	}
	alone := s.Run(has, args...)
	late, err := b.onlyOf(slow, has)
	if err := errors.Join(err, alone.Failure()); err != nil {
		return measure.Sample{Err: err}
	}
	defer b.Server.Reset()
	defer b.Server.ClearFaults()
	if err := b.Server.Inject(faulthttp.Fault{Kind: faulthttp.Stall, Path: registryserver.CratePath(late.name, late.version), Bytes: 1, Event: "late"}); err != nil {
		return measure.Sample{Err: err}
	}
	other := make(chan measure.Sample, 1)
	go func() { other <- s.Run(slow, fetch...) }()
	if err := patiently(func(ctx context.Context) error { return b.Server.AwaitEvent(ctx, "late", 1) }); err != nil {
		return measure.Sample{Err: err}
	}
	release := time.AfterFunc(stalled, func() { b.Server.Release("late") })
	sample := s.Run(has, args...)
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
