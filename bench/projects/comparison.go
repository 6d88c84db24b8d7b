package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/bench/internal/sides"
)

// comparison is the two programs and what stock made before.
type comparison struct {
	*sides.Bench
	kept string
}

// compare says how many lines differ.
func compare(b *sides.Bench, kept string, names []string) (different int, err error) {
	c := &comparison{Bench: b, kept: kept}
	for _, project := range b.Projects {
		n, err := c.project(project, names)
		different += n
		if err != nil {
			return different, fmt.Errorf("%s: %w", project, err)
		}
	}
	return different, nil
}

// project does the steps in one copy of a project with two build directories, which are removed at its end. The homes are
// its own: with units of another project in them there would be less to do than stock has.
func (c *comparison) project(project string, names []string) (different int, err error) {
	both, err := c.BothHoused()
	if err != nil {
		return 0, err
	}
	defer c.Forget()
	dir := filepath.Join(c.Scratch, project)
	ours := &party{Side: both.Ours, dir: dir, scratch: c.Scratch, target: filepath.Join(c.Scratch, "target-ours")}
	theirs := &party{Side: both.Theirs, dir: dir, scratch: c.Scratch, target: filepath.Join(c.Scratch, "target-theirs")}
	defer func() {
		err = errors.Join(err, os.RemoveAll(ours.target), os.RemoveAll(theirs.target), os.RemoveAll(dir))
	}()
	if err := errors.Join(c.Copy(project, dir), repository(dir)); err != nil {
		return 0, err
	}
	for _, s := range stepsOf(project) {
		if !slices.Contains(names, s.group) {
			continue
		}
		n, err := c.step(project, s, ours, theirs)
		if err != nil {
			return different, fmt.Errorf("%s: %w", s.name, err)
		}
		different += n
	}
	return different, nil
}

// repository makes a git repository of a project, as its authors have it: build scripts and tests look for one above them.
func repository(dir string) error {
	for _, args := range [][]string{{"init", "-q"}, {"add", "-Af"}, {"commit", "-q", "-m", "as published"}} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "core.autocrlf=false"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z", "GIT_CONFIG_GLOBAL="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w\n%s", args[0], err, out)
		}
	}
	return nil
}

// step does one step and says how many lines differ.
func (c *comparison) step(project string, s step, ours, theirs *party) (int, error) {
	start := time.Now()
	mine, err := s.facts(ours)
	if err != nil {
		return 0, err
	}
	took := time.Since(start)
	stocks, err := c.stockOnce(filepath.Join(c.kept, project, s.name+".txt"), s, theirs)
	if err != nil {
		return 0, err
	}
	only := difference(mine, stocks)
	fmt.Printf("%-10s %-18s %5d lines, %d differ (berth %.0f s)\n", project, s.name, len(stocks), len(only), took.Seconds())
	for _, line := range only {
		fmt.Println("   ", line)
	}
	return len(only), nil
}

// stockOnce is what stock makes, from the last time if there was one.
func (c *comparison) stockOnce(kept string, s step, theirs *party) ([]string, error) {
	if text, err := os.ReadFile(kept); err == nil {
		return strings.Split(string(bytes.TrimSuffix(text, []byte("\n"))), "\n"), nil
	}
	if err := theirs.catchUp(s); err != nil {
		return nil, err
	}
	facts, err := s.facts(theirs)
	if err != nil {
		return nil, err
	}
	return facts, errors.Join(os.MkdirAll(filepath.Dir(kept), 0o755), os.WriteFile(kept, []byte(strings.Join(facts, "\n")+"\n"), 0o644))
}

// difference is the lines that one of two sorted lists has more often than the other.
func difference(ours, theirs []string) []string {
	var only []string
	for len(ours) > 0 || len(theirs) > 0 {
		switch {
		case len(theirs) == 0 || len(ours) > 0 && ours[0] < theirs[0]:
			only, ours = append(only, "berth: "+ours[0]), ours[1:]
		case len(ours) == 0 || theirs[0] < ours[0]:
			only, theirs = append(only, "stock: "+theirs[0]), theirs[1:]
		default:
			ours, theirs = ours[1:], theirs[1:]
		}
	}
	return only
}
