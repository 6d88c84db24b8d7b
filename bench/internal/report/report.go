// Package report is what the benches have in common: flags, measurements by name, rows, and the tables.
package report

import (
	"fmt"

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
