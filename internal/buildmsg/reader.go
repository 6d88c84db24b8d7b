package buildmsg

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"berth/internal/unit"
)

// Reader reads what a compiler writes to its standard error while it makes a unit, or what it wrote when it did.
type Reader struct {
	Unit   *unit.Unit
	Format Format
	// Show is false for a unit whose diagnostics are not the user's concern; only its lines that are kept matter.
	Show bool

	Warnings, Errors int // that were shown
}

// Event is what a line means. The zero value means nothing.
type Event struct {
	Stdout     string // a line to print, empty for none
	Stderr     *string
	Diagnostic *Diagnostic
	Artifact   string   // a file that the compiler has finished
	Future     []Future // what will not compile some day
	Unused     []string // crates that are given to the source and that it does not use; not nil where the compiler has told
	Keep       bool     // the line is part of what the unit has to say, now and whenever it is fresh
}

// Diagnostic is for people.
type Diagnostic struct {
	Level    string // warning, error, …
	Rendered string // with colors, without the last line break
	Lint     bool   // it has a code
	Fixable  bool   // by cargo fix
}

// Future is what a later compiler will refuse.
type Future struct {
	Date     *string
	Rendered string
	Level    string
}

// MetadataDone tells whether dependents that need no more than metadata can begin.
func (e *Event) MetadataDone() bool { return strings.HasSuffix(e.Artifact, ".rmeta") }

// message is what matters of a line of a compiler.
type message struct {
	Rendered *string `json:"rendered"`
	Message  *string `json:"message"`
	Level    *string `json:"level"`
	Artifact *string `json:"artifact"`
	Code     *struct {
		Code *string `json:"code"`
	} `json:"code"`
	Children *[]struct {
		Spans []struct {
			Applicability *string `json:"suggestion_applicability"`
		} `json:"spans"`
	} `json:"children"`
	Future *[]struct {
		Date       *string `json:"future_breakage_date"`
		Diagnostic struct {
			Rendered string `json:"rendered"`
			Level    string `json:"level"`
		} `json:"diagnostic"`
	} `json:"future_incompat_report"`
	Unused *[]string `json:"unused_extern_names"`
}

// Read reads a line without its line break.
func (r *Reader) Read(line string) Event {
	if !utf8.ValidString(line) {
		line = strings.ToValidUTF8(line, string(utf8.RuneError))
	}
	var m message
	if !strings.HasPrefix(line, "{") || !json.Valid([]byte(line)) {
		return Event{Stderr: &line, Keep: true}
	}
	if json.Unmarshal([]byte(line), &m) != nil {
		m = message{} // JSON of another shape
	}
	switch {
	case m.Future != nil:
		return r.future(&m)
	case r.Format.rendersItself() && m.isDiagnostic():
		return r.render(&m)
	case m.Artifact != nil:
		return Event{Artifact: *m.Artifact}
	case m.Unused != nil:
		// Of packages that never change nobody asks that, and most of them say nothing else.
		return Event{Unused: append([]string{}, *m.Unused...), Keep: r.Unit.Local}
	case !r.Show || m.isSummary():
		return Event{Keep: true}
	}
	if m.Message != nil && m.Level != nil {
		r.count(*m.Level)
	}
	text := []byte(line)
	if r.Format.JSON && !r.Format.ANSI && m.Rendered != nil {
		text = withoutColors(text)
	}
	return Event{Stdout: fromCompiler(r.Unit, text), Keep: true}
}

func (m *message) isDiagnostic() bool {
	return m.Rendered != nil && m.Message != nil && m.Level != nil && m.Children != nil
}

// isSummary: the compiler counts what it said; so does Cargo, over all that is compiled.
func (m *message) isSummary() bool {
	return m.Message != nil && m.Level != nil && (strings.HasPrefix(*m.Message, "aborting due to") ||
		strings.HasSuffix(*m.Message, "warning emitted") || strings.HasSuffix(*m.Message, "warnings emitted"))
}

func (r *Reader) count(level string) {
	switch level {
	case "warning":
		r.Warnings++
	case "error":
		r.Errors++
	}
}

func (r *Reader) future(m *message) Event {
	e := Event{Keep: true, Future: []Future{}}
	for _, item := range *m.Future {
		r.count(item.Diagnostic.Level)
		e.Future = append(e.Future, Future{item.Date, item.Diagnostic.Rendered, item.Diagnostic.Level})
	}
	return e
}

func (r *Reader) render(m *message) Event {
	if m.isSummary() || !r.Show {
		return Event{Keep: true}
	}
	r.count(*m.Level)
	d := &Diagnostic{Level: *m.Level, Rendered: strings.TrimSuffix(*m.Rendered, "\n"), Lint: m.Code != nil}
	for _, child := range *m.Children {
		for _, span := range child.Spans {
			d.Fixable = d.Fixable || span.Applicability != nil && *span.Applicability == "MachineApplicable"
		}
	}
	return Event{Diagnostic: d, Keep: true}
}
