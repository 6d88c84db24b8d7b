package report

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// Table is one of the tables of a file, between the lines `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
type Table struct {
	Name string
	Peer string // what berth is held against
	Note string // about the machine, besides what is known of every one
}

// write puts rows into the table in each file that has it; beside those that are there, where only some were measured.
func (t Table) write(rows []Row, some bool) error {
	var errs []error
	for _, path := range []string{"bench/README.md", "docs/promises.md"} {
		old, err := os.ReadFile(path)
		if err == nil {
			var text string
			if text, err = t.in(string(old), rows, some); err == nil {
				err = os.WriteFile(path, []byte(text), 0o644)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		}
	}
	return errors.Join(errs...)
}

// in is a text in which the table has the rows.
func (t Table) in(text string, rows []Row, some bool) (string, error) {
	begin, end := "<!-- "+t.Name+": begin -->", "<!-- "+t.Name+": end -->"
	head, rest, ok1 := strings.Cut(text, begin)
	old, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return "", fmt.Errorf("expected the lines %q and %q around the table", begin, end)
	}
	if some {
		rows = beside(rowsOf(old), rows)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%s\n\n%d cores, %s/%s, %s, %s.\n\n", begin, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), t.Note)
	fmt.Fprintf(&table, "| what | %s | berth | berth / stock | to reach |\n|---|---|---|---|---|\n", t.Peer)
	for _, r := range rows {
		fmt.Fprintln(&table, r)
	}
	fmt.Fprintf(&table, "\n%s", end)
	return head + table.String() + tail, nil
}

// rowsOf reads what in has written.
func rowsOf(table string) []Row {
	var rows []Row
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 || strings.HasPrefix(cells[1], "---") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, Row{cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	return rows[min(1, len(rows)):]
}

// beside are old rows, each with the new figures where it has some, and then the rows that are new.
func beside(old, measured []Row) []Row {
	for _, r := range measured {
		if i := slices.IndexFunc(old, func(o Row) bool { return o.What == r.What }); i >= 0 {
			old[i] = r
		} else {
			old = append(old, r)
		}
	}
	return old
}
