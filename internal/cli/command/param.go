package command

import "slices"

// param is what can be given: a flag or an argument by position. What is said of
// both (required, excluded, shown in a usage line) is said of params.
type param struct {
	flag  *Flag
	arg   *Arg
	index int // of an argument by position, from 1
}

// params are all of a command's, arguments first, in the order of declaration.
func (c *Command) params() []*param {
	var all []*param
	for i := range c.Args {
		all = append(all, &param{arg: &c.Args[i], index: i + 1})
	}
	for _, f := range c.flags() {
		all = append(all, &param{flag: f})
	}
	return all
}

func (p *param) id() string {
	switch {
	case p.arg != nil:
		return p.arg.Name
	case p.flag.Long != "":
		return p.flag.Long
	}
	return string(p.flag.Short)
}

func (p *param) hidden() bool { return p.flag != nil && p.flag.Hidden }

func (p *param) required() bool { return p.arg != nil && p.arg.Required }

func (p *param) requires() []string {
	if p.flag == nil {
		return nil
	}
	return p.flag.Require
}

// String is the param as messages name it.
func (p *param) String() string {
	if p.arg != nil {
		return p.arg.String()
	}
	return p.flag.String()
}

// given is String of one that must be there.
func (p *param) given() string {
	if p.arg != nil {
		return p.arg.shown(true)
	}
	return p.flag.String()
}

// member is the param within the brackets of its group.
func (p *param) member() string {
	if p.arg != nil {
		return p.arg.Name
	}
	return p.flag.String()
}

// String is the flag as messages name it: "--profile <PROFILE>".
func (f *Flag) String() string {
	name := "--" + f.Long
	if f.Long == "" {
		name = "-" + string(f.Short)
	}
	switch {
	case f.Optional:
		return name + " [<" + f.Value + ">]"
	case f.Value != "":
		return name + " <" + f.Value + ">"
	case f.Many:
		return name + "..."
	}
	return name
}

// String is the argument as usage lines have it: "[TOOLCHAIN]...".
func (a *Arg) String() string { return a.shown(a.Required) }

func (a *Arg) shown(required bool) string {
	text := "[" + a.Name + "]"
	if required && !a.Loose {
		text = "<" + a.Name + ">"
	}
	if a.Many {
		text += "..."
	}
	if a.Last {
		text = "[-- " + text + "]"
	}
	return text
}

func (c *Command) group(name string) *Group {
	for i := range c.Groups {
		if c.Groups[i].Name == name {
			return &c.Groups[i]
		}
	}
	return nil
}

// groupsOf are the groups that a param is a member of.
func (c *Command) groupsOf(id string) (found []*Group) {
	for i := range c.Groups {
		if slices.Contains(c.Groups[i].Members, id) {
			found = append(found, &c.Groups[i])
		}
	}
	return found
}

// excludes says whether two params that were given cannot stand beside each other.
func (c *Command) excludes(a, b *param) bool {
	return c.names(a, b) || c.names(b, a) || c.rivals(a, b)
}

// names says whether a is declared not to stand beside b, or beside a group of b's.
func (c *Command) names(a, b *param) bool {
	if a.flag == nil {
		return false
	}
	return slices.ContainsFunc(a.flag.Exclude, func(id string) bool {
		g := c.group(id)
		return id == b.id() || g != nil && slices.Contains(g.Members, b.id())
	})
}

// rivals says whether both are members of a group of which one is possible.
func (c *Command) rivals(a, b *param) bool {
	return slices.ContainsFunc(c.Groups, func(g Group) bool {
		return !g.Many && slices.Contains(g.Members, a.id()) && slices.Contains(g.Members, b.id())
	})
}
