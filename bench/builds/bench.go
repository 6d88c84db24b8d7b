package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/bench/internal/measure"
	"berth/bench/internal/prepare"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
	"berth/internal/testkit/realcrates"
)

// bench is the two programs, each with a home in which the crates of all projects lie.
type bench struct {
	*sides.Bench
	pairs        int
	projects     []string
	ours, theirs party
	places       int // directories that were given out
}

// party is one of the two with its home.
type party struct {
	sides.Side
	home string
}

func newBench(ctx context.Context, mirror string, projects []string, pairs int) (*bench, error) {
	both, err := sides.New(ctx, mirror)
	if err != nil {
		return nil, err
	}
	b := &bench{Bench: both, pairs: pairs, projects: projects, ours: party{Side: both.Ours}, theirs: party{Side: both.Theirs}}
	if err := errors.Join(b.fetch(&b.ours), b.fetch(&b.theirs)); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *bench) measurements() []report.Measurement {
	return []report.Measurement{
		{Name: "cold", Measure: b.cold},
		{Name: "noop", Measure: b.noop},
		{Name: "paths", Measure: b.paths},
		{Name: "together", Measure: b.together},
		{Name: "beside", Measure: b.beside},
		{Name: "eight", Measure: b.eight},
		{Name: "ninth", Measure: b.ninth},
		{Name: "edit", Measure: b.edit},
	}
}

// few is the number of pairs for what takes over 20 s.
func (b *bench) few() int { return min(b.pairs, 3) }

// fetch makes a home with the crates of all projects.
func (b *bench) fetch(p *party) (err error) {
	if p.home, err = b.Home(); err != nil {
		return err
	}
	for _, project := range b.projects {
		dir, err := b.worktree(project)
		if err != nil {
			return err
		}
		if err := prepare.Must(p.Command(p.home, dir, "fetch", "--locked")); err != nil {
			return err
		}
	}
	return nil
}

// place is a directory that nobody had before. Nothing is removed between the pairs: for some minutes after the removal of
// a large tree ext4 makes files up to three times slower.
func (b *bench) place() string {
	b.places++
	return b.placeAt(b.places)
}

func (b *bench) placeAt(n int) string { return filepath.Join(b.Scratch, fmt.Sprintf("place%d", n)) }

// clear removes all places, which may be many gigabytes.
func (b *bench) clear() {
	for ; b.places > 0; b.places-- {
		os.RemoveAll(b.placeAt(b.places))
	}
}

// worktree is a new copy of a project, in which nothing was built.
func (b *bench) worktree(project string) (string, error) {
	all, err := b.Projects()
	if err != nil {
		return "", err
	}
	for _, p := range realcrates.Projects() {
		if p.Name == project {
			dir := b.place()
			return dir, os.CopyFS(dir, os.DirFS(filepath.Join(all, p.String())))
		}
	}
	return "", fmt.Errorf("no project is called %q", project)
}

// forgetUnits takes away what berth keeps for all workspaces; stock has no such thing.
func (b *bench) forgetUnits(p party) error {
	units := filepath.Join(p.home, "berth", "v1", "units")
	if err := os.Rename(units, b.place()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// run is a run of the party's cargo.
func (p party) run(dir string, args ...string) measure.Sample {
	return measure.Run(p.Command(p.home, dir, args...))
}

// must is a run that only prepares.
func (p party) must(dir string, args ...string) error {
	return prepare.Must(p.Command(p.home, dir, args...))
}

// compared measures pairs of what a function does for each of both.
func (b *bench) compared(n int, run func(party) measure.Sample) ([]measure.Pair, error) {
	return b.held(n, func() measure.Sample { return run(b.ours) }, func() measure.Sample { return run(b.theirs) })
}

func (b *bench) held(n int, ours, theirs func() measure.Sample) ([]measure.Pair, error) {
	pairs := measure.Pairs(n, ours, theirs)
	return pairs, measure.FirstError(pairs)
}

// eachProject joins the rows of all projects.
func (b *bench) eachProject(rows func(project string) ([]report.Row, error)) ([]report.Row, error) {
	var all []report.Row
	for _, project := range b.projects {
		some, err := rows(project)
		b.clear()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", project, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

// write makes the files of a generated project, by their names.
func write(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			return err
		}
	}
	return nil
}

// manifestOf is a Cargo.toml of a crate with path dependencies beside it.
func manifestOf(name string, more string, deps ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[package]\nname = %q\nversion = \"0.1.0\"\nedition = \"2021\"\n%s\n[dependencies]\n", name, more)
	for _, d := range deps {
		fmt.Fprintf(&b, "%s = { path = \"../%[1]s\" }\n", d)
	}
	return b.String()
}
