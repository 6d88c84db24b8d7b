package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/realcrates"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// bench is a registry, the two programs, and a place for homes.
type bench struct {
	ctx      context.Context
	pairs    int
	alone    []string // names of the projects that are measured alone
	mirror   string
	server   *registryserver.Server
	scratch  string
	version  string // of the stock Cargo
	ours     side
	theirs   side
	homes    int
	handedBy map[string]bool // verbs that were looked at: does berth hand them over?
}

// side is one of the two programs, with copies of the projects that it may write to.
type side struct {
	program  string
	env      []string
	projects string
}

func newBench(ctx context.Context, mirror string, alone []string, pairs int) (*bench, error) {
	scratch, err := os.MkdirTemp("", "berth-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{ctx: ctx, pairs: pairs, alone: alone, mirror: mirror, scratch: scratch, handedBy: map[string]bool{}}
	for _, step := range []func() error{b.collect, b.serve, b.programs, b.copyProjects} {
		if err := step(); err != nil {
			b.close()
			return nil, err
		}
	}
	return b, nil
}

func (b *bench) close() {
	if b.server != nil {
		b.server.Close()
	}
	os.RemoveAll(b.scratch)
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

// collect makes the mirror and the projects where they are missing.
func (b *bench) collect() error {
	if _, err := os.Stat(filepath.Join(b.mirror, "index")); err == nil {
		return nil
	}
	if filepath.Base(b.mirror) != "mirror" {
		return fmt.Errorf("%s: expected a folder called mirror, as one is made there", b.mirror)
	}
	toolchain, err := stock.Toolchain()
	if err != nil {
		return err
	}
	out, err := filepath.Abs(filepath.Dir(b.mirror))
	if err != nil {
		return err
	}
	cargo := filepath.Join(toolchain, "bin", "cargo")
	return realcrates.Collector{Cargo: cargo, Out: out, Projects: realcrates.Projects(), Log: os.Stderr}.Run(b.ctx)
}

func (b *bench) serve() error {
	var err error
	b.server, err = registryserver.New(&cratekit.Tree{Dir: b.mirror}, registryserver.Options{Gzip: true})
	if err != nil {
		return err
	}
	return b.server.Start("127.0.0.1:0")
}

// The names of the toolchain for berth: the stock one itself, and one whose cargo tells that it was called.
const (
	plain   = "bench"
	watched = "watched"
)

// programs finds stock Cargo, builds berth, and gives it a home in which the stock toolchain is linked.
func (b *bench) programs() error {
	toolchain, err := stock.Toolchain()
	if err != nil {
		return err
	}
	version, err := exec.Command(filepath.Join(toolchain, "bin", "cargo"), "-V").Output()
	if err != nil {
		return err
	}
	b.version = strings.TrimSpace(string(version))
	bin, rustup := filepath.Join(b.scratch, "bin"), filepath.Join(b.scratch, "rustup")
	env := prepare.Environment("PATH=" + filepath.Join(toolchain, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"))
	b.theirs = side{filepath.Join(toolchain, "bin", "cargo"), env, filepath.Join(b.scratch, "theirs")}
	b.ours = side{filepath.Join(bin, "cargo"), append(env, "RUSTUP_HOME="+rustup, "RUSTUP_TOOLCHAIN="+plain), filepath.Join(b.scratch, "ours")}
	if err := errors.Join(prepare.Build(bin, "cargo"), os.MkdirAll(filepath.Join(rustup, "toolchains"), 0o755)); err != nil {
		return err
	}
	return errors.Join(os.Symlink(toolchain, filepath.Join(rustup, "toolchains", plain)),
		b.watch(toolchain, filepath.Join(rustup, "toolchains", watched)))
}

// watch makes a toolchain out of links whose cargo leaves a mark when it is called to do something.
func (b *bench) watch(toolchain, dir string) error {
	script := fmt.Sprintf("#!/bin/sh\ncase \"$1\" in -V|-vV|--version) ;; *) : > '%s' ;; esac\nexec '%s/bin/cargo' \"$@\"\n", b.mark(), toolchain)
	return errors.Join(os.MkdirAll(filepath.Join(dir, "bin"), 0o755), os.Symlink(filepath.Join(toolchain, "lib"), filepath.Join(dir, "lib")),
		os.Symlink(filepath.Join(toolchain, "bin", "rustc"), filepath.Join(dir, "bin", "rustc")),
		os.WriteFile(filepath.Join(dir, "bin", "cargo"), []byte(script), 0o755))
}

func (b *bench) mark() string { return filepath.Join(b.scratch, "handed-over") }

// copyProjects gives each side the projects, and a second copy of the first.
func (b *bench) copyProjects() error {
	all, err := filepath.Abs(filepath.Join(filepath.Dir(b.mirror), "projects"))
	if err != nil {
		return err
	}
	for _, s := range []side{b.ours, b.theirs} {
		for i, p := range realcrates.Projects() {
			if err := os.CopyFS(filepath.Join(s.projects, p.Name), os.DirFS(filepath.Join(all, p.String()))); err != nil {
				return err
			}
			if i == 0 {
				if err := os.CopyFS(filepath.Join(s.projects, again), os.DirFS(filepath.Join(all, p.String()))); err != nil {
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

// home makes an empty CARGO_HOME for which our registry stands in for the public one.
func (b *bench) home() (string, error) {
	b.homes++
	dir := filepath.Join(b.scratch, fmt.Sprintf("home%d", b.homes))
	return dir, errors.Join(os.Mkdir(dir, 0o755), os.WriteFile(filepath.Join(dir, "config.toml"), []byte(b.server.Replace()), 0o644))
}

// forget removes the homes: not between pairs, since for some minutes after the removal of a large tree ext4 makes files
// up to three times slower, whoever makes them.
func (b *bench) forget() {
	for ; b.homes > 0; b.homes-- {
		os.RemoveAll(filepath.Join(b.scratch, fmt.Sprintf("home%d", b.homes)))
	}
}

// command is a run of a side's cargo in one of its projects.
func (s side) command(home, project string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.program, args...)
	cmd.Dir = filepath.Join(s.projects, project)
	cmd.Env = append(slices.Clone(s.env), "HOME="+home, "CARGO_HOME="+home)
	return cmd
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
	home, err := b.home()
	if err != nil {
		return false, err
	}
	const small = "hyperfine"
	if err := prepare.Must(b.theirs.command(home, small, "fetch", "--locked")); err != nil {
		return false, err
	}
	cmd := b.ours.command(home, small, args...)
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
