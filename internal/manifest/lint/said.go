package lint

import (
	"fmt"

	"berth/internal/snippet"
)

// Said is what is said of one manifest, in order.
type Said struct {
	Name     string // of the package; empty for the workspace
	Findings []Finding
	Warnings int // of the findings
	Errors   int
	Lints    int // of the warnings those that build.warnings counts
}

// Finding is a report, or a sentence about the manifest that is no lint's.
type Finding struct {
	Report   snippet.Report
	Sentence string
	Level    Level
}

// Add adds what a lint has found.
func (s *Said) Add(level Level, r snippet.Report) {
	s.count(level)
	if !level.IsError() {
		s.Lints++
	}
	s.Findings = append(s.Findings, Finding{Report: r, Level: level})
}

func (s *Said) addSentence(level Level, text string) {
	s.count(level)
	s.Findings = append(s.Findings, Finding{Sentence: text, Level: level})
}

func (s *Said) count(level Level) {
	if level.IsError() {
		s.Errors++
	} else {
		s.Warnings++
	}
}

// Summary are the closing sentences, empty where there is nothing to sum up. The action is what could not be done to the
// manifest because of errors: parse or finalize.
func (s *Said) Summary(action string) (warning, failure string) {
	who := "workspace"
	if s.Name != "" {
		who = "`" + s.Name + "`"
	}
	if s.Warnings > 0 {
		warning = fmt.Sprintf("%s (manifest) generated %d warning%s", who, s.Warnings, plural(s.Warnings))
	}
	if s.Errors > 0 {
		failure = fmt.Sprintf("could not %s %s (manifest) due to %d previous error%s", action, who, s.Errors, plural(s.Errors))
	}
	return warning, failure
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
