package command

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is what is wrong with a command line.
type Kind uint8

// What can be wrong.
const (
	UnknownArgument Kind = iota
	UnknownCommand
	UnexpectedValue
	WrongValue
	MissingValue
	MissingArgument
	Conflict
)

// UsageError is a command line that cannot be read.
type UsageError struct {
	Kind    Kind
	Message string
	Tips    []string // what may have been meant
	Usage   string   // the line that shows the right form, if that helps
	Cause   error
}

// Error is the whole message, of several lines, as a report prints it.
func (e *UsageError) Error() string {
	text := e.Message
	for i, tip := range e.Tips {
		if i == 0 {
			text += "\n"
		}
		text += "\n  tip: " + tip
	}
	if e.Usage != "" {
		text += "\n\nUsage: " + e.Usage
	}
	return text + "\n\nFor more information, try '--help'."
}

func (e *UsageError) Unwrap() error { return e.Cause }

// HelpError asks for the help of a command to be shown instead of running it.
type HelpError struct {
	Command *Command
	Asked   bool // by --help or help; else something was left out
	Long    bool // by --help
}

func (e *HelpError) Error() string { return "help on " + e.Command.Path() }

func (c *Command) usageError(kind Kind, usage, format string, args ...any) *UsageError {
	return &UsageError{Kind: kind, Usage: usage, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) unknownFlag(name string) error {
	_ = p.flush() // a mistake of form comes before one in a value
	err := p.cmd.usageError(UnknownArgument, p.cmd.usage(), "unexpected argument '%s' found", name)
	given := p.shown()
	similar, below := p.similarFlag(name)
	switch {
	case below != "":
		err.Tips = []string{fmt.Sprintf("'%s %s' exists", below, similar)}
	case similar != "":
		err.Tips = []string{similarTip("argument", similar)}
		if flag := p.long(strings.TrimPrefix(similar, "--")); flag != nil && !flag.hidden() {
			given = append(given, flag)
		}
		if p.cmd.passesOn() {
			err.Tips = append(err.Tips, asValueTip(name))
		}
	case len(p.cmd.Args) > 0:
		err.Tips = []string{asValueTip(name)}
	}
	if strings.HasPrefix(name, "--") {
		err.Usage = p.usageOf(given, p.cmd.alwaysRequired())
	}
	return err
}

func asValueTip(name string) string {
	return fmt.Sprintf("to pass '%s' as a value, use '-- %[1]s'", name)
}

// passesOn tells whether the command has arguments that are for another program.
func (c *Command) passesOn() bool {
	return c.Verbatim || slices.ContainsFunc(c.Args, func(a Arg) bool { return a.Last })
}

func similarTip(what, similar string) string {
	return "a similar " + what + " exists: '" + similar + "'"
}

// SimilarArgument is the tip that another flag was meant.
func SimilarArgument(flag string) []string { return []string{similarTip("argument", flag)} }

func (p *parser) unknownToTips(f *Flag) error {
	err := p.cmd.usageError(UnknownArgument, p.cmd.usage(), "unexpected argument '%s' found", f)
	err.Tips = f.Unknown
	return err
}

// unexpectedWord reports a word for which there is no place: in a family it was
// meant as a command.
func (p *parser) unexpectedWord(value string) error {
	_ = p.flush()
	if p.cmd.Alone && len(p.given) > 0 {
		return p.cmd.usageError(UnknownArgument, p.cmd.usage(), "the subcommand '%s' cannot be used with%s", value, listed(p.given))
	}
	similar := p.cmd.similarCommands(value)
	if !p.trailing && len(p.cmd.Commands) > 0 && (len(similar) > 0 || len(p.cmd.Args) == 0) {
		return p.cmd.unknownCommand(value, similar)
	}
	return p.cmd.usageError(UnknownArgument, p.cmd.usage(), "unexpected argument '%s' found", value)
}

func (c *Command) unknownCommand(name string, similar []string) error {
	err := c.usageError(UnknownCommand, c.usage(), "unrecognized subcommand '%s'", name)
	switch len(similar) {
	case 0:
	case 1:
		err.Tips = []string{similarTip("subcommand", similar[0])}
	default:
		err.Tips = []string{"some similar subcommands exist: '" + strings.Join(similar, "', '") + "'"}
	}
	return err
}

func (c *Command) wrongChoice(q *param, value string, choices []string) error {
	if value == "" {
		return c.missingValue(q)
	}
	err := &UsageError{Kind: WrongValue, Message: fmt.Sprintf("invalid value '%s' for '%s'%s", value, q, possible(choices))}
	if best := similar(value, choices); len(best) > 0 {
		err.Tips = []string{similarTip("value", best[len(best)-1])}
	}
	return err
}

func (c *Command) missingValue(q *param) error {
	var choices []string
	if q.flag != nil {
		choices = q.flag.Choices
	} else {
		choices = q.arg.Choices
	}
	return &UsageError{Kind: MissingValue, Message: fmt.Sprintf("a value is required for '%s' but none was supplied%s", q, possible(choices))}
}

func possible(choices []string) string {
	if choices == nil {
		return ""
	}
	return "\n  [possible values: " + strings.Join(choices, ", ") + "]"
}

func (p *parser) unexpectedValue(q *param, value string) error {
	usage := p.usageWith(append(p.shown(), q), p.cmd.alwaysRequired()) // what is pending does not count yet
	return p.cmd.usageError(UnexpectedValue, usage, "unexpected value '%s' for '%s' found; no more were expected", value, q)
}

func (p *parser) conflictError(q *param, others []*param) error {
	message := fmt.Sprintf("the argument '%s' cannot be used with%s", q, listed(others))
	shown := slices.DeleteFunc(p.shown(), func(g *param) bool { return slices.Contains(others, g) })
	required := p.cmd.alwaysRequired()
	for _, g := range shown {
		for _, id := range g.requires() {
			if !slices.ContainsFunc(others, func(o *param) bool { return o.id() == id }) {
				required = append(required, id)
			}
		}
	}
	return p.cmd.usageError(Conflict, p.usageOf(shown, required), "%s", message)
}

// listed ends a sentence with one param, or with a list.
func listed(params []*param) string {
	if len(params) == 1 {
		return " '" + params[0].String() + "'"
	}
	text := ":"
	for _, q := range params {
		text += "\n  " + q.String()
	}
	return text
}

// missingError names what is missing, flags and groups first.
func (p *parser) missingError(ids []string) error {
	message := "the following required arguments were not provided:"
	var groups, members []string
	for _, id := range ids {
		if g := p.cmd.group(id); g != nil {
			groups = append(groups, p.cmd.groupText(g))
			members = append(members, g.Members...)
		}
	}
	named := slices.DeleteFunc(p.cmd.named(ids), func(q *param) bool { return slices.Contains(members, q.id()) })
	var flags, args []string
	slices.SortStableFunc(named, func(a, b *param) int { return a.index - b.index })
	for _, q := range named {
		if q.arg != nil {
			args = append(args, q.given())
		} else {
			flags = append(flags, q.given())
		}
	}
	for _, text := range slices.Concat(flags, groups, args) {
		message += "\n  " + text
	}
	required := p.required()
	for _, id := range ids {
		if !slices.Contains(required, id) {
			required = append(required, id)
		}
	}
	return p.cmd.usageError(MissingArgument, p.usageWith(p.shown(), required), "%s", message)
}
