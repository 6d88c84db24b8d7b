package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"berth/bench/internal/measure"
	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/internal/testkit/distserver"
)

func (b *bench) measurements() []report.Measurement {
	return []report.Measurement{
		{Name: "minimal", Measure: b.minimal},
		{Name: "default", Measure: b.full},
		{Name: "tiny", Measure: b.tinyInstall},
		{Name: "eight", Measure: b.eight},
		{Name: "second", Measure: b.second},
		{Name: "noop", Measure: b.noop},
		{Name: "proxy", Measure: b.proxy},
		{Name: "update", Measure: b.update},
	}
}

// install measures one install into a fresh home. Homes are removed when all is
// done: for some minutes after the removal of a large tree ext4 makes files up to
// three times slower, whoever makes them.
func (b *bench) install(program func(string, *distserver.Server, ...string) *exec.Cmd, server *distserver.Server, args ...string) func() measure.Sample {
	return func() measure.Sample {
		home := b.home()
		args := append([]string{"toolchain", "install", "--no-self-update"}, args...)
		return measure.Run(program(home, server, args...))
	}
}

func (b *bench) compare(what string, n int, server *distserver.Server, args ...string) ([]measure.Pair, error) {
	pairs, err := measure.Pairs(n, b.install(b.ours, server, args...), b.install(b.theirs, server, args...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return pairs, nil
}

func (b *bench) minimal() ([]report.Row, error) {
	const what = "install, minimal profile, real archives"
	pairs, err := b.compare(what, b.Pairs, b.server, "stable", "--profile", "minimal")
	if err != nil {
		return nil, err
	}
	return []report.Row{report.Wall(what, pairs, "0.65"), report.Memory(what, pairs, "0.6"), report.CPU(what, pairs, "")}, nil
}

func (b *bench) full() ([]report.Row, error) {
	const what = "install, default profile"
	pairs, err := b.compare(what, b.Few(), b.server, "stable", "--profile", "default")
	if err != nil {
		return nil, err
	}
	tar, err := b.againstTar()
	if err != nil {
		return nil, err
	}
	return []report.Row{report.Wall(what, pairs, "0.5"), report.CPU(what, pairs, ""), tar}, nil
}

// againstTar holds an install against unpacking the plain archives of the same
// components with tar, one after another.
func (b *bench) againstTar() (report.Row, error) {
	plain, err := b.plainArchives()
	if err != nil {
		return report.Row{}, err
	}
	untar := func() measure.Sample {
		dir := b.home()
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return measure.Sample{Err: err}
		}
		var all measure.Sample
		for _, archive := range plain {
			s := measure.Run(exec.Command("tar", "-xf", archive, "-C", dir))
			all.Wall, all.CPU = all.Wall+s.Wall, all.CPU+s.CPU
			if s.Err != nil {
				return s
			}
		}
		return all
	}
	pairs, err := measure.Pairs(b.Few(), b.install(b.ours, b.server, "stable", "--profile", "default"), untar)
	if err != nil {
		return report.Row{}, err
	}
	r := report.Wall("the same against `tar -xf` of the plain archives", pairs, "1.25")
	r.Stock += " (tar)"
	return r, nil
}

// plainArchives decompresses the archives of the default profile.
func (b *bench) plainArchives() ([]string, error) {
	archives, err := filepath.Glob(filepath.Join(b.dist, "dist", "20*", "*.tar.xz"))
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(b.scratch, "plain")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var plain []string
	for _, a := range archives {
		if filepath.Base(filepath.Dir(a)) == secondDate {
			continue
		}
		to := filepath.Join(dir, filepath.Base(a)+".tar")
		if err := exec.Command("sh", "-c", `xz -dc "$1" > "$2"`, "sh", a, to).Run(); err != nil {
			return nil, fmt.Errorf("xz -dc %s: %w", a, err)
		}
		plain = append(plain, to)
	}
	return plain, nil
}

func (b *bench) tinyInstall() ([]report.Row, error) {
	const what = "install of a tiny toolchain"
	pairs, err := b.compare(what, b.Pairs, b.tiny, "stable")
	if err != nil {
		return nil, err
	}
	return []report.Row{report.Wall(what, pairs, "0.1")}, nil
}

// eight runs eight installs of one channel in one home at once, and holds the
// whole against one berth install; stock's are counted only.
func (b *bench) eight() ([]report.Row, error) {
	atOnce := func(program func(string, *distserver.Server, ...string) *exec.Cmd) measure.Sample {
		home := b.home()
		var cmds []*exec.Cmd
		for range 8 {
			cmds = append(cmds, program(home, b.server, "toolchain", "install", "--no-self-update", "stable", "--profile", "minimal"))
		}
		return measure.AtOnce(cmds)
	}
	one := b.install(b.ours, b.server, "stable", "--profile", "minimal")
	pairs, err := measure.Pairs(b.Few(), func() measure.Sample { return atOnce(b.ours) }, one)
	if err != nil {
		return nil, err
	}
	return []report.Row{{
		What:   "8 installs of one channel at once, wall s (beside: one berth install)",
		Stock:  fmt.Sprintf("%d of 8 fail", atOnce(b.theirs).Failed),
		Berth:  measure.Median(pairs, measure.Ours, measure.Wall).String() + ", none fails",
		Ratio:  measure.Ratio(pairs, measure.Wall).String() + " of one",
		Target: "1.15 of one",
	}}, nil
}

// second installs 1.95.0 where stable has the same components.
func (b *bench) second() ([]report.Row, error) {
	again := func(program func(string, *distserver.Server, ...string) *exec.Cmd) func() measure.Sample {
		return func() measure.Sample {
			home := b.home()
			args := []string{"toolchain", "install", "--no-self-update", "--profile", "minimal"}
			if err := prepare.Must(program(home, b.server, append(args, "stable")...)); err != nil {
				return measure.Sample{Err: err}
			}
			return measure.Run(program(home, b.server, append(args, "1.95.0")...))
		}
	}
	pairs, err := measure.Pairs(b.Few(), again(b.ours), again(b.theirs))
	if err != nil {
		return nil, err
	}
	return []report.Row{report.Wall("a second name for components that are there", pairs, "0.05")}, nil
}
