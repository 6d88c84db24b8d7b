package app

import (
	"slices"
	"testing"
)

func TestChildEnv(t *testing.T) {
	given := []string{"A=1", "PATH=/a:/b", "A=2", "EMPTY=", "odd"}
	for _, c := range []struct {
		name string
		edit func(*ChildEnv)
		want []string
	}{
		{"set replaces all", func(e *ChildEnv) { e.Set("A", "3") }, []string{"PATH=/a:/b", "EMPTY=", "odd", "A=3"}},
		{"unset", func(e *ChildEnv) { e.Unset("A") }, []string{"PATH=/a:/b", "EMPTY=", "odd"}},
		{"first of a list", func(e *ChildEnv) { e.PutFirst("PATH", "/c") }, []string{"A=1", "A=2", "EMPTY=", "odd", "PATH=/c:/a:/b"}},
		{"moved to the front", func(e *ChildEnv) { e.PutFirst("PATH", "/b") }, []string{"A=1", "A=2", "EMPTY=", "odd", "PATH=/b:/a"}},
		{"first already", func(e *ChildEnv) { e.PutFirst("PATH", "/a") }, given},
		{"there already", func(e *ChildEnv) { e.PutIfAbsent("PATH", "/b") }, given},
		{"last", func(e *ChildEnv) { e.PutLastIfAbsent("PATH", "/c") }, []string{"A=1", "A=2", "EMPTY=", "odd", "PATH=/a:/b:/c"}},
		{"last, but there already", func(e *ChildEnv) { e.PutLastIfAbsent("PATH", "/a") }, given},
		{"last of nothing", func(e *ChildEnv) { e.PutLastIfAbsent("EMPTY", "/a") }, []string{"A=1", "PATH=/a:/b", "A=2", "odd", "EMPTY=/a"}},
		{"a new list", func(e *ChildEnv) { e.PutFirst("EMPTY", "/a") }, []string{"A=1", "PATH=/a:/b", "A=2", "odd", "EMPTY=/a"}},
		{"a new list with its default", func(e *ChildEnv) { e.PutFirst("L", "/a", "/b", "/c") }, append(slices.Clone(given), "L=/a:/b:/c")},
	} {
		e := &ChildEnv{slices.Clone(given)}
		c.edit(e)
		if !slices.Equal(e.List(), c.want) {
			t.Errorf("%s: %q, want %q", c.name, e.List(), c.want)
		}
	}
	e := &ChildEnv{given}
	if e.Get("A") != "1" || e.Get("EMPTY") != "" || e.Get("none") != "" {
		t.Errorf("A=%q", e.Get("A"))
	}
}
