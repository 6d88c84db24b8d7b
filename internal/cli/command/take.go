package command

import (
	"slices"
	"strings"
)

// take sets a param that was read whole.
func (p *parser) take(q *param, values []string) error {
	if q.flag == nil {
		p.note(q)
		return p.setAll(q, values, q.arg.Choices, q.arg.Set)
	}
	f := q.flag
	if len(values) == 0 && !f.Optional {
		return p.cmd.missingValue(q)
	}
	if !f.Many && slices.Contains(p.given, q) {
		return p.cmd.usageError(Conflict, p.cmd.usage(), "the argument '%s' cannot be used multiple times", f)
	}
	p.replace(q)
	p.note(q)
	switch {
	case f.Unknown != nil:
		return p.unknownToTips(f)
	case f.Ends:
		p.rest, p.ended = nil, true
	case len(values) == 0:
		if f.Bare != nil {
			f.Bare()
		}
		return nil
	case f.Comma:
		values = strings.Split(values[0], ",")
	}
	return p.setAll(q, values, f.Choices, f.Set)
}

// note remembers a param that was given. A switch that counts moves to the end.
func (p *parser) note(q *param) {
	if q.flag != nil && q.flag.Value == "" {
		p.given = slices.DeleteFunc(p.given, func(g *param) bool { return g == q })
	}
	if !slices.Contains(p.given, q) {
		p.given = append(p.given, q)
	}
}

// replace undoes what the flag undoes, and a global flag's value from in front of
// the command's name when it is given for the first time behind it.
func (p *parser) replace(q *param) {
	again := q.flag.Global && !slices.Contains(p.given, q) &&
		slices.ContainsFunc(p.above, func(a *param) bool { return a.flag == q.flag })
	if again && q.flag.Reset != nil {
		q.flag.Reset()
	}
	p.given = slices.DeleteFunc(p.given, func(g *param) bool {
		undone := g.flag != nil && (slices.Contains(q.flag.Replace, g.id()) || slices.Contains(g.flag.Replace, q.id()))
		if undone {
			g.flag.Reset()
		}
		return undone
	})
}

func (p *parser) setAll(q *param, values, choices []string, set func(string) error) error {
	for _, value := range values {
		if err := p.set(q, value, choices, set); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) set(q *param, value string, choices []string, set func(string) error) error {
	if q.flag != nil && q.flag.Filled && value == "" {
		return p.cmd.missingValue(q)
	}
	if choices != nil && !p.allowed(q, value, choices) {
		return p.cmd.wrongChoice(q, value, choices)
	}
	if set == nil {
		return nil
	}
	if err := set(value); err != nil {
		return &UsageError{Kind: WrongValue, Message: "invalid value '" + value + "' for '" + q.String() + "': " + err.Error(), Cause: err}
	}
	return nil
}

func (p *parser) allowed(q *param, value string, choices []string) bool {
	if q.flag != nil && q.flag.AnyCase {
		return slices.ContainsFunc(choices, func(c string) bool { return strings.EqualFold(c, value) })
	}
	return slices.Contains(choices, value)
}

// end checks what can only be known of the whole line. Alone says that no command
// below was named.
func (p *parser) end(alone bool) error {
	if err := p.flush(); err != nil {
		return err
	}
	if alone && len(p.given) == 0 && (p.cmd.HelpIfEmpty || p.cmd.Run == nil) || alone && p.cmd.Run == nil {
		return &HelpError{Command: p.cmd}
	}
	if err := p.conflict(); err != nil {
		return err
	}
	if missing := p.missing(); len(missing) > 0 {
		return p.missingError(missing)
	}
	return nil
}

// conflict reports what cannot stand beside each other.
func (p *parser) conflict() error {
	for _, q := range p.given {
		var others []*param
		for _, g := range p.given {
			if g != q && p.cmd.excludes(q, g) {
				others = append(others, g)
			}
		}
		if others != nil {
			return p.conflictError(q, others)
		}
	}
	return nil
}

func (p *parser) isGiven(id string) bool {
	return slices.ContainsFunc(p.given, func(q *param) bool { return q.id() == id })
}

// required are the params and groups that must be given: always, or because of
// something else that was.
func (p *parser) required() (ids []string) {
	for _, q := range p.params {
		if q.required() {
			ids = append(ids, q.id())
		}
	}
	for _, g := range p.cmd.Groups {
		if g.Required {
			ids = append(ids, g.Name)
		}
	}
	for _, q := range p.given {
		for _, id := range q.requires() {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// missing are those of the required that were not given. In front of an argument
// by position those before it are missing, too.
func (p *parser) missing() (ids []string) {
	last := 0
	for _, id := range p.required() {
		g := p.cmd.group(id)
		if g != nil && !slices.ContainsFunc(g.Members, p.isGiven) {
			ids = append(ids, id)
		}
		if q := p.byID(id); g == nil && q != nil && !p.isGiven(id) && !slices.ContainsFunc(p.given, func(o *param) bool { return p.cmd.excludes(q, o) }) {
			ids = append(ids, id)
			last = max(last, q.index)
		}
	}
	for _, q := range p.params {
		if q.arg != nil && q.index < last && !p.isGiven(q.id()) && !slices.Contains(ids, q.id()) {
			ids = append(ids, q.id())
		}
	}
	return ids
}

func (p *parser) byID(id string) *param {
	for _, q := range p.params {
		if q.id() == id {
			return q
		}
	}
	return nil
}
