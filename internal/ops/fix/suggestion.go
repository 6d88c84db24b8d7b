package fix

import (
	"encoding/json"
	"strings"
)

// diagnostic is what matters here of a line that a compiler writes.
type diagnostic struct {
	Message  *string      `json:"message"`
	Level    *string      `json:"level"`
	Rendered *string      `json:"rendered"`
	Spans    []span       `json:"spans"`
	Children []diagnostic `json:"children"`
}

// span is a piece of a file.
type span struct {
	File          string  `json:"file_name"`
	Start         int     `json:"byte_start"`
	End           int     `json:"byte_end"`
	Replacement   *string `json:"suggested_replacement"`
	Applicability *string `json:"suggestion_applicability"`
}

// suggestion is how to mend what one diagnostic is about: all of it, or nothing.
type suggestion struct {
	file  string
	edits []edit
}

// readDiagnostic reads a line of a compiler; false for everything that is no diagnostic.
func readDiagnostic(line string) (d diagnostic, ok bool) {
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &d) != nil {
		return diagnostic{}, false
	}
	return d, d.Message != nil && d.Level != nil && d.Spans != nil && d.Children != nil
}

// suggestion is what a diagnostic suggests. One that concerns several files is none: no file would be right before the
// others are.
func (d *diagnostic) suggestion(everything bool) (s suggestion, ok bool) {
	for _, child := range d.Children {
		for _, at := range child.Spans {
			sure := at.Applicability != nil && *at.Applicability == "MachineApplicable"
			if !sure && !everything || at.Replacement == nil {
				continue
			}
			if s.file == "" {
				s.file = at.File
			}
			if at.File != s.file {
				return suggestion{}, false
			}
			s.edits = append(s.edits, edit{at.Start, at.End, *at.Replacement})
		}
	}
	return s, len(s.edits) > 0
}

// byFile are the suggestions of a compiler's lines, in their order.
func byFile(lines []string, everything bool) map[string][]suggestion {
	found := map[string][]suggestion{}
	for _, line := range lines {
		if d, ok := readDiagnostic(line); ok {
			if s, ok := d.suggestion(everything); ok {
				found[s.file] = append(found[s.file], s)
			}
		}
	}
	return found
}
