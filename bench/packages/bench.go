package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
	"berth/internal/testkit/realcrates"
)

// bench is the two programs with a registry, and copies of the projects for each that it may write to.
type bench struct {
	*sides.Bench
	handedBy map[string]bool // command lines that were looked at: does berth hand them over?
}

// prepared copies the projects, and has the measurements.
func prepared(both *sides.Bench) ([]report.Measurement, error) {
	b := &bench{Bench: both, handedBy: map[string]bool{}}
	return []report.Measurement{
		{Name: "cold", Measure: b.cold},
		{Name: "eight", Measure: b.eight},
		{Name: "beside", Measure: b.beside},
		{Name: "noop", Measure: b.noop},
		{Name: "lock", Measure: b.lock},
		{Name: "kill", Measure: b.kill},
	}, errors.Join(prepare.Watched(filepath.Join(b.Rustup, "toolchains", watched), b.Toolchain, b.mark()), b.Each(b.copyProjects))
}

// watched is the name of a toolchain for berth whose cargo tells that it was called.
const watched = "watched"

func (b *bench) mark() string { return filepath.Join(b.Scratch, "handed-over") }

// copyProjects gives a side the projects, and a second copy of the first.
func (b *bench) copyProjects(s sides.Side) error {
	for _, p := range realcrates.Projects() {
		if err := b.Copy(p.Name, filepath.Join(s.Dir, p.Name)); err != nil {
			return err
		}
	}
	return b.Copy(realcrates.Projects()[0].Name, filepath.Join(s.Dir, again))
}

// again is the second copy of the first project.
const again = "again"

// eightProjects are all of them.
func eightProjects() []string {
	names := []string{again}
	for _, p := range realcrates.Projects() {
		names = append(names, p.Name)
	}
	return names
}

// patience is how long the server waits for what a run is sure to ask for; one that failed asks for nothing.
const patience = 5 * time.Minute

func patiently(wait func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return wait(ctx)
}

// unlessHanded measures what a command does, unless berth hands it over: then a row says so.
func (b *bench) unlessHanded(what string, args []string, rows func() ([]report.Row, error)) ([]report.Row, error) {
	over, err := b.handsOver(args)
	if err != nil {
		return nil, err
	}
	if over {
		return []report.Row{{What: what, Berth: "`cargo " + strings.Join(args, " ") + "` is not berth's own: it is handed to the stock Cargo"}}, nil
	}
	return rows()
}

// handsOver tells whether berth leaves a command to the stock Cargo, so that there is nothing to compare.
func (b *bench) handsOver(args []string) (bool, error) {
	line := strings.Join(args, " ")
	if handed, known := b.handedBy[line]; known {
		return handed, nil
	}
	ours, err := b.Housed(b.Ours)
	if err != nil {
		return false, err
	}
	theirs := b.Theirs
	theirs.Home = ours.Home
	const small = "hyperfine"
	if err := theirs.Must(small, fetch...); err != nil {
		return false, err
	}
	cmd := ours.Command(small, args...)
	cmd.Env = append(cmd.Env, "RUSTUP_TOOLCHAIN="+watched)
	if err := prepare.Must(cmd); err != nil {
		return false, err
	}
	err = os.Remove(b.mark())
	b.handedBy[line] = err == nil
	return err == nil, nil
}

// joined are the rows of some measurements, one after another.
func joined[T any](all []T, rows func(T) ([]report.Row, error)) ([]report.Row, error) {
	var joined []report.Row
	for _, one := range all {
		some, err := rows(one)
		if err != nil {
			return nil, err
		}
		joined = append(joined, some...)
	}
	return joined, nil
}
