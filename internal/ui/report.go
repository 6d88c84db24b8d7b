package ui

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// A Hinter is an error that knows what the user can do: one line, best a command. A line that begins with `note: ` is a remark
// rather than advice and keeps that word.
type Hinter interface {
	error
	Hint() string
}

// A Headed error knows which part of its text is its own; the rest is the cause that it wraps, which stands below it.
type Headed interface {
	error
	Headline() string
	Unwrap() error
}

// Report prints the error that ends a command, with every hint found in its chain once. The cause of a [Headed] error
// stands below it, as Cargo has it. Errors that were joined below a message are listed below it; errors that were joined by
// nobody's message are reported one after the other. No filter and no -q hides it: a command never fails in silence. A hint
// that the message has already is not said again.
//
// More are hints besides those in the chain; empty ones are none.
func (u *UI) Report(err error, more ...string) {
	if u == nil || err == nil {
		return
	}
	u.hear(SaidElse, "", err.Error())
	var b strings.Builder
	for i, one := range split(err) {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(u.head(levelError, ""))
		descend(&b, one, "")
	}
	u.hint(&b, slices.DeleteFunc(append(hints(err), more...), func(hint string) bool { return strings.Contains(err.Error(), hint) }))
	u.line(b.String())
}

// descend writes an error and, each set apart, what it comes from.
func descend(b *strings.Builder, err error, indent string) {
	headline, causes := dissect(err)
	var cause error
	if len(causes) == 0 {
		headline, cause = behead(err)
	}
	indented := strings.ReplaceAll(brief(safe(headline)), "\n", "\n"+indent)
	b.WriteString(indent + strings.ReplaceAll(indented, "\n"+indent+"\n", "\n\n")) // nothing on empty lines
	switch {
	case len(causes) > 0:
		b.WriteString("\n\nCaused by:")
		list(b, causes, "    ")
	case cause != nil:
		b.WriteString("\n\nCaused by:\n")
		descend(b, cause, "  ")
	}
}

// behead separates what an error says, with all that wraps it, from its cause.
func behead(err error) (headline string, cause error) {
	var h Headed
	if !errors.As(err, &h) {
		return err.Error(), nil
	}
	before, ok := strings.CutSuffix(err.Error(), h.Error())
	if !ok {
		return err.Error(), nil
	}
	return before + h.Headline(), h.Unwrap()
}

// brief leaves out the middle of what nobody reads: errors quote names, and a name may be a file of zeros. The beginning says
// where it went wrong and the end what to do.
func brief(text string) string {
	const limit, head, tail = 4 << 10, 1 << 10, 512
	if len(text) <= limit {
		return text
	}
	left := len(text) - head - tail
	return strings.ToValidUTF8(text[:head], "") + " [… " + strconv.Itoa(left) + " bytes …] " + strings.ToValidUTF8(text[len(text)-tail:], "")
}

// split returns the errors that errors.Join holds at the top, or err alone.
func split(err error) []error {
	parts := joined(err)
	if parts == nil {
		return []error{err}
	}
	var all []error
	for _, part := range parts {
		all = append(all, split(part)...)
	}
	return all
}

// dissect separates what an error says itself from a list of errors joined at the end of its chain. Without such a list
// the headline is all: `a: b: c`.
func dissect(err error) (headline string, causes []error) {
	text := err.Error()
	for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(cause) {
		if joined(cause) == nil {
			continue
		}
		parts := split(cause)
		rest, ok := strings.CutSuffix(text, cause.Error())
		if rest = strings.TrimRight(rest, ": \n"); !ok || rest == "" || len(parts) < 2 {
			break
		}
		return rest, parts
	}
	return text, nil
}

// joined returns the errors of errors.Join. It is known by what it says, one error a line: fmt.Errorf with several %w holds
// several errors as well, but has worded them into a sentence.
func joined(err error) []error {
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	parts := slices.DeleteFunc(slices.Clone(many.Unwrap()), func(err error) bool { return err == nil })
	lines := make([]string, len(parts))
	for i, part := range parts {
		lines[i] = part.Error()
	}
	if err.Error() != strings.Join(lines, "\n") {
		return nil
	}
	return parts
}

// list writes causes as stock does: numbered, below each other, theirs further in.
func list(b *strings.Builder, causes []error, indent string) {
	for i, cause := range causes {
		headline, below := dissect(cause)
		number := strconv.Itoa(i) + ": "
		hanging := indent + strings.Repeat(" ", len(number))
		b.WriteString("\n" + indent + number + strings.ReplaceAll(brief(safe(headline)), "\n", "\n"+hanging))
		list(b, below, hanging)
	}
}

// hints collects the hints of an error and all that it wraps, outermost first, each once.
func hints(err error) []string {
	var found []string
	var walk func(error)
	walk = func(err error) {
		if h, ok := err.(Hinter); ok {
			if hint := strings.TrimSpace(h.Hint()); hint != "" && !slices.Contains(found, hint) {
				found = append(found, hint)
			}
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			if cause := e.Unwrap(); cause != nil {
				walk(cause)
			}
		case interface{ Unwrap() []error }:
			for _, cause := range e.Unwrap() {
				if cause != nil {
					walk(cause)
				}
			}
		}
	}
	walk(err)
	return found
}

func (u *UI) hint(b *strings.Builder, hints []string) {
	if len(hints) > 0 && u.style == Cargo {
		b.WriteByte('\n') // Cargo sets its advice apart
	}
	for _, hint := range hints {
		for line := range strings.SplitSeq(safe(hint), "\n") {
			word, rest := "help", line
			if note, ok := strings.CutPrefix(line, "note: "); ok {
				word, rest = "note", note
			}
			if u.style == Cargo {
				word = u.errPen.paint(Literal, word)
			}
			b.WriteString("\n" + word + ": " + rest)
		}
	}
}
