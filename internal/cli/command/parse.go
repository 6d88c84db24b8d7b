package command

import (
	"slices"
	"strings"
)

// Parse reads the arguments below c and returns the command that they name, its
// variables set. The error is a *UsageError or a *HelpError.
func (c *Command) Parse(args []string) (*Command, error) {
	return (&parser{cmd: c, params: c.params(), rest: args}).parse()
}

// parser reads the arguments of one command up to the name of one below it.
type parser struct {
	cmd    *Command
	params []*param
	above  []*param // that were given in front of the command's name
	rest   []string

	given    []*param // in the order in which they were read
	pending  *pending // what was given and is not looked at yet
	words    int      // of arguments by position
	anything bool     // was recognised
	trailing bool     // behind "--", or in a verbatim rest
	asksLong bool     // the last flag was written as a word: --help
	ended    bool     // by a flag after which nothing counts
}

// pending is a param with the values that belong to it so far. They are looked at
// when the next one begins: what is wrong in the line's form is reported before
// what is wrong in a value.
type pending struct {
	*param
	values []string
	open   bool // the next word may be one of its values
}

func (p *parser) parse() (*Command, error) {
	found := p.cmd
	for len(p.rest) > 0 && !p.ended {
		sub, err := p.step()
		if err != nil {
			return nil, err
		}
		if sub != nil {
			if found, err = p.descend(sub); err != nil {
				return nil, err
			}
			break
		}
	}
	if p.ended {
		return p.cmd, nil
	}
	if err := p.end(found == p.cmd); err != nil {
		return nil, err
	}
	return found, nil
}

// descend lets a command below read the rest.
func (p *parser) descend(sub *Command) (*Command, error) {
	p.cmd.below(sub)
	below := &parser{cmd: sub, params: sub.params(), rest: p.rest, above: slices.Concat(p.above, p.given)}
	found, err := below.parse()
	p.rest, p.ended = nil, below.ended
	return found, err
}

// step reads one word.
func (p *parser) step() (*Command, error) {
	word := p.rest[0]
	p.rest = p.rest[1:]
	if p.trailing {
		return nil, p.word(word)
	}
	if sub := p.command(word); sub != nil {
		return sub, nil
	}
	hyphen := p.pending != nil && p.pending.open && p.pending.flag != nil && p.pending.flag.Hyphen
	switch {
	case p.helps(word):
		return nil, p.cmd.helpOn(p.rest)
	case hyphen:
		return nil, p.value(word)
	case word == "--":
		p.trailing = true
		return nil, nil
	case strings.HasPrefix(word, "--"):
		return nil, p.longFlag(word[2:])
	case strings.HasPrefix(word, "-") && word != "-":
		return nil, p.shortFlags(word[1:])
	case p.pending != nil && p.pending.open && p.pending.flag != nil:
		return nil, p.value(word)
	}
	return nil, p.word(word)
}

// value is a word that belongs to the flag before it.
func (p *parser) value(word string) error {
	p.pending.values, p.pending.open = append(p.pending.values, word), false
	return nil
}

// command is the command that word names. Where a value may stand nothing is
// looked up.
func (p *parser) command(word string) *Command {
	if p.pending != nil && p.pending.open || p.anything && p.cmd.Alone {
		return nil
	}
	return p.cmd.Find(word)
}

func (p *parser) helps(word string) bool {
	open := p.pending != nil && p.pending.open
	return word == "help" && !open && len(p.cmd.Commands) > 0 && !p.cmd.ownHelp()
}

func (p *parser) longFlag(text string) error {
	name, value, attached := strings.Cut(text, "=")
	flag := p.long(name)
	if flag == nil {
		return p.unknownFlag("--" + name)
	}
	p.anything, p.asksLong = true, true
	if flag.flag.Value == "" && attached {
		return p.unexpectedValue(flag, value)
	}
	return p.flag(flag, value, attached)
}

// shortFlags reads a cluster: switches, and at its end perhaps one with a value,
// joined to it or in the next word.
func (p *parser) shortFlags(cluster string) error {
	for i, letter := range cluster {
		flag := p.short(letter)
		if flag == nil {
			return p.unknownFlag("-" + string(letter))
		}
		p.anything, p.asksLong = true, false
		if flag.flag.Value != "" {
			rest := cluster[i+1:]
			value, equals := strings.CutPrefix(rest, "=")
			return p.flag(flag, value, equals || rest != "")
		}
		if err := p.flag(flag, "", false); err != nil || p.ended {
			return err
		}
	}
	return nil
}

func (p *parser) long(name string) *param {
	return p.find(func(f *Flag) bool { return f.Long == name && name != "" || slices.Contains(f.Aliases, name) })
}

func (p *parser) short(letter rune) *param {
	return p.find(func(f *Flag) bool { return f.Short != 0 && rune(f.Short) == letter })
}

func (p *parser) find(fits func(*Flag) bool) *param {
	for _, q := range p.params {
		if q.flag != nil && fits(q.flag) {
			return q
		}
	}
	return nil
}

// flag takes a flag with the value that is joined to it, or waits for one.
func (p *parser) flag(f *param, value string, attached bool) error {
	if err := p.flush(); err != nil {
		return err
	}
	switch {
	case f.flag.isHelp:
		return &HelpError{Command: p.cmd, Asked: true, Long: p.asksLong && p.cmd.hasDetails()}
	case f.flag.Value == "":
		return p.take(f, []string{""})
	case attached:
		return p.take(f, []string{value})
	}
	p.pending = &pending{param: f, open: true}
	return nil
}

// word takes an argument by position.
func (p *parser) word(value string) error {
	arg := p.arg(p.words)
	if arg == nil && p.cmd.Others != nil {
		if err := p.flush(); err != nil {
			return err
		}
		rest := p.rest
		p.rest = nil
		return p.cmd.Others(value, rest)
	}
	if arg == nil {
		return p.unexpectedWord(value)
	}
	if p.pending == nil || p.pending.param != arg || !arg.arg.Many {
		if err := p.flush(); err != nil {
			return err
		}
		p.pending = &pending{param: arg}
	}
	p.words++
	p.anything = true
	p.pending.values, p.pending.open = append(p.pending.values, value), arg.arg.Many
	if p.cmd.Verbatim && arg.index == len(p.cmd.Args) {
		p.trailing = true
	}
	return nil
}

// arg is the argument that the n-th word belongs to.
func (p *parser) arg(n int) *param {
	last := len(p.cmd.Args) - 1
	if last >= 0 && p.cmd.Args[last].Last {
		if p.trailing {
			return p.params[last]
		}
		if last--; last < 0 {
			return nil
		}
	}
	if n > last && (last < 0 || !p.cmd.Args[last].Many) {
		return nil
	}
	return p.params[min(n, last)]
}

// flush looks at what is pending.
func (p *parser) flush() error {
	if p.pending == nil {
		return nil
	}
	done := p.pending
	p.pending = nil
	return p.take(done.param, done.values)
}
