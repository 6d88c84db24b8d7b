package depinfo

import (
	"slices"
	"strings"
	"testing"
)

// TestSorted: components decide, not bytes; empty ones and dots within do not count.
func TestSorted(t *testing.T) {
	want := []string{"/a", "/a/b", "/a-b", "./a", "..", "a", "a/b", "a-b"}
	doubled := append(slices.Clone(want), "//a/", "/./a//b", "a/./b", "a/")
	slices.Reverse(doubled)
	got := Sorted(doubled)
	for i, path := range got {
		if i >= len(want) || strings.Join(components(path), "/") != strings.Join(components(want[i]), "/") {
			t.Fatalf("%q, expected %q", got, want)
		}
	}
}

func components(path string) (all []string) {
	part, rest, more := component(path, true)
	for ; more; part, rest, more = component(rest, false) {
		all = append(all, part)
	}
	return all
}

func BenchmarkSorted(b *testing.B) {
	var files []string
	for i := range 50 {
		files = append(files, "/home/user/project/crates/name-"+strings.Repeat("x", 50-i)+"/src/lib.rs")
	}
	for b.Loop() {
		Sorted(files)
	}
}
