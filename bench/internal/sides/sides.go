// Package sides has the two programs that are measured side by side, the stock Cargo of the installed toolchain and a
// berth that is built for it, with a registry of real crates that both ask and homes in which nothing of the user's is.
package sides

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"berth/bench/internal/prepare"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/realcrates"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// Bench is a registry, the two programs, and a place for homes.
type Bench struct {
	Options
	Server    *registryserver.Server
	Scratch   string
	Version   string // of the stock Cargo
	Toolchain string // the directory of the stock toolchain
	Rustup    string // berth's RUSTUP_HOME
	Both             // without homes
	homes     int
}

// start makes what all measurements need.
func start(ctx context.Context, options Options) (*Bench, error) {
	scratch, err := os.MkdirTemp("", "berth-bench-")
	if err != nil {
		return nil, err
	}
	b := &Bench{Options: options, Scratch: scratch}
	for _, step := range []func() error{func() error { return b.collect(ctx) }, b.serve, b.programs} {
		if err := step(); err != nil {
			b.close()
			return nil, err
		}
	}
	return b, nil
}

// close takes everything away.
func (b *Bench) close() {
	if b.Server != nil {
		b.Server.Close()
	}
	os.RemoveAll(b.Scratch)
}

// Copy copies a real project into a directory.
func (b *Bench) Copy(project, dir string) error {
	for _, p := range realcrates.Projects() {
		if p.Name == project {
			return os.CopyFS(dir, os.DirFS(filepath.Join(filepath.Dir(b.Mirror), "projects", p.String())))
		}
	}
	return fmt.Errorf("no project is called %q", project)
}

// collect makes the mirror and the projects where they are missing.
func (b *Bench) collect(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(b.Mirror, "index")); err == nil {
		return nil
	}
	if filepath.Base(b.Mirror) != "mirror" {
		return fmt.Errorf("%s: expected a folder called mirror, as one is made there", b.Mirror)
	}
	toolchain, err := stock.Toolchain()
	if err != nil {
		return err
	}
	out, err := filepath.Abs(filepath.Dir(b.Mirror))
	if err != nil {
		return err
	}
	cargo := filepath.Join(toolchain, "bin", "cargo")
	return realcrates.Collector{Cargo: cargo, Out: out, Projects: realcrates.Projects(), Log: os.Stderr}.Run(ctx)
}

func (b *Bench) serve() error {
	var err error
	b.Server, err = registryserver.New(&cratekit.Tree{Dir: b.Mirror}, registryserver.Options{Gzip: true})
	if err != nil {
		return err
	}
	return b.Server.Start("127.0.0.1:0")
}

// linked is the name of the stock toolchain for berth.
const linked = "bench"

// programs finds stock Cargo, builds berth, and gives it a home in which the stock toolchain is linked.
func (b *Bench) programs() error {
	var err error
	if b.Toolchain, err = stock.Toolchain(); err != nil {
		return err
	}
	version, err := exec.Command(filepath.Join(b.Toolchain, "bin", "cargo"), "-V").Output()
	if err != nil {
		return err
	}
	b.Version = strings.TrimSpace(string(version))
	bin := filepath.Join(b.Scratch, "bin")
	b.Rustup = filepath.Join(b.Scratch, "rustup")
	env := prepare.Environment("PATH="+filepath.Join(b.Toolchain, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"RUST_MIN_STACK=67108864") // a chain of 500 crates overflows the compiler's usual stack, whoever calls it
	b.Theirs = Side{Program: filepath.Join(b.Toolchain, "bin", "cargo"), Env: env, Dir: filepath.Join(b.Scratch, "theirs")}
	b.Ours = Side{Program: filepath.Join(bin, "cargo"), Env: append(env, "RUSTUP_HOME="+b.Rustup, "RUSTUP_TOOLCHAIN="+linked), Dir: filepath.Join(b.Scratch, "ours")}
	if err := errors.Join(prepare.Build(bin, "cargo"), os.MkdirAll(filepath.Join(b.Rustup, "toolchains"), 0o755)); err != nil {
		return err
	}
	return os.Symlink(b.Toolchain, filepath.Join(b.Rustup, "toolchains", linked))
}

// Housed gives a side an empty CARGO_HOME for which our registry stands in for the public one.
func (b *Bench) Housed(s Side) (Side, error) {
	b.homes++
	s.Home = filepath.Join(b.Scratch, fmt.Sprintf("home%d", b.homes))
	return s, errors.Join(os.Mkdir(s.Home, 0o755), os.WriteFile(filepath.Join(s.Home, "config.toml"), []byte(b.Server.Replace()), 0o644))
}

// BothHoused gives each side a home.
func (b *Bench) BothHoused() (Both, error) {
	ours, err1 := b.Housed(b.Ours)
	theirs, err2 := b.Housed(b.Theirs)
	return Both{ours, theirs}, errors.Join(err1, err2)
}

// Forget removes the homes: not between pairs, since for some minutes after the removal of a large tree ext4 makes files
// up to three times slower, whoever makes them.
func (b *Bench) Forget() {
	for ; b.homes > 0; b.homes-- {
		os.RemoveAll(filepath.Join(b.Scratch, fmt.Sprintf("home%d", b.homes)))
	}
}
