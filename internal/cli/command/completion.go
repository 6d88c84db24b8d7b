package command

import (
	"fmt"
	"strings"
)

// # Completion
//
// A completion script is the command line as a table, and a few lines in the
// shell's language that look things up in it. It knows where it is from the words
// before the cursor: each that names a command leads one level down, all others
// (flags, values) lead nowhere. What can stand there are the level's commands,
// flags and fixed values, and the names of toolchains, which are asked for when
// they are needed. Where nothing fits, the shell's own completion of files is left
// to do its work.

// Shells are those that there are scripts for.
func Shells() []string { return []string{"bash", "elvish", "fish", "powershell", "zsh"} }

// Completion is the script for one of the shells.
func (c *Command) Completion(shell string) string {
	t := c.table()
	switch shell {
	case "bash":
		return t.bash()
	case "elvish":
		return t.elvish()
	case "fish":
		return t.fish()
	case "powershell":
		return t.powershell()
	case "zsh":
		return t.zsh()
	}
	return ""
}

// toolchainNames is the command by which scripts ask for names. Completing a word
// must never install anything.
const toolchainNames = "RUSTUP_AUTO_INSTALL=0 rustup toolchain list --quiet 2>/dev/null"

// table is a command line as completion needs it.
type table struct {
	name   string
	levels []level
}

// level is a command: where one is, and what can stand there.
type level struct {
	path       string // "rustup toolchain install"
	ways       []way
	candidates []candidate
	values     []flagValue
	toolchains bool // an argument is the name of a toolchain
	plus       bool // +toolchain can stand here
}

// way is a word that leads to another level.
type way struct{ word, to string }

// candidate is a word that can stand on a level.
type candidate struct{ word, about string }

// flagValue is what can stand behind a flag.
type flagValue struct {
	flags      []string
	choices    []string
	toolchains bool
}

func (c *Command) table() *table {
	t := &table{name: c.Name}
	t.add(c, c.Name)
	return t
}

func (t *table) add(c *Command, path string) {
	if c.Hidden {
		return
	}
	l := level{path: path}
	for _, sub := range c.Commands {
		if sub.Hidden {
			continue
		}
		to := path + " " + sub.Name
		for _, word := range append([]string{sub.Name}, sub.Aliases...) {
			l.ways = append(l.ways, way{word, to})
		}
		l.candidates = append(l.candidates, candidate{sub.Name, firstLine(sub.About)})
	}
	if len(c.Commands) > 0 {
		l.candidates = append(l.candidates, candidate{"help", helpAbout})
		l.ways = append(l.ways, way{"help", path}) // `help A B` goes down as A B does
	}
	l.addArgs(c)
	l.addFlags(c)
	t.levels = append(t.levels, l)
	for _, sub := range c.Commands {
		t.add(sub, path+" "+sub.Name)
	}
}

func (l *level) addArgs(c *Command) {
	for _, a := range c.Args {
		for _, choice := range a.Choices {
			l.candidates = append(l.candidates, candidate{choice, ""})
		}
		l.toolchains = l.toolchains || a.Name == "TOOLCHAIN"
		l.plus = l.plus || strings.HasPrefix(a.Name, "+")
	}
}

func (l *level) addFlags(c *Command) {
	for i := range c.Flags {
		f := &c.Flags[i]
		if f.Hidden {
			continue
		}
		words := f.words()
		for _, word := range words {
			l.candidates = append(l.candidates, candidate{word, firstLine(f.About)})
		}
		if f.Value != "" {
			l.values = append(l.values, flagValue{words, f.Choices, f.Value == "TOOLCHAIN"})
		}
	}
	l.candidates = append(l.candidates, candidate{"-h", helpFlagAbout}, candidate{"--help", helpFlagAbout})
}

const helpFlagAbout = "Show this text"

func (f *Flag) words() (words []string) {
	if f.Short != 0 {
		words = append(words, "-"+string(f.Short))
	}
	if f.Long != "" {
		words = append(words, "--"+f.Long)
	}
	return words
}

func (l *level) words() (words []string) {
	for _, c := range l.candidates {
		words = append(words, c.word)
	}
	return words
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// script is a text that grows by lines.
type script struct{ strings.Builder }

func (s *script) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// single quotes for shells in which a quote inside is written as escape.
func single(text, escape string) string { return "'" + strings.ReplaceAll(text, "'", escape) + "'" }
