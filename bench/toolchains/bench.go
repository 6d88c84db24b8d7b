package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/internal/dist"
	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/stock"
)

// bench is a server, the two programs, and a place for homes.
type bench struct {
	*report.Flags
	dist    string             // root of the real archives
	server  *distserver.Server // serves it
	tiny    *distserver.Server
	scratch string
	berth   string // a directory with links to berth: rustup, rustc, …
	stock   string // stock rustup's binary
	homes   int
}

// secondDate is a second revision of stable, with another cargo and rustfmt.
const secondDate = "2026-05-28"

func newBench(distDir string, flags *report.Flags) (*bench, error) {
	scratch, err := os.MkdirTemp("", "berth-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{Flags: flags, scratch: scratch}
	err = errors.Join(b.build(), b.findStock(), b.serveReal(distDir), b.serveTiny())
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) close() {
	for _, s := range []*distserver.Server{b.server, b.tiny} {
		if s != nil {
			s.Close()
		}
	}
	os.RemoveAll(b.scratch)
}

// build compiles berth and links it under the names of the tools.
func (b *bench) build() error {
	b.berth = filepath.Join(b.scratch, "bin")
	return prepare.Build(b.berth, "rustup", "rustc", "cargo")
}

func (b *bench) findStock() error {
	dir := filepath.Join(b.scratch, "stock")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var err error
	b.stock, err = stock.Copy(dir)
	return err
}

func (b *bench) serveReal(dir string) error {
	tree, err := disttree.Open(dir, dist.DefaultRoot())
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "dist", secondDate, "channel-rust-stable.toml")); err != nil {
		if err := rebuild(tree); err != nil {
			return err
		}
	}
	b.dist = dir
	b.server, err = serve(dir)
	return err
}

// firstDate is the date of the release that was rebuilt.
func (b *bench) firstDate() (string, error) {
	dates, err := filepath.Glob(filepath.Join(b.dist, "dist", "20*"))
	if err != nil || len(dates) == 0 {
		return "", fmt.Errorf("%s: expected folders named by dates (%v)", b.dist, err)
	}
	return filepath.Base(dates[0]), nil
}

func rebuild(tree *disttree.Tree) error {
	installed, err := stock.Installed()
	if err != nil || len(installed) == 0 {
		return errors.Join(errors.New("no installed toolchain to rebuild a dist server from"), err)
	}
	source := installed[0]
	for _, dir := range installed {
		if strings.HasPrefix(filepath.Base(dir), "stable-") {
			source = dir
		}
	}
	say := func(message string) { fmt.Fprintln(os.Stderr, message) }
	_, err = tree.Rebuild(context.Background(), disttree.Rebuild{
		Toolchain: source, Format: disttree.XZ, Channels: []string{"stable", "1.95.0"}, Progress: say,
	})
	if err != nil {
		return err
	}
	_, err = tree.Rebuild(context.Background(), disttree.Rebuild{
		Toolchain: source, Format: disttree.XZ, Channels: []string{"stable"}, Date: secondDate,
		Change: []string{"cargo", "rustfmt-preview"}, DatedOnly: true, Progress: say,
	})
	return err
}

func (b *bench) serveTiny() error {
	dir := filepath.Join(b.scratch, "tiny")
	tree, err := disttree.Open(dir, dist.DefaultRoot())
	if err != nil {
		return err
	}
	tiny := disttree.Tiny{Channels: []string{"stable", "1.95.0"}}
	if _, err := tree.Publish(tiny.Toolchain()); err != nil {
		return err
	}
	b.tiny, err = serve(dir)
	return err
}

func serve(dir string) (*distserver.Server, error) {
	s, err := distserver.New(dir)
	if err != nil {
		return nil, err
	}
	return s, s.Start("127.0.0.1:0")
}

// home makes a new pair of homes.
func (b *bench) home() string {
	b.homes++
	return filepath.Join(b.scratch, fmt.Sprintf("home%d", b.homes))
}

// environment is that of both programs, with nothing of the user's in it.
func environment(home string, server *distserver.Server) []string {
	return prepare.Environment("HOME="+home, "RUSTUP_HOME="+filepath.Join(home, "rustup"), "CARGO_HOME="+filepath.Join(home, "cargo"),
		"RUSTUP_DIST_SERVER="+server.URL(), "RUSTUP_UPDATE_ROOT="+server.UpdateRoot(), "RUSTUP_INIT_SKIP_PATH_CHECK=yes")
}

func (b *bench) ours(home string, server *distserver.Server, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(b.berth, "rustup"), args...)
	cmd.Env = environment(home, server)
	return cmd
}

func (b *bench) theirs(home string, server *distserver.Server, args ...string) *exec.Cmd {
	cmd := exec.Command(b.stock, args...)
	cmd.Env = environment(home, server)
	return cmd
}
