// Package command declares a command line as values and reads arguments the way
// stock rustup does.
//
// What holds: what stock takes is taken and means the same (long flags with or
// without =, clusters of short ones, comma lists, `--`, commands by whole name or
// alias only), and what stock refuses is refused, on the stream that stock uses:
// unknown flags and commands on stdout, wrong and missing values on stderr. Usage
// lines, flags and the first word of each message are stock's; the sentences are
// our own. Reading has no effect but on the variables that the declaration names.
//
// What does not: of two mistakes in one line another one than stock's may be
// reported first.
package command

import "context"

// Command is a verb, or a family of them.
type Command struct {
	Name    string
	Aliases []string // accepted and never shown
	About   string   // one line
	More    string   // what help adds below the flags
	Hidden  bool

	Flags []Flag
	Args  []Arg
	// Commands are the verbs of a family. Where Run is set besides, the family's
	// name alone is a command, too.
	Commands []*Command
	// Verbatim says that from the first word of the last argument on nothing is
	// read any more: the command line of `run`.
	Verbatim bool
	// HelpIfEmpty says that without any argument help is shown instead of an error.
	HelpIfEmpty bool

	// Run carries the command out; nil for a family, whose help is shown.
	Run func(ctx context.Context) error

	parent *Command
	isHelp bool // the command that shows help, which has no --help
}

// Flag is a flag of one command. Without Value it is a switch.
type Flag struct {
	Long    string
	Short   byte
	About   string
	Value   string   // what help calls the value: PROFILE
	Choices []string // the only values
	List    bool     // may be repeated, and takes values with commas between them
	Exclude []string // long names of flags that cannot stand beside it
	Ends    bool     // the command runs at once, whatever follows (--version)
	Hidden  bool

	// Set is called with each value, or with "" for a switch.
	Set func(value string) error
}

// Arg is an argument by position.
type Arg struct {
	Name     string
	About    string
	Required bool
	Many     bool
	Choices  []string
	Set      func(value string) error
}

// True is Set of a switch.
func True(p *bool) func(string) error {
	return func(string) error { *p = true; return nil }
}

// To is Set of a value that parse reads.
func To[T any](p *T, parse func(string) (T, error)) func(string) error {
	return func(s string) (err error) { *p, err = parse(s); return err }
}

// Append is Set of several values.
func Append[T any](p *[]T, parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		v, err := parse(s)
		if err == nil {
			*p = append(*p, v)
		}
		return err
	}
}

// Text is parse of what is any text.
func Text(s string) (string, error) { return s, nil }

// Find is the command of that name or alias below c.
func (c *Command) Find(name string) *Command {
	for _, sub := range c.Commands {
		if sub.answersTo(name) {
			return sub
		}
	}
	return nil
}

func (c *Command) answersTo(name string) bool {
	if c.Name == name {
		return true
	}
	for _, alias := range c.Aliases {
		if alias == name {
			return true
		}
	}
	return false
}

// Path is the command with those above it: "rustup toolchain list".
func (c *Command) Path() string {
	if c.parent == nil {
		return c.Name
	}
	return c.parent.Path() + " " + c.Name
}

func (c *Command) long(name string) *Flag {
	for i := range c.Flags {
		if c.Flags[i].Long == name {
			return &c.Flags[i]
		}
	}
	return nil
}

func (c *Command) short(letter byte) *Flag {
	for i := range c.Flags {
		if letter != 0 && c.Flags[i].Short == letter {
			return &c.Flags[i]
		}
	}
	return nil
}

// String is the flag as messages name it: "--profile <PROFILE>".
func (f *Flag) String() string {
	name := "--" + f.Long
	if f.Long == "" {
		name = "-" + string(f.Short)
	}
	if f.Value == "" {
		return name
	}
	return name + " <" + f.Value + ">"
}

// String is the argument as usage lines have it: "[TOOLCHAIN]...".
func (a *Arg) String() string { return a.shown(a.Required) }

func (a *Arg) shown(required bool) string {
	text := "[" + a.Name + "]"
	if required {
		text = "<" + a.Name + ">"
	}
	if a.Many {
		text += "..."
	}
	return text
}
