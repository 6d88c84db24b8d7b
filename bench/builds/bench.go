package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"berth/bench/internal/report"
	"berth/bench/internal/sides"
)

// bench is the two programs, each with a home in which the crates of all projects lie.
type bench struct {
	*sides.Bench
	homes  sides.Both
	script time.Duration // how long the slow build script goes on
	places int           // directories that were given out
}

// prepared fetches the crates, and has the measurements.
func prepared(both *sides.Bench, script time.Duration) ([]report.Measurement, error) {
	b := &bench{Bench: both, script: script}
	var err error
	if b.homes, err = b.BothHoused(); err == nil {
		err = b.homes.Each(b.fetch)
	}
	return []report.Measurement{
		{Name: "cold", Measure: b.cold},
		{Name: "noop", Measure: b.noop},
		{Name: "paths", Measure: b.paths},
		{Name: "together", Measure: b.together},
		{Name: "beside", Measure: b.beside},
		{Name: "crowd", Measure: b.crowd},
		{Name: "eight", Measure: b.eight},
		{Name: "ninth", Measure: b.ninth},
		{Name: "edit", Measure: b.edit},
		{Name: "after", Measure: b.after},
	}, err
}

// fetch brings the crates of all projects into a side's home.
func (b *bench) fetch(s sides.Side) error {
	for _, project := range b.Projects {
		dir, err := b.worktree(project)
		if err == nil {
			err = s.Must(dir, "fetch", "--locked")
		}
		if err != nil {
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
	dir := b.place()
	if strings.ContainsRune(project, filepath.Separator) {
		return dir, os.CopyFS(dir, os.DirFS(project))
	}
	return dir, b.Copy(project, dir)
}

// forgetUnits takes away what berth keeps for all workspaces; stock has no such thing.
func (b *bench) forgetUnits(s sides.Side) error {
	units := filepath.Join(s.Home, "berth", "v1", "units")
	if err := os.Rename(units, b.place()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// inEach does for both sides what gives a directory, and has these by the side's home.
func (b *bench) inEach(do func(sides.Side) (string, error)) (map[string]string, error) {
	dirs := map[string]string{}
	err := b.homes.Each(func(s sides.Side) (err error) {
		dirs[s.Home], err = do(s)
		return err
	})
	return dirs, err
}

// eachProject joins the rows of all projects.
func (b *bench) eachProject(rows func(project string) ([]report.Row, error)) ([]report.Row, error) {
	var all []report.Row
	for _, project := range b.Projects {
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
