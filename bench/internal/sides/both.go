package sides

import (
	"errors"
	"os/exec"
	"path/filepath"
	"slices"

	"berth/bench/internal/measure"
	"berth/bench/internal/prepare"
)

// Both are the two that are compared.
type Both struct{ Ours, Theirs Side }

// Each does the same for both.
func (b Both) Each(do func(Side) error) error { return errors.Join(do(b.Ours), do(b.Theirs)) }

// Compare measures n pairs of what a function does for each of both.
func (b Both) Compare(n int, run func(Side) measure.Sample) ([]measure.Pair, error) {
	return measure.Pairs(n, func() measure.Sample { return run(b.Ours) }, func() measure.Sample { return run(b.Theirs) })
}

// Side is one of the two programs, with a directory of its own for projects and a CARGO_HOME.
type Side struct {
	Program string
	Env     []string
	Dir     string
	Home    string
}

// Command is a run of the side's cargo in a directory, which may be relative to that of its projects.
func (s Side) Command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.Program, args...)
	if cmd.Dir = dir; !filepath.IsAbs(dir) {
		cmd.Dir = filepath.Join(s.Dir, dir)
	}
	cmd.Env = append(slices.Clone(s.Env), "HOME="+s.Home, "CARGO_HOME="+s.Home)
	return cmd
}

// Run is a run that counts.
func (s Side) Run(dir string, args ...string) measure.Sample {
	return measure.Run(s.Command(dir, args...))
}

// Must is a run that only prepares.
func (s Side) Must(dir string, args ...string) error { return prepare.Must(s.Command(dir, args...)) }
