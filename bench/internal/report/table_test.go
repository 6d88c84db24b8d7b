package report

import (
	"strings"
	"testing"
)

func TestSomeRowsLeaveTheOthers(t *testing.T) {
	const around = "before\n<!-- t: begin -->\n<!-- t: end -->\nafter\n"
	table := Table{Name: "t", Peer: "stock", Note: "a note"}
	first := []Row{{"a", "1", "2", "2", "0.5"}, {"b `x`", "3", "4", "", ""}}
	text, err := table.in(around, first, true)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if text, err = table.in(text, []Row{{"c", "7", "8", "", "1"}, {"a", "5", "6", "1.2", "0.5"}}, true); err != nil {
			t.Fatal(err)
		}
	}
	const want = "| what | stock | berth | berth / stock | to reach |\n|---|---|---|---|---|\n" +
		"| a | 5 | 6 | 1.2 | 0.5 |\n| b `x` | 3 | 4 |  |  |\n| c | 7 | 8 |  | 1 |\n\n<!-- t: end -->\nafter\n"
	if !strings.HasPrefix(text, "before\n<!-- t: begin -->\n\n") || !strings.HasSuffix(text, want) {
		t.Errorf("expected at the end\n%s\nin\n%s", want, text)
	}
	whole, err := table.in(text, first, false)
	if err != nil || strings.Contains(whole, "| c |") || !strings.Contains(whole, first[1].String()) {
		t.Errorf("all rows anew: %v\n%s", err, whole)
	}
	if _, err := table.in("no table", first, true); err == nil {
		t.Error("a file without the table was written")
	}
}
