// Package soak lets many processes do anything to one home, kills them at any
// moment, and looks on from outside.
//
// Workers draw operations from a seeded source: installs, updates, components,
// targets, rollbacks, uninstalls, overrides, tools that run; of stock rustup only
// what reads. A third of the processes is killed after a random time. Meanwhile
// releases are published and taken back, and witnesses look at every toolchain.
//
// What must hold: a process that is not killed succeeds, or says one of the
// things that are true when somebody else has just uninstalled what it wanted; no
// witness ever sees a torn toolchain; stock rustup can always list. At the end
// every operation succeeds once more without kills, nothing is left over, and
// after uninstalling all of it a sweep leaves an empty store.
//
// The seed fixes what each worker does and when it is killed, not how the system
// interleaves them: the same seed is the same load, and mostly the same failure.
package soak

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"berth/internal/dist"
	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
)

// Config says how long and how hard.
type Config struct {
	For   time.Duration
	Seed  uint64
	Procs int    // workers, each with one process at a time
	Dir   string // an empty directory for program, server and homes
	Stock string // path of the stock rustup; empty for none
}

// Report is what was done.
type Report struct {
	Runs, Kills, Refused, Looks, Toolchains, Published int64
}

func (r Report) String() string {
	return fmt.Sprintf("%d processes, %d of them killed, %d refused with a true reason; %d releases published; witnesses looked %d times at %d toolchains",
		r.Runs, r.Kills, r.Refused, r.Published, r.Looks, r.Toolchains)
}

// soak is one run.
type soak struct {
	Config
	prog     *program.Program
	homes    program.Homes
	server   *distserver.Server
	releases *witness.Releases

	runs, kills, refused, looks, toolchains, published atomic.Int64
	failed                                             context.CancelCauseFunc
}

// Run soaks until the time is over or something breaks.
func Run(ctx context.Context, c Config) (Report, error) {
	s := &soak{Config: c}
	if err := s.prepare(ctx); err != nil {
		return Report{}, err
	}
	defer s.server.Close()
	err := s.storm(ctx)
	if err == nil {
		err = s.calm(ctx)
	}
	return Report{s.runs.Load(), s.kills.Load(), s.refused.Load(), s.looks.Load(), s.toolchains.Load(), s.published.Load()}, err
}

const (
	firstDate  = "2026-04-16"
	secondDate = "2026-05-28"
	ballast    = 1 << 20
)

func (s *soak) prepare(ctx context.Context) error {
	bin := filepath.Join(s.Dir, "bin")
	root := filepath.Join(s.Dir, "tree")
	home := filepath.Join(s.Dir, "home")
	for _, dir := range []string{bin, home} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	var err error
	if s.prog, err = program.Build(ctx, bin); err != nil {
		return err
	}
	tree, err := disttree.Open(root, dist.DefaultRoot())
	if err != nil {
		return err
	}
	set := disttree.TinySet(disttree.Tiny{Ballast: ballast})
	if _, err := tree.PublishAll(set...); err != nil {
		return err
	}
	s.releases = witness.Of(set...)
	if s.server, err = distserver.New(root); err != nil {
		return err
	}
	if err := s.server.Start("127.0.0.1:0"); err != nil {
		return err
	}
	s.server.Point("stable", firstDate)
	s.homes = program.Homes{Dir: home, Server: s.server.URL()}
	return s.directories()
}

// storm runs the workers and the witnesses.
func (s *soak) storm(ctx context.Context) error {
	ctx, s.failed = context.WithCancelCause(ctx)
	defer s.failed(nil)
	until, stop := context.WithTimeout(ctx, s.For)
	defer stop()
	var group sync.WaitGroup
	for n := range s.Procs {
		group.Go(func() { s.work(until, rand.New(rand.NewPCG(s.Seed, uint64(n)))) })
	}
	group.Go(func() { s.watch(until) })
	group.Go(func() { s.publish(until, rand.New(rand.NewPCG(s.Seed, 1<<32))) })
	if s.Stock != "" {
		group.Go(func() { s.listWithStock(until) })
	}
	group.Wait()
	return context.Cause(ctx)
}

// fail ends the storm with the first thing that is wrong.
func (s *soak) fail(err error) {
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		s.failed(err)
	}
}

func (s *soak) watch(ctx context.Context) {
	for ctx.Err() == nil {
		seen, err := s.releases.Look(s.homes.Rustup())
		s.fail(err)
		s.looks.Add(1)
		s.toolchains.Add(int64(len(seen)))
	}
}

// publish moves stable to the other date and back.
func (s *soak) publish(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil {
		s.server.Point("stable", []string{firstDate, secondDate}[r.IntN(2)])
		s.published.Add(1)
		wait(ctx, time.Duration(200+r.IntN(800))*time.Millisecond)
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// stocksOwnRace is what stock's list says when a toolchain is uninstalled, by
// whomever, between its reading of the directory and of the entry.
const stocksOwnRace = "Failed to list toolchains' directories"

// listWithStock keeps stock from installing the default toolchain when a list
// finds it missing: it would go on into the tree of whoever installs it meanwhile.
func (s *soak) listWithStock(ctx context.Context) {
	for ctx.Err() == nil {
		cmd := s.prog.Command(ctx, s.homes, []string{"RUSTUP_AUTO_INSTALL=0"}, "rustup", "toolchain", "list")
		cmd.Path = s.Stock
		result, err := program.Run(cmd)
		if ctx.Err() != nil {
			return
		}
		s.fail(err)
		if result.Code != 0 && !strings.Contains(result.Output, stocksOwnRace) {
			s.fail(fmt.Errorf("stock %v", result))
		}
		wait(ctx, 500*time.Millisecond)
	}
}
