// Package command declares a command line as values and reads arguments the way
// the stock tools do, which both leave it to the same library.
//
// What holds: what stock takes is taken and means the same (long flags with or
// without =, clusters of short ones, values that may be left out, comma lists,
// `--`, flags that all commands below share, commands by whole name or alias
// only), and what stock refuses is refused, with the same message, tip and usage
// line. Reading has no effect but on the variables that the declaration names.
//
// What does not: flags are ASCII letters and words, and arguments are taken as
// they are, whether they are UTF-8 or not.
package command

import "context"

// Command is a verb, or a family of them.
type Command struct {
	Name    string
	Aliases []string // accepted and never shown
	About   string   // one line; what follows it is shown in the command's own help
	More    string   // what help adds below the flags
	Usage   string   // takes the place of the usual form; of several lines
	Hidden  bool

	Flags  []Flag
	Args   []Arg
	Groups []Group
	// Commands are the verbs of a family. Where Run is set besides, the family's
	// name alone is a command, too.
	Commands []*Command
	// Verbatim says that from the first word of the last argument on nothing is
	// read any more: the command line of `run`.
	Verbatim bool
	// HelpIfEmpty says that without any argument help is shown instead of an error.
	HelpIfEmpty bool
	// Alone says that flags of the family and a command below it exclude each other.
	Alone bool
	// OwnHelp says that `help` is no command here and below, or one that is declared.
	OwnHelp bool
	// Unlisted says that More tells about the commands, and help does not list them.
	Unlisted bool
	// Others is called with a word that names no command, and with all that follows
	// it. Without it such a word is a mistake.
	Others func(name string, rest []string) error

	// Run carries the command out; nil for a family, whose help is shown.
	Run func(ctx context.Context) error

	parent *Command
	isHelp bool // the command that shows help, which has no --help
}

// Flag is a flag of one command. Without Value it is a switch.
type Flag struct {
	Long     string
	Short    byte
	Aliases  []string // long names that are accepted and never shown
	About    string
	Details  string   // what --help says besides
	Heading  string   // of the help's section; "" is Options
	Value    string   // what help calls the value: PROFILE
	Optional bool     // the value may be left out
	Filled   bool     // the value may not be empty
	Hyphen   bool     // the value may begin with one
	Choices  []string // the only values
	AnyCase  bool     // of the choices
	Many     bool     // may be repeated
	Comma    bool     // takes values with commas between them
	Default  string   // said in help
	Ends     bool     // the command runs at once, whatever follows (--version)
	Hidden   bool
	Global   bool // also a flag of all commands below

	Exclude []string // flags, arguments and groups that cannot stand beside it
	Require []string // those that must
	Replace []string // flags that it undoes

	// Unknown are tips for who tries the flag, which there is not.
	Unknown []string

	// Set is called with each value, or with "" for a switch.
	Set func(value string) error
	// Bare is called for a flag whose value was left out.
	Bare func()
	// Reset takes back what Set did: of a flag that another one undoes, and of a
	// global one that is given again behind the name of a command.
	Reset func()

	isHelp bool // the flag that every command has
}

// Arg is an argument by position.
type Arg struct {
	Name     string
	About    string
	Details  string
	Heading  string // of the help's section; "" is Arguments
	Default  string
	Required bool
	Many     bool
	Loose    bool // in brackets also where it was given or is required
	Last     bool // its values stand behind "--", and nothing else does
	Choices  []string
	Set      func(value string) error
}

// Group is a set of flags and arguments of which one is required, or only one
// possible.
type Group struct {
	Name     string
	Members  []string
	Required bool
	Many     bool // more than one is possible
}

// True is Set of a switch.
func True(p *bool) func(string) error {
	return func(string) error { *p = true; return nil }
}

// False is Reset of a switch.
func False(p *bool) func() { return func() { *p = false } }

// Count is Set of a switch that counts.
func Count(p *int) func(string) error {
	return func(string) error { *p++; return nil }
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

// Zero is Reset of any variable.
func Zero[T any](p *T) func() {
	return func() {
		var zero T
		*p = zero
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
	if c.parent == nil || c.parent.Path() == "" {
		return c.Name
	}
	return c.parent.Path() + " " + c.Name
}

// below is sub as a command of c, also where it is declared once for several.
func (c *Command) below(sub *Command) *Command {
	sub.parent = c
	return sub
}

// ownHelp says that no `help` was added to the command's family.
func (c *Command) ownHelp() bool { return c.OwnHelp || c.parent != nil && c.parent.ownHelp() }

// flags are the command's own, those that commands above it share, and --help.
func (c *Command) flags() []*Flag {
	var all []*Flag
	for i := range c.Flags {
		all = append(all, &c.Flags[i])
	}
	for above := c.parent; above != nil; above = above.parent {
		for i := range above.Flags {
			if f := &above.Flags[i]; f.Global && !c.hasOwn(f) {
				all = append(all, f)
			}
		}
	}
	if !c.isHelp {
		all = append(all, &Flag{Long: "help", Short: 'h', isHelp: true})
	}
	return all
}

func (c *Command) hasOwn(f *Flag) bool {
	for i := range c.Flags {
		if f.Long != "" && c.Flags[i].Long == f.Long {
			return true
		}
	}
	return false
}
