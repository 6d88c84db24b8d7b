package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/bench/internal/measure"
	"berth/bench/internal/report"
	"berth/bench/internal/sides"
)

// noop builds again what was built.
func (b *bench) noop() ([]report.Row, error) {
	return b.eachProject(func(project string) ([]report.Row, error) {
		row, err := b.again("no-op build of "+project, "0.4", build, func() (string, error) { return b.worktree(project) })
		return []report.Row{row}, err
	})
}

// times is how often what takes a fraction of a second makes a sample.
const times = 3

// again measures a command that has nothing to do, in a project for each of both.
func (b *bench) again(what, target string, line []string, project func() (string, error)) (report.Row, error) {
	dirs, err := b.inEach(func(s sides.Side) (string, error) {
		dir, err := project()
		if err == nil {
			err = s.Must(dir, line...)
		}
		return dir, err
	})
	if err != nil {
		return report.Row{}, err
	}
	pairs, err := b.homes.Compare(b.Pairs, func(s sides.Side) measure.Sample {
		return measure.Repeat(times, func() measure.Sample { return s.Run(dirs[s.Home], line...) })
	})
	return report.Wall(what, pairs, target), err
}

// many is how many crates the generated workspaces have.
const many = 500

// paths checks again what was checked: workspaces in which each crate depends on the one before, and on several of the
// layer below.
func (b *bench) paths() ([]report.Row, error) {
	defer b.clear()
	const layer, above = 25, 4
	var rows []report.Row
	for _, shape := range []struct {
		name, target string
		deps         func(int) []int
	}{
		{"chain", "0.1", func(i int) []int {
			if i == 0 {
				return nil
			}
			return []int{i - 1}
		}},
		{"mesh", "0.2", func(i int) (deps []int) {
			for k := 0; k < above && i >= layer; k++ {
				deps = append(deps, (i/layer-1)*layer+(i+k*7)%layer)
			}
			return deps
		}},
	} {
		row, err := b.again(fmt.Sprintf("no-op check of %d path crates, %s", many, shape.name), shape.target, []string{"check"}, func() (string, error) {
			dir := b.place()
			return dir, pathCrates(dir, many, shape.deps, "")
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// pathCrates makes a workspace of libraries c0, c1, …
func pathCrates(dir string, n int, deps func(int) []int, body string) error {
	files := map[string]string{"Cargo.toml": "[workspace]\nmembers = [\"c*\"]\nresolver = \"2\"\n"}
	for i := range n {
		var names []string
		sum := "1"
		for _, d := range deps(i) {
			names = append(names, fmt.Sprintf("c%d", d))
			sum += fmt.Sprintf(" + c%d::f()", d)
		}
		files[fmt.Sprintf("c%d/Cargo.toml", i)] = manifestOf(fmt.Sprintf("c%d", i), "", names...)
		files[fmt.Sprintf("c%d/src/lib.rs", i)] = "pub fn f() -> u64 { " + sum + " }\n" + body
	}
	return write(dir, files)
}

// edit changes a crate on which all others depend, and one on which none does.
func (b *bench) edit() ([]report.Row, error) {
	defer b.clear()
	const n = 20
	dirs, err := b.inEach(func(s sides.Side) (string, error) {
		dir := b.place()
		err := pathCrates(dir, n, func(i int) (deps []int) {
			for d := range min(i, n-1) {
				if d == 0 || i == n-1 {
					deps = append(deps, d)
				}
			}
			return deps
		}, body())
		if err == nil {
			err = s.Must(dir, "build")
		}
		return dir, err
	})
	if err != nil {
		return nil, err
	}
	var rows []report.Row
	for _, e := range []struct {
		what string
		at   int
	}{{"of which all 19 others are made", 0}, {"of which no other is made", n - 1}} {
		edits := 0
		pairs, err := b.homes.Compare(b.Pairs, func(s sides.Side) measure.Sample {
			edits++
			file := filepath.Join(dirs[s.Home], fmt.Sprintf("c%d", e.at), "src", "lib.rs")
			if err := appendTo(file, fmt.Sprintf("pub fn edited%d() -> u64 { %[1]d }\n", edits)); err != nil {
				return measure.Sample{Err: err}
			}
			return s.Run(dirs[s.Home], "build")
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, report.Wall("build after a change of one crate "+e.what, pairs, "1.0"))
	}
	return rows, nil
}

// body is code that takes the compiler some time.
func body() string {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "pub fn g%d(v: &[u64]) -> String { v.iter().map(|x| x.wrapping_mul(%[1]d)).filter(|x| x %% 3 == 0).map(|x| format!(\"{x:?}\")).collect::<Vec<_>>().join(\",\") }\n", i)
	}
	return b.String()
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(text)
	return err
}
