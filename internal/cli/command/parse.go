package command

import (
	"slices"
	"strings"
)

// Parse reads the arguments below c and returns the command that they name, its
// variables set. The error is a *UsageError or a *HelpError.
func (c *Command) Parse(args []string) (*Command, error) {
	p := &parser{cmd: c, rest: args}
	for len(p.rest) > 0 {
		sub, err := p.step()
		if err != nil {
			return nil, err
		}
		if sub == nil {
			continue
		}
		if err := p.before(); err != nil {
			return nil, err
		}
		sub.parent = c
		return sub.Parse(p.rest)
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	return c, nil
}

// parser reads the arguments of one command up to the name of one below it.
type parser struct {
	cmd  *Command
	rest []string

	given    []*Flag // in order
	words    int     // of arguments by position
	pending  []word  // words whose values are not looked at yet
	trailing bool    // behind "--", or in a verbatim rest
	ended    bool    // by a flag after which nothing counts
}

type word struct {
	arg   *Arg
	value string
}

// step reads one argument, and the next one if that is its value.
func (p *parser) step() (*Command, error) {
	word := p.rest[0]
	p.rest = p.rest[1:]
	if p.trailing {
		return nil, p.word(word)
	}
	if sub := p.command(word); sub != nil {
		return sub, nil
	}
	switch {
	case p.names("help", word):
		return nil, p.cmd.helpOn(p.rest)
	case word == "--":
		p.trailing = true
		return nil, nil
	case strings.HasPrefix(word, "--"):
		return nil, p.longFlag(word[2:])
	case strings.HasPrefix(word, "-") && word != "-":
		return nil, p.shortFlags(word[1:])
	}
	return nil, p.word(word)
}

// command is the command that word names. Between the values of one argument
// nothing is looked up.
func (p *parser) command(word string) *Command {
	if p.words > 0 && p.arg(p.words-1).Many {
		return nil
	}
	return p.cmd.Find(word)
}

func (p *parser) names(help, word string) bool { return word == help && len(p.cmd.Commands) > 0 }

func (p *parser) longFlag(text string) error {
	name, value, hasValue := strings.Cut(text, "=")
	if name == "help" {
		return p.help(hasValue, value)
	}
	flag := p.cmd.long(name)
	if flag == nil {
		return p.unknownFlag("--" + name)
	}
	return p.flag(flag, value, hasValue)
}

// shortFlags reads a cluster: switches, and at its end perhaps one with a value,
// joined to it or in the next argument.
func (p *parser) shortFlags(cluster string) error {
	for i := 0; i < len(cluster); i++ {
		rest := cluster[i+1:]
		if cluster[i] == 'h' {
			return p.help(false, "")
		}
		flag := p.cmd.short(cluster[i])
		if flag == nil {
			return p.unknownFlag("-" + first(cluster[i:]))
		}
		if flag.Value != "" || strings.HasPrefix(rest, "=") {
			return p.flag(flag, strings.TrimPrefix(rest, "="), rest != "")
		}
		if err := p.flag(flag, "", false); err != nil || p.ended {
			return err
		}
	}
	return nil
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func (p *parser) help(hasValue bool, value string) error {
	if hasValue {
		return p.wrongValue(unexpectedValue(value, "--help"), nil)
	}
	if err := p.flush(); err != nil {
		return err
	}
	return &HelpError{Command: p.cmd, Asked: true}
}

// flag reads the value of a flag and sets it.
func (p *parser) flag(f *Flag, value string, hasValue bool) error {
	if err := p.flush(); err != nil {
		return err
	}
	if slices.Contains(p.given, f) && !f.List {
		return p.cmd.usageError(Stderr, p.cmd.usage(), "the argument '%s' cannot be used multiple times", f)
	}
	if f.Value == "" {
		if hasValue {
			return p.wrongValue(unexpectedValue(value, f.String()), []*Flag{f})
		}
		p.given = append(p.given, f)
		if f.Ends {
			p.rest, p.ended = nil, true
		}
		return p.set(f.Set, "", nil, f.String())
	}
	if !hasValue && len(p.rest) > 0 && !looksLikeFlag(p.rest[0]) {
		value, p.rest = p.rest[0], p.rest[1:]
	}
	if value == "" {
		return p.cmd.missingValue(f)
	}
	p.given = append(p.given, f)
	if !f.List {
		return p.set(f.Set, value, f.Choices, f.String())
	}
	for part := range strings.SplitSeq(value, ",") {
		if err := p.set(f.Set, part, f.Choices, f.String()); err != nil {
			return err
		}
	}
	return nil
}

func looksLikeFlag(s string) bool { return strings.HasPrefix(s, "-") && s != "-" }

// word takes an argument by position. Its value is looked at later: a mistake in
// the command line's form is reported before one in a value.
func (p *parser) word(value string) error {
	arg := p.arg(p.words)
	if arg == nil {
		return p.unexpectedWord(value)
	}
	p.words++
	p.pending = append(p.pending, word{arg, value})
	if p.cmd.Verbatim && arg == &p.cmd.Args[len(p.cmd.Args)-1] {
		p.trailing = true
	}
	return nil
}

// arg is the argument that the n-th word belongs to.
func (p *parser) arg(n int) *Arg {
	args := p.cmd.Args
	if n < len(args) {
		return &args[n]
	}
	if last := len(args) - 1; last >= 0 && args[last].Many {
		return &args[last]
	}
	return nil
}

func (p *parser) flush() error {
	for _, w := range p.pending {
		if err := p.set(w.arg.Set, w.value, w.arg.Choices, w.arg.String()); err != nil {
			return err
		}
	}
	p.pending = nil
	return nil
}

func (p *parser) set(set func(string) error, value string, choices []string, name string) error {
	if choices != nil && !slices.Contains(choices, value) {
		return p.cmd.wrongChoice(value, name, choices)
	}
	if err := set(value); err != nil {
		return &UsageError{Stream: Stderr, Message: "invalid value '" + value + "' for '" + name + "': " + err.Error(), Cause: err}
	}
	return nil
}

// end checks what can only be known of the whole line.
func (p *parser) end() error {
	if p.ended {
		return nil
	}
	if err := p.before(); err != nil {
		return err
	}
	if p.cmd.Run == nil || p.cmd.HelpIfEmpty && p.words == 0 && len(p.given) == 0 {
		return &HelpError{Command: p.cmd}
	}
	if missing := p.missing(); len(missing) > 0 {
		return p.cmd.missingWords(missing, p.given)
	}
	return nil
}

// before checks what stands in front of a command below this one.
func (p *parser) before() error {
	if err := p.flush(); err != nil {
		return err
	}
	return p.conflict()
}

// conflict reports flags that cannot stand beside each other.
func (p *parser) conflict() error {
	for i, f := range p.given {
		for _, g := range p.given[i+1:] {
			if excludes(f, g) {
				return p.cmd.usageError(Stderr, p.cmd.usageOf([]*Flag{f}, p.words),
					"the argument '%s' cannot be used with '%s'", f, g)
			}
		}
	}
	return nil
}

// missing are the required arguments that were not given.
func (p *parser) missing() (missing []*Arg) {
	for i := p.words; i < len(p.cmd.Args); i++ {
		if p.cmd.Args[i].Required {
			missing = append(missing, &p.cmd.Args[i])
		}
	}
	return missing
}

func excludes(f, g *Flag) bool {
	return slices.Contains(f.Exclude, g.Long) || slices.Contains(g.Exclude, f.Long)
}
