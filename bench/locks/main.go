// Command locks generates the Cargo.lock of many real crates and of whole projects with berth and with stock Cargo, out of
// one frozen index, compares them byte for byte, and writes bench/locks.md.
//
//	go run ./bench/locks [--mirror DIR] [--stock DIR] [--write]
//
// A crate is resolved as the one dependency of an empty package, in two editions: that of 2021 takes the newest versions,
// that of 2024 those that the Rust at hand can build. Projects are resolved without their Cargo.lock, and once more with
// it, which then is to stay as it is. What stock makes of crates is kept in the folder of --stock and not made again.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"berth/internal/testkit/realcrates"
)

func main() {
	mirror := flag.String("mirror", "bench/out/mirror", "folder of the registry, with projects/ beside it, as `registry collect` of the test kit makes them")
	kept := flag.String("stock", "bench/out/locks", "folder of stock's Cargo.locks, below the name of the edition")
	write := flag.Bool("write", false, "write the table into bench/locks.md")
	flag.Parse()
	if err := run(context.Background(), *mirror, *kept, *write); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, mirror, kept string, write bool) error {
	c, err := newComparison(ctx, mirror, kept)
	if err != nil {
		return err
	}
	defer c.close()
	var t table
	for _, crate := range realcrates.List() {
		r := row{name: crate.Name, version: crate.Version}
		for i, edition := range editions() {
			if r.results[i], err = c.crate(crate, edition); err != nil {
				return err
			}
		}
		t.add(r)
	}
	for _, project := range realcrates.Projects() {
		r := row{name: project.Name, version: project.Version, project: true}
		for i, keep := range []bool{false, true} {
			if r.results[i], err = c.project(project, keep); err != nil {
				return err
			}
		}
		t.add(r)
	}
	fmt.Println(t.summary())
	if !write {
		return t.err()
	}
	return errors.Join(os.WriteFile("bench/locks.md", []byte(t.text(c.version)), 0o644), t.err())
}

func editions() []string { return []string{"2021", "2024"} }

// row is a crate or project and what came of it.
type row struct {
	name, version string
	project       bool
	results       [2]result // by edition; of a project: anew, and kept
}

type result struct {
	packages int
	same     bool
	diff     string // a part of it
}

type table struct {
	rows          []row
	total, differ int
}

func (t *table) add(r row) {
	t.rows = append(t.rows, r)
	for _, one := range r.results {
		t.total++
		if !one.same {
			t.differ++
			fmt.Fprintf(os.Stderr, "%s %s differs:\n%s\n", r.name, r.version, one.diff)
		}
	}
	fmt.Fprintf(os.Stderr, "\r%d compared, %d differ ", t.total, t.differ)
}

func (t *table) summary() string {
	return fmt.Sprintf("%d Cargo.locks of %d crates and projects: %d equal to the byte, %d differ", t.total, len(t.rows), t.total-t.differ, t.differ)
}

func (t *table) err() error {
	if t.differ > 0 {
		return errors.New("not all are equal")
	}
	return nil
}

// text is the table for people: crates that are equal in a few columns, as there are many.
func (t *table) text(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Cargo.lock of real crates\n\n`go run ./bench/locks --write`: %s.\nThe peer is %s; the index is a frozen copy of the public one.\n\n", t.summary(), version)
	b.WriteString("Each crate is the only dependency of an empty package; the numbers are packages in its Cargo.lock, in edition 2021 and in edition 2024 (resolver 3).\n" +
		"Projects: resolved anew, and with the Cargo.lock that they were published with, which stays.\n\n| crate | 2021 | 2024 | crate | 2021 | 2024 | crate | 2021 | 2024 |\n|---|---|---|---|---|---|---|---|---|\n")
	n := 0
	for _, r := range t.rows {
		if r.project {
			continue
		}
		fmt.Fprintf(&b, "| %s %s | %s | %s ", r.name, r.version, r.results[0], r.results[1])
		if n++; n%3 == 0 {
			b.WriteString("|\n")
		}
	}
	if n%3 != 0 {
		b.WriteString("|\n")
	}
	b.WriteString("\n| project | anew | kept |\n|---|---|---|\n")
	for _, r := range t.rows {
		if r.project {
			fmt.Fprintf(&b, "| %s %s | %s | %s |\n", r.name, r.version, r.results[0], r.results[1])
		}
	}
	return b.String()
}

func (r result) String() string {
	if r.same {
		return fmt.Sprint(r.packages)
	}
	return fmt.Sprintf("**%d, differs**", r.packages)
}

// compare tells what two locks have in common.
func compare(ours, theirs []byte) result {
	r := result{packages: bytes.Count(theirs, []byte("[[package]]")), same: bytes.Equal(ours, theirs)}
	if !r.same {
		a, b := strings.Split(string(theirs), "\n"), strings.Split(string(ours), "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				r.diff = fmt.Sprintf("line %d\n-%s\n+%s", i+1, a[i], b[i])
				break
			}
		}
	}
	return r
}
