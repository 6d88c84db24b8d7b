// Package depinfo reads what a compiler says about what it has read (rustc's .d files), and writes the .d files that
// other build systems find beside an executable, as stock Cargo does.
//
// What holds: it is pure. A file that rustc can have written is read whole or refused.
//
// Where it ends: which of the files matter, and what became of them, is the caller's to find out. Names with a tab, a
// line break or a space at their end have no spelling in these files, neither rustc's nor Cargo's.
package depinfo

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Info is what a compiler has read.
type Info struct {
	Files []string // as rustc wrote them, most of them relative to its directory; each once
	Env   []Env
}

// Env is a variable that the source asked for.
type Env struct {
	Name  string
	Value string
	Set   bool // else there was no such variable
}

// Parse reads a .d file of rustc.
func Parse(data []byte) (*Info, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("it is not UTF-8: file names that are not cannot be told apart")
	}
	info := &Info{}
	rule := false
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		var err error
		if text, ok := strings.CutPrefix(line, "# env-dep:"); ok {
			err = info.addEnv(text)
		} else if _, files, ok := strings.Cut(line, ": "); ok && !rule && !strings.HasPrefix(line, "#") {
			// One rule names all files; what follows are rules without files, so that none is missed when deleted.
			rule = true
			err = info.addFiles(files)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	return info, nil
}

func (i *Info) addFiles(text string) error {
	seen := map[string]bool{}
	words := strings.Fields(text)
	for n := 0; n < len(words); n++ {
		name := words[n]
		for strings.HasSuffix(name, `\`) {
			if n++; n == len(words) {
				return fmt.Errorf("there is nothing after the last %q", `\`)
			}
			name = name[:len(name)-1] + " " + words[n]
		}
		if !seen[name] {
			seen[name] = true
			i.Files = append(i.Files, name)
		}
	}
	return nil
}

func (i *Info) addEnv(text string) error {
	name, value, set := strings.Cut(text, "=")
	name, err := unescape(name)
	if err != nil {
		return err
	}
	if value, err = unescape(value); err != nil {
		return err
	}
	i.Env = append(i.Env, Env{name, value, set})
	return nil
}

// unescape: a variable stands in one line, whatever is in it.
func unescape(text string) (string, error) {
	var b strings.Builder
	for {
		plain, rest, escaped := strings.Cut(text, `\`)
		b.WriteString(plain)
		if !escaped {
			return b.String(), nil
		}
		if rest == "" {
			return "", fmt.Errorf("a variable ends in the middle of an escape")
		}
		switch rest[0] {
		case '\\':
			b.WriteByte('\\')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		default:
			return "", fmt.Errorf("unknown escape %q in a variable, expected %q, %q or %q", rest[:1], `\\`, `\n`, `\r`)
		}
		text = rest[1:]
	}
}
