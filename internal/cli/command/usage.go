package command

import "strings"

// usage is the usual form of the command.
func (c *Command) usage() string {
	parts := []string{c.Path()}
	if len(c.Flags) > 0 && c.anyFlagShown() {
		parts = append(parts, "[OPTIONS]")
	}
	for i := range c.Args {
		parts = append(parts, c.Args[i].String())
	}
	switch {
	case len(c.Commands) == 0:
	case c.Run == nil:
		parts = append(parts, "<COMMAND>")
	default:
		parts = append(parts, "[COMMAND]")
	}
	return strings.Join(parts, " ")
}

func (c *Command) anyFlagShown() bool {
	for i := range c.Flags {
		if !c.Flags[i].Hidden {
			return true
		}
	}
	return false
}

// usageOf is the form that the user began with: the flags that were given, and
// as required as many arguments as there were words.
func (c *Command) usageOf(flags []*Flag, words int) string {
	parts := []string{c.Path()}
	for i, f := range flags {
		if !contains(flags[:i], f) {
			parts = append(parts, f.String())
		}
	}
	for i := range c.Args {
		parts = append(parts, c.Args[i].shown(c.Args[i].Required || i < words))
	}
	if len(c.Commands) > 0 && c.Run == nil {
		parts = append(parts, "<COMMAND>")
	}
	return strings.Join(parts, " ")
}

func contains(list []*Flag, f *Flag) bool {
	for _, g := range list {
		if f == g {
			return true
		}
	}
	return false
}
