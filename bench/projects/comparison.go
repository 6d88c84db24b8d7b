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
	if err := c.checkout(project, dir); err != nil {
		return 0, err
	}
	for _, s := range stepsOf(project) {
		if !slices.Contains(names, s.group) {
			continue
		}
		n, err := c.step(project, s, ours, theirs)
		if err == nil && s.name == "debug" {
			err = c.second(project, *ours)
		}
		if err != nil {
			return different, fmt.Errorf("%s: %w", s.name, err)
		}
		different += n
	}
	return different, nil
}

// second has berth build another checkout, into a build directory of its own: of what comes from a registry nothing is
// compiled again, and no build script runs again.
func (c *comparison) second(project string, p party) (err error) {
	_, before, err := p.ofRegistry()
	if err != nil {
		return err
	}
	p.dir, p.target = p.dir+"-second", p.target+"-second"
	defer func() { err = errors.Join(err, os.RemoveAll(p.dir), os.RemoveAll(p.target)) }()
	if err := c.checkout(project, p.dir); err != nil {
		return err
	}
	units, runs, err := p.ofRegistry()
	if err != nil {
		return err
	}
	compiled := 0
	for _, line := range units {
		compiled += strings.Count(line, `"fresh":false`)
	}
	ran := len(difference(runs, before))
	fmt.Printf("%-10s %-18s %5d units of the registry, %d compiled again; %d build scripts, %d run again\n", project, "second checkout", len(units), compiled, len(runs), ran)
	if compiled+ran > 0 {
		return fmt.Errorf("a second checkout did again what was done")
	}
	return nil
}

// ofRegistry builds and gives the messages of a registry's packages: artifacts, and where build scripts have run.
func (p *party) ofRegistry() (units, runs []string, err error) {
	stdout, stderr, code, err := p.run("build", "--locked", "--message-format", "json")
	if err != nil || code != "exit 0" {
		return nil, nil, fmt.Errorf("build in %s: %s (%w)\n%s", p.dir, code, err, stderr)
	}
	for line := range strings.Lines(stdout) {
		switch {
		case !strings.Contains(line, `"package_id":"registry+`):
		case strings.Contains(line, `"reason":"compiler-artifact"`):
			units = append(units, line)
		case strings.Contains(line, `"reason":"build-script-executed"`):
			runs = append(runs, line)
		}
	}
	slices.Sort(runs)
	return units, runs, nil
}

// checkout makes a copy of a project: as published, or one of ours.
func (c *comparison) checkout(project, dir string) error {
	if project == "c-code" {
		return errors.Join(os.CopyFS(dir, os.DirFS("bench/projects/c-code")), repository(dir))
	}
	return errors.Join(c.Copy(project, dir), repository(dir))
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
