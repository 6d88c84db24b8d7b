package config

import "strings"

// Alias is what the user has a command stand for.
func (c *Config) Alias(command string) (words []string, set bool, err error) {
	k := ParseKey("alias." + command)
	if v, err := c.stringAt(k); err == nil {
		return strings.Fields(v.Val), v.Set, nil
	}
	v, err := plainTexts(c.stringsAt(k))
	return v.Val, v.Set, err
}

// Aliases are all of the user's that files and --config name, for lists of commands. What
// is no alias is left out.
func (c *Config) Aliases() map[string][]string {
	all := map[string][]string{}
	n, err := c.Lookup(ParseKey("alias"))
	if err != nil || n.Kind() != Table {
		return all
	}
	for _, name := range n.Keys() {
		if words, set, err := c.Alias(name); err == nil && set {
			all[name] = words
		}
	}
	return all
}
