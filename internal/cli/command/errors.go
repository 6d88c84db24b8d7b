package command

import (
	"fmt"
	"strings"
)

// Stream is where a message about the command line goes.
type Stream uint8

// Stock prints what it says about unknown words to stdout, all else to stderr.
const (
	Stderr Stream = iota
	Stdout
)

// UsageError is a command line that cannot be read.
type UsageError struct {
	Stream  Stream
	Message string
	Tip     string // what may have been meant
	Usage   string // the line that shows the right form, if that helps
	Cause   error
}

// Error is the whole message, of several lines, as a report prints it.
func (e *UsageError) Error() string {
	text := e.Message
	if e.Tip != "" {
		text += "\n\n  tip: " + e.Tip
	}
	if e.Usage != "" {
		text += "\n\nUsage: " + e.Usage
	}
	return text + "\n\nTry '--help' to see what can be written here."
}

func (e *UsageError) Unwrap() error { return e.Cause }

// HelpError asks for the help of a command to be shown instead of running it.
type HelpError struct {
	Command *Command
	Asked   bool // by --help or help; else something was left out
}

func (e *HelpError) Error() string { return "help on " + e.Command.Path() }

func (c *Command) usageError(to Stream, usage, format string, args ...any) *UsageError {
	return &UsageError{Stream: to, Usage: usage, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) unknownFlag(name string) error {
	err := p.cmd.usageError(Stdout, p.cmd.usage(), "unexpected flag '%s'", name)
	if strings.HasPrefix(name, "--") && len(p.given)+p.words > 0 {
		err.Usage = p.cmd.usageOf(p.given, p.words)
	}
	if flag := p.cmd.similarFlag(name); flag != nil {
		err.Tip = fmt.Sprintf("a similar flag is '--%s'", flag.Long)
		err.Usage = p.cmd.usageOf(append(p.given, flag), p.words)
	} else if len(p.cmd.Args) > 0 {
		err.Tip = fmt.Sprintf("if '%s' is meant as a value, write '-- %[1]s'", name)
	}
	return err
}

// unexpectedWord reports a word for which there is no place: in a family it was
// meant as a command.
func (p *parser) unexpectedWord(value string) error {
	similar := p.cmd.similarCommands(value)
	if !p.trailing && len(p.cmd.Commands) > 0 && (len(similar) > 0 || len(p.cmd.Args) == 0) {
		return p.cmd.unknownCommand(value, similar)
	}
	return p.cmd.usageError(Stdout, p.cmd.usage(), "unexpected argument '%s'", value)
}

func (c *Command) unknownCommand(name string, similar []string) error {
	err := c.usageError(Stdout, c.usage(), "there is no subcommand '%s'", name)
	switch len(similar) {
	case 0:
	case 1:
		err.Tip = "a similar subcommand is " + quoted(similar)
	default:
		err.Tip = "similar subcommands are " + quoted(similar)
	}
	return err
}

func (c *Command) wrongChoice(value, name string, choices []string) error {
	err := &UsageError{Message: fmt.Sprintf("invalid value '%s' for '%s'%s", value, name, possible(choices))}
	if best := similar(value, choices); len(best) > 0 {
		err.Tip = "a similar value is " + quoted(best[len(best)-1:])
	}
	return err
}

func (c *Command) missingValue(f *Flag) error {
	return &UsageError{Message: fmt.Sprintf("'%s' needs a value%s", f, possible(f.Choices))}
}

func possible(choices []string) string {
	if choices == nil {
		return ""
	}
	return "\n  [possible values: " + strings.Join(choices, ", ") + "]"
}

func (c *Command) missingWords(missing []*Arg, given []*Flag) error {
	message := "required arguments are missing:"
	for _, a := range missing {
		message += "\n  " + a.String()
	}
	return c.usageError(Stderr, c.usageOf(given, len(c.Args)), "%s", message)
}

func unexpectedValue(value, flag string) string {
	return fmt.Sprintf("'%s' takes no value, but '%s' was given", flag, value)
}

func (p *parser) wrongValue(message string, given []*Flag) error {
	return p.cmd.usageError(Stderr, p.cmd.usageOf(given, p.words), "%s", message)
}

func quoted(words []string) string { return "'" + strings.Join(words, "', '") + "'" }
