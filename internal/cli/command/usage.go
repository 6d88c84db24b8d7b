package command

import (
	"slices"
	"strings"
)

// usage is the usual form of the command.
func (c *Command) usage() string {
	if c.Usage != "" {
		return c.Usage
	}
	parts := []string{c.Path()}
	if c.hasOptions() {
		parts = append(parts, "[OPTIONS]")
	}
	parts = append(parts, c.shape(nil, c.alwaysRequired(), false)...)
	switch {
	case !c.hasCommands():
	case c.Run == nil:
		parts = append(parts, "<COMMAND>")
	default:
		parts = append(parts, "[COMMAND]")
	}
	return strings.Join(parts, " ")
}

// hasOptions says whether there is a flag besides --help and those that stand in
// the usage line themselves.
func (c *Command) hasOptions() bool {
	for _, f := range c.flags() {
		required := slices.ContainsFunc(c.groupsOf(f.Long), func(g *Group) bool { return g.Required })
		if !f.Hidden && !f.isHelp && f.Long != "version" && !required {
			return true
		}
	}
	return false
}

func (c *Command) hasCommands() bool {
	return slices.ContainsFunc(c.Commands, func(sub *Command) bool { return !sub.Hidden })
}

func (c *Command) alwaysRequired() (ids []string) {
	for i := range c.Args {
		if c.Args[i].Required {
			ids = append(ids, c.Args[i].Name)
		}
	}
	for _, g := range c.Groups {
		if g.Required {
			ids = append(ids, g.Name)
		}
	}
	return ids
}

// usageOf is the form that the user began with: what is required and what was
// given. Without either it is the usual form.
func (p *parser) usageOf(given []*param, required []string) string {
	if p.cmd.Usage != "" || len(given) == 0 {
		return p.cmd.usage()
	}
	return p.usageWith(given, required)
}

func (p *parser) usageWith(given []*param, required []string) string {
	if p.cmd.Usage != "" {
		return p.cmd.Usage
	}
	parts := append([]string{p.cmd.Path()}, p.cmd.shape(given, required, true)...)
	if len(p.cmd.Commands) > 0 && p.cmd.Run == nil {
		parts = append(parts, "<COMMAND>")
	}
	return strings.Join(parts, " ")
}

// shape lists the flags, groups and arguments of a usage line. What is named by
// its group is not named again. Smart says that what was given counts as required.
func (c *Command) shape(given []*param, required []string, smart bool) []string {
	var grouped, members []string
	for _, id := range required {
		if g := c.group(id); g != nil {
			grouped = append(grouped, c.groupText(g))
			members = append(members, g.Members...)
		}
	}
	var flags []string
	firm := map[int]string{}
	for _, q := range append(c.named(required), given...) {
		switch {
		case slices.Contains(members, q.id()):
		case q.arg != nil && smart:
			firm[q.index] = q.given()
		case q.arg != nil:
			firm[q.index] = q.String()
		case !slices.Contains(flags, q.String()):
			flags = append(flags, q.String())
		}
	}
	parts := append(flags, grouped...)
	for i := range c.Args {
		switch text, ok := firm[i+1]; {
		case slices.Contains(members, c.Args[i].Name):
		case ok:
			parts = append(parts, text)
		default:
			parts = append(parts, c.Args[i].shown(false))
		}
	}
	return parts
}

// named are the params with these names, in that order; groups are left out.
func (c *Command) named(ids []string) (found []*param) {
	all := c.params()
	for _, id := range ids {
		if i := slices.IndexFunc(all, func(q *param) bool { return q.id() == id }); i >= 0 {
			found = append(found, all[i])
		}
	}
	return found
}

func (c *Command) groupText(g *Group) string {
	var texts []string
	for _, q := range c.named(g.Members) {
		texts = append(texts, q.member())
	}
	return "<" + strings.Join(texts, "|") + ">"
}

// shown are the params that the user has given and could read of.
func (p *parser) shown() []*param {
	return slices.DeleteFunc(slices.Clone(p.given), func(q *param) bool { return q.hidden() })
}
