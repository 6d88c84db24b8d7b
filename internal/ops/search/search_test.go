package search

import (
	"strings"
	"testing"
)

func TestMore(t *testing.T) {
	r := &Result{}
	r.Meta.Total = 250
	for _, c := range []struct {
		limit      uint32
		site, want string
	}{
		{10, "", "... and 240 crates more (use --limit N to see more)"}, {10, "x", "... and 240 crates more (use --limit N to see more)"},
		{100, "", "... and 150 crates more"}, {100, "x", "... and 150 crates more (go to x to see more)"}, {250, "x", ""},
	} {
		if got := r.More(c.limit, c.site); got != c.want {
			t.Errorf("%d, %q: %q", c.limit, c.site, got)
		}
	}
}

// FuzzAnswer: whatever a registry answers is a list that can be shown, a line a
// package, or an error that names the address.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"crates":[{"name":"a","description":"b\nc","max_version":"1.0.0"},{"name":"ab","max_version":"1"}],"meta":{"total":2}}`, `{"crates":null}`, `[]`, ``, `{"crates":[{"description":"` + strings.Repeat("ü", 200) + `"}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, err := parse("http://host/path", []byte(text))
		if err != nil {
			if found != nil || !strings.Contains(err.Error(), "http://host/path") {
				t.Errorf("%v, %v", found, err)
			}
			return
		}
		for i, line := range found.Lines() {
			if !strings.HasPrefix(line, found.Crates[i].Name+" = ") {
				t.Errorf("%q", line)
			}
		}
	})
}
