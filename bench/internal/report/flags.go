package report

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Flags are those that every bench has.
type Flags struct {
	Pairs int
	only  string
	write bool
}

// NewFlags puts them onto the command line.
func NewFlags() *Flags {
	f := &Flags{}
	flag.IntVar(&f.Pairs, "pairs", 9, "pairs of each measurement; 3 at most for what takes over 20 s")
	flag.StringVar(&f.only, "only", "", "names of measurements, comma-separated; all by default")
	flag.BoolVar(&f.write, "write", false, "write the rows into the tables of bench/README.md and docs/promises.md; with --only, beside those that are there")
	return f
}

// Few is the number of pairs for what takes over 20 s.
func (f *Flags) Few() int { return min(f.Pairs, 3) }

// Make makes the measurements that are wanted, shows each row when it is there, and writes the table where that is wanted.
func (f *Flags) Make(all []Measurement, table Table) error {
	var rows []Row
	for _, m := range all {
		if f.only != "" && !slices.Contains(strings.Split(f.only, ","), m.Name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "== %s\n", m.Name)
		some, err := m.Measure()
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		for _, r := range some {
			fmt.Fprintln(os.Stderr, r)
		}
		rows = append(rows, some...)
	}
	if !f.write {
		return nil
	}
	return table.write(rows, f.only != "")
}
