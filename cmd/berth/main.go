// Command berth is the Rust toolchain manager that any number of processes may
// run at once. By which name it is called decides what it is: berth, rustup, or
// one of the tools that it stands in for (rustc, cargo and their kin).
//
// This package alone ends the process, and by the signal that interrupted it, so
// that the shell above knows.
//
// Build it with CGO_ENABLED=0: the C library that package net would bring along is
// not used, and to load it costs each call of a tool a millisecond of its two.
package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/app"
	"berth/internal/cli"
	"berth/internal/cli/cargo"
	"berth/internal/cli/rustup"
	"berth/internal/proxy"
)

func main() { os.Exit(run()) }

func run() int {
	ctx := context.Background()
	name := programName()
	a, err := app.New(app.Config{Program: name, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
	if err != nil {
		return a.Exit(ctx, err)
	}
	code := dispatch(ctx, a, name, os.Args[min(1, len(os.Args)):])
	a.UI.Close()
	if s := a.Interrupted(); s != nil && code != 0 {
		return dieBy(a, s)
	}
	return code
}

// dispatch looks for the proxies first: they are what is called most, and nothing
// that they do not need is made before.
func dispatch(ctx context.Context, a *app.App, name string, args []string) int {
	if name == "cargo" {
		return cargo.Run(ctx, a, args)
	}
	if proxy.IsTool(name) {
		return proxy.Main(ctx, a, name, args)
	}
	ctx = a.Interruptible(ctx)
	switch {
	case name == "rustup":
		return rustup.Run(ctx, a, args)
	case name == "berth" || isBuild(name):
		return cli.Run(ctx, a, args)
	case strings.HasPrefix(name, "rustup-init") || strings.HasPrefix(name, "rustup-setup"):
		return a.Exit(ctx, &installerError{name})
	default:
		return a.Exit(ctx, &proxy.UnknownNameError{Name: name})
	}
}

// programName is the name that the program was called by.
func programName() string {
	if len(os.Args) == 0 {
		return "berth"
	}
	base := filepath.Base(os.Args[0])
	if ext := filepath.Ext(base); strings.EqualFold(ext, ".exe") {
		return strings.TrimSuffix(base, ext)
	}
	return base
}

// isBuild recognises a berth that was named for its version or system.
func isBuild(name string) bool { return strings.HasPrefix(name, "berth-") }

// installerError says that this is not rustup's installer.
type installerError struct{ name string }

func (e *installerError) Error() string {
	return "'" + e.name + "' is rustup's installer, and this is berth, which has none"
}

func (e *installerError) Hint() string {
	return "run `berth setup` to put rustup, cargo and the other names in place, then `rustup default stable`"
}
