package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"berth/bench/internal/measure"
	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/internal/testkit/distserver"
)

// times is how often a short command makes a sample: one run is below what the
// system's clock for CPU time can tell.
const times = 20

// noop compares what people run all day long on a home where nothing changes.
func (b *bench) noop() ([]report.Row, error) {
	ours, theirs := b.home(), b.home()
	for home, program := range map[string]func(string, *distserver.Server, ...string) *exec.Cmd{ours: b.ours, theirs: b.theirs} {
		if err := prepare.Must(program(home, b.server, "toolchain", "install", "--no-self-update", "stable", "--profile", "minimal")); err != nil {
			return nil, err
		}
	}
	var rows []report.Row
	for _, c := range []struct {
		what, target string
		args         []string
	}{
		{"no-op update", "0.5", []string{"update", "--no-self-update", "stable"}},
		{"toolchain list", "0.7", []string{"toolchain", "list"}},
		{"check", "0.5", []string{"check", "--no-self-update"}},
	} {
		pairs, err := measure.Pairs(b.Pairs,
			func() measure.Sample {
				return measure.Repeat(times, func() measure.Sample { return measure.Run(b.ours(ours, b.server, c.args...)) })
			},
			func() measure.Sample {
				return measure.Repeat(times, func() measure.Sample { return measure.Run(b.theirs(theirs, b.server, c.args...)) })
			})
		if err != nil {
			return nil, err
		}
		rows = append(rows, report.CPU(c.what, pairs, c.target))
	}
	return rows, nil
}

// proxy measures what a proxy costs on top of the tool: the tool is a program
// that does nothing, run directly and through either proxy.
func (b *bench) proxy() ([]report.Row, error) {
	ours, theirs := b.home(), b.home()
	tool := filepath.Join(b.scratch, "tool", "bin")
	if err := os.MkdirAll(tool, 0o755); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(filepath.Dir(tool), "lib"), 0o755); err != nil {
		return nil, err
	}
	nothing, err := exec.LookPath("true")
	if err != nil {
		return nil, err
	}
	if err := exec.Command("cp", nothing, filepath.Join(tool, "rustc")).Run(); err != nil {
		return nil, err
	}
	for home, program := range map[string]func(string, *distserver.Server, ...string) *exec.Cmd{ours: b.ours, theirs: b.theirs} {
		for _, args := range [][]string{{"toolchain", "link", "nothing", filepath.Dir(tool)}, {"default", "nothing"}} {
			if err := prepare.Must(program(home, b.tiny, args...)); err != nil {
				return nil, err
			}
		}
	}
	link := filepath.Join(b.scratch, "stock", "rustc")
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		return nil, err
	}
	if err := os.Symlink(b.stock, link); err != nil {
		return nil, err
	}
	run := func(path, home string) func() measure.Sample {
		return func() measure.Sample {
			return measure.Repeat(10*times, func() measure.Sample {
				cmd := exec.Command(path)
				cmd.Env = environment(home, b.tiny)
				return measure.Run(cmd)
			})
		}
	}
	bare := run(filepath.Join(tool, "rustc"), ours)()
	onTop := func(f func() measure.Sample) func() measure.Sample {
		return func() measure.Sample {
			s := f()
			s.CPU -= bare.CPU
			return s
		}
	}
	pairs, err := measure.Pairs(b.Pairs, onTop(run(filepath.Join(b.berth, "rustc"), ours)), onTop(run(link, theirs)))
	if err != nil {
		return nil, err
	}
	return []report.Row{report.CPU("proxy, on top of the tool", pairs, "0.5")}, nil
}

// update counts how often rustc is not to be had while an update runs, asked in
// a loop, and for how long altogether.
func (b *bench) update() ([]report.Row, error) {
	first, err := b.firstDate()
	if err != nil {
		return nil, err
	}
	gone := func(program func(string, *distserver.Server, ...string) *exec.Cmd) (time.Duration, error) {
		home := b.home()
		defer os.RemoveAll(home)
		b.server.Point("stable", first)
		if err := prepare.Must(program(home, b.server, "toolchain", "install", "--no-self-update", "stable", "--profile", "minimal")); err != nil {
			return 0, err
		}
		b.server.Point("stable", secondDate)
		defer b.server.Point("stable", first)
		rustc, err := filepath.Glob(filepath.Join(home, "rustup", "toolchains", "stable-*", "bin", "rustc"))
		if err != nil || len(rustc) != 1 {
			return 0, fmt.Errorf("expected one rustc, got %v (%v)", rustc, err)
		}
		var away atomic.Int64
		ctx, stop := context.WithCancel(context.Background())
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			for ctx.Err() == nil {
				start := time.Now()
				if exec.Command(rustc[0], "--version").Run() != nil {
					away.Add(int64(time.Since(start)))
				}
			}
		}()
		err = prepare.Must(program(home, b.server, "update", "--no-self-update", "stable"))
		stop()
		<-asked
		return time.Duration(away.Load()), err
	}
	ours, err := gone(b.ours)
	if err != nil {
		return nil, err
	}
	theirs, err := gone(b.theirs)
	if err != nil {
		return nil, err
	}
	return []report.Row{{
		What:   "time without a working rustc during an update, s",
		Stock:  fmt.Sprintf("%.2f", theirs.Seconds()),
		Berth:  fmt.Sprintf("%.2f", ours.Seconds()),
		Ratio:  "",
		Target: "0",
	}}, nil
}
