// Package report is what the benches have in common: flags, measurements by name, rows, and the table in bench/README.md.
package report

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"berth/bench/internal/measure"
)

// Row is one line of the table.
type Row struct {
	What, Stock, Berth, Ratio, Target string
}

func (r Row) String() string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s |", r.What, r.Stock, r.Berth, r.Ratio, r.Target)
}

// Compare is the row of pairs by one of their values.
func Compare(what string, pairs []measure.Pair, value func(measure.Sample) float64, target string) Row {
	return Row{
		What:   what,
		Stock:  measure.Median(pairs, measure.Theirs, value).String(),
		Berth:  measure.Median(pairs, measure.Ours, value).String(),
		Ratio:  measure.Ratio(pairs, value).String(),
		Target: target,
	}
}

// Wall, Memory and CPU are the rows that most measurements have.
func Wall(what string, pairs []measure.Pair, target string) Row {
	return Compare(what+", wall s", pairs, measure.Wall, target)
}

func Memory(what string, pairs []measure.Pair, target string) Row {
	return Compare(what+", peak memory MiB", pairs, measure.Memory, target)
}

func CPU(what string, pairs []measure.Pair, target string) Row {
	return Compare(what+", CPU s", pairs, measure.CPU, target)
}

// Measurement makes some rows.
type Measurement struct {
	Name    string
	Measure func() ([]Row, error)
}

// Table is one of the tables of a file, between the lines `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
type Table struct {
	Name string
	Peer string // what berth is held against
	Note string // about the machine, besides what is known of every one
}

func (t Table) write(path string, rows []Row) error {
	begin, end := "<!-- "+t.Name+": begin -->", "<!-- "+t.Name+": end -->"
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, rest, ok1 := strings.Cut(string(old), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s: expected the lines %q and %q around the table", path, begin, end)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%s\n\n%d cores, %s/%s, %s, %s.\n\n", begin, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), t.Note)
	fmt.Fprintf(&table, "| what | %s | berth | berth / stock | to reach |\n|---|---|---|---|---|\n", t.Peer)
	for _, r := range rows {
		fmt.Fprintln(&table, r)
	}
	fmt.Fprintf(&table, "\n%s", end)
	return os.WriteFile(path, []byte(head+table.String()+tail), 0o644)
}
