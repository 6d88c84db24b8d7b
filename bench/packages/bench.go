package main

import (
	"context"
	"errors"
	"fmt"
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
	ctx      context.Context
	pairs    int
	alone    []string        // names of the projects that are measured alone
	handedBy map[string]bool // verbs that were looked at: does berth hand them over?
}

func newBench(ctx context.Context, mirror string, alone []string, pairs int) (*bench, error) {
	both, err := sides.New(ctx, mirror)
	if err != nil {
		return nil, err
	}
	b := &bench{Bench: both, ctx: ctx, pairs: pairs, alone: alone, handedBy: map[string]bool{}}
	if err := errors.Join(b.watch(), b.copyProjects()); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *bench) measurements() []report.Measurement {
	return []report.Measurement{
		{Name: "cold", Measure: b.cold},
		{Name: "eight", Measure: b.eight},
		{Name: "beside", Measure: b.beside},
		{Name: "noop", Measure: b.noop},
		{Name: "lock", Measure: b.lock},
		{Name: "kill", Measure: b.kill},
	}
}

// few is the number of pairs for what takes over 20 s.
func (b *bench) few() int { return min(b.pairs, 3) }

// watched is the name of a toolchain for berth whose cargo tells that it was called.
const watched = "watched"

// watch makes a toolchain out of links whose cargo leaves a mark when it is called to do something.
func (b *bench) watch() error {
	dir := filepath.Join(b.Rustup, "toolchains", watched)
	script := fmt.Sprintf("#!/bin/sh\ncase \"$1\" in -V|-vV|--version) ;; *) : > '%s' ;; esac\nexec '%s/bin/cargo' \"$@\"\n", b.mark(), b.Toolchain)
	return errors.Join(os.MkdirAll(filepath.Join(dir, "bin"), 0o755), os.Symlink(filepath.Join(b.Toolchain, "lib"), filepath.Join(dir, "lib")),
		os.Symlink(filepath.Join(b.Toolchain, "bin", "rustc"), filepath.Join(dir, "bin", "rustc")),
		os.WriteFile(filepath.Join(dir, "bin", "cargo"), []byte(script), 0o755))
}

func (b *bench) mark() string { return filepath.Join(b.Scratch, "handed-over") }

// copyProjects gives each side the projects, and a second copy of the first.
func (b *bench) copyProjects() error {
	all, err := b.Projects()
	if err != nil {
		return err
	}
	for _, s := range []sides.Side{b.Ours, b.Theirs} {
		for i, p := range realcrates.Projects() {
			if err := os.CopyFS(filepath.Join(s.Dir, p.Name), os.DirFS(filepath.Join(all, p.String()))); err != nil {
				return err
			}
			if i == 0 {
				if err := os.CopyFS(filepath.Join(s.Dir, again), os.DirFS(filepath.Join(all, p.String()))); err != nil {
					return err
				}
			}
		}
	}
	return nil
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

func (b *bench) patiently(wait func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return wait(ctx)
}

// handsOver tells whether berth leaves a command to the stock Cargo, so that there is nothing to compare.
func (b *bench) handsOver(args ...string) (bool, error) {
	line := strings.Join(args, " ")
	if handed, known := b.handedBy[line]; known {
		return handed, nil
	}
	home, err := b.Home()
	if err != nil {
		return false, err
	}
	const small = "hyperfine"
	if err := prepare.Must(b.Theirs.Command(home, small, "fetch", "--locked")); err != nil {
		return false, err
	}
	cmd := b.Ours.Command(home, small, args...)
	cmd.Env = append(cmd.Env, "RUSTUP_TOOLCHAIN="+watched)
	if err := prepare.Must(cmd); err != nil {
		return false, err
	}
	err = os.Remove(b.mark())
	b.handedBy[line] = err == nil
	return err == nil, nil
}

// handed is the row of what berth does not do itself.
func handed(what string, args ...string) report.Row {
	return report.Row{What: what, Berth: "`cargo " + strings.Join(args, " ") + "` is not berth's own: it is handed to the stock Cargo"}
}
