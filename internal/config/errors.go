package config

import (
	"fmt"
	"strings"

	"berth/internal/tomldoc"
)

// Error is a value that is not what it should be.
type Error struct {
	Message string
	Origin  Origin
	place   *tomldoc.Error // where it stands in a file or argument
}

func (e *Error) Error() string {
	if e.place != nil {
		return e.place.Error()
	}
	return e.Message + "\n --> " + e.Origin.String()
}

// errorf is an error about n that shows its place.
func (n *Node) errorf(format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...), Origin: n.origin}
	if n.doc != nil {
		e.place = hideSecret(n.doc.Errorf(n.at, "%s", e.Message), n.hidden)
	}
	return e
}

// withHelp adds what to do next.
func (e *Error) withHelp(format string, args ...any) *Error {
	if e.place != nil {
		e.place = e.place.WithHelp(format, args...)
	} else {
		e.Message += "; " + fmt.Sprintf(format, args...)
	}
	return e
}

// hideSecret takes the line out of an error that could show a token: every line of a file
// of credentials, and elsewhere what speaks of one.
func hideSecret(e *tomldoc.Error, always bool) *tomldoc.Error {
	line := strings.ToLower(e.Line)
	if always || strings.Contains(line, "token") || strings.Contains(line, "secret") {
		return hideLine(e)
	}
	return e
}

func hideLine(e *tomldoc.Error) *tomldoc.Error {
	e.Line = "(not shown: it may hold a token)"
	e.Width, e.Note = 0, ""
	e.At.Column = 1
	return e
}

// wrongKind is the error for a value of another kind than the key has.
func (n *Node) wrongKind(key, expected string) *Error {
	return n.errorf("expected %s for `%s`, found %s", expected, key, n.kind)
}

// wrong is the error for a value of the right kind that is none of the allowed ones.
func wrong(key Key, o Origin, format string, args ...any) *Error {
	return &Error{Message: "`" + key.String() + "`: " + fmt.Sprintf(format, args...), Origin: o}
}

// Expected is the error for a value of another kind than the key has, for those who read tables by themselves.
func (n *Node) Expected(key, what string) error { return n.wrongKind(key, what) }

// Refused is the error for a value that cannot be where it stands.
func (n *Node) Refused(format string, args ...any) error { return n.errorf(format, args...) }
