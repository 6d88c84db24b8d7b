package witness

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Diff says in which entries two states differ, a line each; "" if in none.
func Diff(want, got map[string]string) string {
	var b strings.Builder
	keys := slices.Collect(maps.Keys(want))
	for key := range got {
		if _, both := want[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		w, inWant := want[key]
		g, inGot := got[key]
		if w == g && inWant == inGot {
			continue
		}
		if inWant {
			fmt.Fprintf(&b, "- %s %s\n", key, short(w))
		}
		if inGot {
			fmt.Fprintf(&b, "+ %s %s\n", key, short(g))
		}
	}
	return b.String()
}

func short(s string) string {
	if len(s) > 160 {
		s = s[:160] + "…"
	}
	return strings.ReplaceAll(s, "\n", "⏎")
}
