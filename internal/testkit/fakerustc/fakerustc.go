// Package fakerustc is a compiler that compiles nothing: it writes down how it was called, and makes empty files where a
// compiler would make full ones. What it makes of a build script is itself, and so it also writes down how scripts are
// run, and says what they shall say. A test's own program takes the part: it calls Main first of all.
//
// What it is asked about targets and versions goes to a real compiler.
package fakerustc

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// The variables that steer it; programs that it is started by hand them on.
const (
	recordVar = "FAKERUSTC_RECORD" // the directory of the record
	realVar   = "FAKERUSTC_REAL"
	// SaidFile, in the directory of a package, is what its build script says; $OUT_DIR in it stands for the value.
	SaidFile = "script.said"
)

// Call is one call of a compiler, or of a build script.
type Call struct {
	Program string // rustc, rustdoc or script
	Args    []string
	Dir     string
	Env     []string
}

// Place is where the fake is, and what it writes down.
type Place struct {
	Rustc, Rustdoc string
	record         string
	real           string
}

// Make makes the programs in a directory, of the program that runs.
func Make(dir, real string) (*Place, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &Place{filepath.Join(dir, "rustc"), filepath.Join(dir, "rustdoc"), filepath.Join(dir, "record"), real}
	for _, path := range []string{p.Rustc, p.Rustdoc} {
		if err := os.Symlink(self, path); err != nil {
			return nil, err
		}
	}
	return p, os.MkdirAll(p.record, 0o755)
}

// Env is what makes cargo use it.
func (p *Place) Env() []string {
	return []string{"RUSTC=" + p.Rustc, "RUSTDOC=" + p.Rustdoc, recordVar + "=" + p.record, realVar + "=" + p.real}
}

// Calls takes what was written down since it was last asked, in the order of time.
func (p *Place) Calls() ([]Call, error) {
	files, err := filepath.Glob(filepath.Join(p.record, "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var calls []Call
	for _, file := range files {
		data, err := os.ReadFile(file)
		var c Call
		if err == nil {
			err = json.Unmarshal(data, &c)
		}
		if err == nil {
			err = os.Remove(file)
		}
		if err != nil {
			return nil, err
		}
		calls = append(calls, c)
	}
	return calls, nil
}

// Main takes the part of a compiler where the program was started as one.
func Main() {
	record, name := os.Getenv(recordVar), filepath.Base(os.Args[0])
	if record == "" || strings.HasSuffix(strings.TrimSuffix(name, ".exe"), ".test") {
		return
	}
	if err := run(record, name); err != nil {
		fmt.Fprintln(os.Stderr, "fakerustc:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(record, name string) error {
	args := os.Args[1:]
	switch {
	case strings.HasPrefix(name, "build-script") || strings.HasPrefix(name, "build_script"):
		if err := write(record, "script"); err != nil {
			return err
		}
		return say()
	case name != "rustc" && name != "rustdoc":
		return nil // a test, or a program of the user
	case name == "rustc" && isQuestion(args):
		real := os.Getenv(realVar)
		return syscall.Exec(real, append([]string{real}, args...), os.Environ())
	}
	if err := write(record, name); err != nil || name == "rustdoc" {
		return err
	}
	return compile(args)
}

func isQuestion(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool { return arg == "-vV" || strings.HasPrefix(arg, "--print") })
}

func write(record, program string) error {
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	data, err := json.Marshal(Call{program, os.Args[1:], dir, os.Environ()})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(record, fmt.Sprintf("%020d-%d.json", time.Now().UnixNano(), os.Getpid())), data, 0o644)
}

func say() error {
	said, err := os.ReadFile(filepath.Join(os.Getenv("CARGO_MANIFEST_DIR"), SaidFile))
	if err == nil {
		fmt.Print(strings.ReplaceAll(string(said), "$OUT_DIR", os.Getenv("OUT_DIR")))
	}
	return nil
}
