package futurereport

import (
	"fmt"
	"strings"
)

// advices are what can be done where packages of others are concerned.
func (r *Report) advices(number uint32, newer []Newer) []string {
	foreign := false
	for _, p := range r.packages {
		foreign = foreign || !p.Local
	}
	if !foreign {
		return nil
	}
	var all []string
	if len(newer) > 0 {
		text := "take a newer version, which may be free of this"
		for _, n := range newer {
			text += fmt.Sprintf("\n  - %s has the following newer versions available: %s", n.ID, strings.Join(n.Versions, ", "))
		}
		all = append(all, text)
	}
	return append(all, "tell the maintainers, unless they know already, or send them a change\n"+r.whereabouts(number),
		"use a version of your own, by `[patch]` in `Cargo.toml`; see\nhttps://doc.rust-lang.org/cargo/reference/overriding-dependencies.html#the-patch-section")
}

// whereabouts are where packages come from, and how to see what was said of each.
func (r *Report) whereabouts(number uint32) string {
	repositories := map[string]string{}
	for _, p := range r.packages {
		repositories[p.ID.String()] = p.Repository
	}
	var texts []string
	for _, id := range r.IDs() {
		repository := repositories[id.String()]
		if repository == "" {
			repository = "<not found>"
		}
		texts = append(texts, fmt.Sprintf("  - %[1]s\n  - repository: %[2]s\n  - detailed warning command: `cargo report future-incompatibilities --id %[3]d --package %[1]s`",
			specOf(id), repository, number))
	}
	return strings.Join(texts, "\n\n")
}

// suggestion is all advices as the file has them, for who asks for the report.
func suggestion(advices []string) string {
	if len(advices) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("what can be done about it:\n")
	for _, a := range advices {
		b.WriteString("\n- " + a + "\n")
	}
	return b.String()
}
