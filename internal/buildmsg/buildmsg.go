// Package buildmsg is what a build says: the lines of --message-format, to the byte those of Cargo 1.95, and what
// becomes of the JSON lines that rustc and rustdoc write.
//
// What holds: it prints nothing and asks nobody. A line that is no JSON, or not of a compiler, is passed on as it is;
// none is lost. Lines that are kept say the same when they are read again in another format.
//
// Where it ends: who prints, and whether in colors, is the caller's to decide; StripANSI takes colors out.
package buildmsg

import (
	"errors"
	"fmt"
	"strings"
)

// Format is what --message-format asks for.
type Format struct {
	JSON   bool // on standard output; else only for people, on standard error
	Short  bool // diagnostics in a line each
	ANSI   bool // JSON messages keep colors in "rendered"
	Render bool // of JSON: diagnostics are for people all the same
}

// ParseFormat reads the values of all --message-format of a command line.
func ParseFormat(values []string) (Format, error) {
	var f Format
	given := false
	two := errors.New("cannot specify two kinds of `message-format` arguments")
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.ToLower(name)
			switch name {
			case "json", "human", "short":
				if given {
					return Format{}, two
				}
				f.JSON, f.Short = name == "json", name == "short"
			case "json-render-diagnostics", "json-diagnostic-short", "json-diagnostic-rendered-ansi":
				if given && !f.JSON {
					return Format{}, two
				}
				f.JSON = true
				f.Render = f.Render || name == "json-render-diagnostics"
				f.Short = f.Short || name == "json-diagnostic-short"
				f.ANSI = f.ANSI || name == "json-diagnostic-rendered-ansi"
			default:
				return Format{}, fmt.Errorf("invalid message format specifier: `%s`, expected human, short, json, json-diagnostic-short, json-diagnostic-rendered-ansi or json-render-diagnostics", name)
			}
			given = true
		}
	}
	return f, nil
}

// rendersItself tells whether diagnostics of the compiler are shown to people.
func (f Format) rendersItself() bool { return !f.JSON || f.Render }
