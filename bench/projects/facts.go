package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// run runs cargo, whose failure is a fact like any other.
func (p *party) run(args ...string) (stdout, stderr string, code string, err error) {
	cmd := p.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = nil
	}
	return out.String(), errs.String(), fmt.Sprintf("exit %d", cmd.ProcessState.ExitCode()), err
}

func (p *party) command(args ...string) *exec.Cmd {
	cmd := p.Command(p.dir, args...)
	cmd.Env = append(cmd.Env, "CARGO_TARGET_DIR="+p.target)
	return cmd
}

// messages are a build's messages in JSON and what it said beside them.
func messages(args ...string) func(*party) ([]string, error) {
	return func(p *party) ([]string, error) {
		stdout, stderr, code, err := p.run(append(args, "--message-format", "json")...)
		facts := append(p.statusLines(stderr), code)
		for line := range strings.Lines(stdout) {
			facts = append(facts, p.message(line))
		}
		slices.Sort(facts)
		return facts, err
	}
}

// said is what a command says to people.
func said(args ...string) func(*party) ([]string, error) {
	return func(p *party) ([]string, error) {
		stdout, stderr, code, err := p.run(args...)
		facts := append(p.statusLines(stderr), code)
		for line := range strings.Lines(stdout) {
			facts = append(facts, "stdout: "+p.plain(strings.TrimRight(line, "\n")))
		}
		slices.Sort(facts)
		return facts, err
	}
}

// tests is which tests of which programs passed and failed. Both streams are read as one, for only so is a test known to
// be of the program that was named before.
func tests(args ...string) func(*party) ([]string, error) {
	return func(p *party) ([]string, error) {
		cmd := p.command(args...)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = nil
		}
		facts := []string{fmt.Sprintf("exit %d", cmd.ProcessState.ExitCode())}
		program := ""
		for line := range strings.Lines(string(out)) {
			line = strings.TrimSpace(line)
			switch {
			case strings.HasPrefix(line, "Running ") || strings.HasPrefix(line, "Doc-tests "):
				program = p.plain(line)
				if _, path, ok := strings.Cut(line, " ("); ok {
					p.tested = append(p.tested, filepath.Base(strings.TrimSuffix(path, ")")))
				}
				facts = append(facts, program)
			case strings.HasPrefix(line, "test ") || strings.HasPrefix(line, "error: "):
				facts = append(facts, program+": "+p.plain(line))
			}
		}
		slices.Sort(facts)
		return facts, err
	}
}

// files is what people and scripts look for in target/: all but where stock and berth keep their own, and of deps/ the
// test programs with their lists.
func files(profile string) func(*party) ([]string, error) {
	return func(p *party) ([]string, error) {
		var facts []string
		root := filepath.Join(p.target, profile)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, _ := filepath.Rel(root, path)
			top, _, _ := strings.Cut(filepath.ToSlash(name), "/")
			switch {
			case d.IsDir() && (slices.Contains([]string{".fingerprint", "build", "incremental"}, name) || strings.HasPrefix(name, "checkout-")):
				return fs.SkipDir
			case d.IsDir() || name == ".cargo-lock":
				return nil
			case top == "deps" && !p.isTested(d.Name()), top == "examples" && p.isSecondName(path):
				return nil
			}
			fact := p.plain(filepath.ToSlash(name))
			if top != "deps" && strings.HasSuffix(name, ".d") {
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				fact += ": " + p.plain(strings.TrimSpace(string(text)))
			}
			facts = append(facts, fact)
			return nil
		})
		slices.Sort(facts)
		return facts, err
	}
}

// isTested says whether a file of deps/ is a test program that was run, or its list. Other programs there are second names of
// those that are put one level higher, now or by a command before, and stock's own affair.
func (p *party) isTested(name string) bool {
	return slices.Contains(p.tested, strings.TrimSuffix(name, ".d"))
}

// isSecondName tells of an example under its name with a hash, which stock keeps beside the plain one.
func (p *party) isSecondName(path string) bool {
	plain := filepath.Join(filepath.Dir(path), p.crate(path))
	if plain == path {
		return false
	}
	a, err := os.Stat(path)
	if err != nil {
		return false
	}
	b, err := os.Stat(plain)
	return err == nil && os.SameFile(a, b)
}

// crate is a file's name without the hash.
func (p *party) crate(path string) string {
	name := filepath.Base(path)
	if i := strings.LastIndexByte(name, '-'); i > 0 {
		return name[:i]
	}
	return name
}

// programs is what the programs of a project do.
func programs(profile string) func(*party) ([]string, error) {
	return func(p *party) ([]string, error) {
		var facts []string
		for name, lines := range uses() {
			path := filepath.Join(p.target, profile, name)
			if _, err := os.Stat(path); err != nil {
				continue
			}
			for _, args := range append(lines, []string{"--version"}, []string{"-V"}, []string{"--help"}, []string{"-h"}, []string{"--no-such-flag"}) {
				cmd := exec.Command(path, args...)
				cmd.Dir = p.dir
				cmd.Env = append(os.Environ(), "HOME="+p.Home, "TERM=dumb", "NO_COLOR=1")
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				if err != nil && !errors.As(err, &exit) {
					return nil, err
				}
				of := name + " " + strings.Join(args, " ") + ": "
				facts = append(facts, of+fmt.Sprintf("exit %d", cmd.ProcessState.ExitCode()))
				for line := range strings.Lines(string(out)) {
					facts = append(facts, of+p.plain(strings.TrimRight(line, "\n")))
				}
			}
		}
		slices.Sort(facts)
		return facts, nil
	}
}
