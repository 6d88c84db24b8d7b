package cargo

import (
	"slices"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/config"
)

// reading is a command line that was read, aliases replaced.
type reading struct {
	verb     string   // "" if there is none
	external []string // the verb and its arguments, where it is none of cargo's own
	command  *command.Command
	globals  globals // of the whole line
	own      globals // of the last alias, or of the line if it has none
	warnings []warning
}

// warning may have a note below it.
type warning struct{ text, note string }

// read reads the line. An alias is read as a line of its own, and what stands behind
// it is added to that.
func (c *cli) read() (*reading, error) {
	r := &reading{}
	name, args := "cargo", c.tool.Args()
	var expanded []string
	for {
		cmd, err := c.root(name).Parse(args)
		if err != nil {
			return nil, err
		}
		r.globals, r.own = r.globals.below(c.globals), c.globals
		r.command, r.external, r.verb = cmd, c.other, c.verbOf(cmd, name)
		if r.verb == "" && expanded != nil {
			return nil, &aliasError{expanded[len(expanded)-1]}
		}
		if slices.Contains(expanded, r.verb) {
			c.ensureVoice()
			c.warn(r.warnings)
			return nil, &loopError{append(expanded, r.verb)}
		}
		alias, err := c.alias(r)
		if err != nil || alias == nil {
			return r, err
		}
		expanded = append(expanded, r.verb)
		name, args = "", append(alias, r.external[1:]...)
	}
}

// verbOf is the verb that cmd is, or is a part of.
func (c *cli) verbOf(cmd *command.Command, root string) string {
	if c.other != nil {
		return c.other[0]
	}
	words := strings.Fields(strings.TrimPrefix(cmd.Path(), root))
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// alias is what the verb stands for; nil if it stands for itself. What --config says
// of aliases is not asked, as stock does not either.
func (c *cli) alias(r *reading) ([]string, error) {
	if r.verb == "" {
		return nil, nil
	}
	cfg, err := c.plainConfig()
	var words []string
	if err == nil {
		words, err = userAlias(cfg, r.verb)
	}
	short := shortNames()[r.verb]
	switch {
	case isBuiltin(r.verb):
		if words != nil {
			r.warn("user-defined alias `"+r.verb+"` is ignored: cargo has a command of this name", "")
		}
		return nil, nil
	case err != nil:
		return nil, err
	case words == nil && short != "":
		return []string{short}, nil
	case words != nil && short == "":
		if path := c.external(r.verb); path != "" {
			r.warn("user-defined alias `"+r.verb+"` hides the command `"+path+"`", "stock cargo means to make this an error one day; give the alias another name")
		}
	}
	return words, nil
}

// warn says warnings of reading.
func (c *cli) warn(warnings []warning) {
	for _, w := range warnings {
		c.UI.Warnf("%s", w.text)
		if w.note != "" {
			c.UI.Infof("%s", w.note)
		}
	}
}

func (r *reading) warn(text, note string) { r.warnings = append(r.warnings, warning{text, note}) }

func userAlias(cfg *config.Config, verb string) ([]string, error) {
	words, set, err := cfg.Alias(verb)
	if err == nil && set && len(words) == 0 {
		err = &emptyAliasError{verb}
	}
	if err != nil || !set {
		return nil, err
	}
	return words, nil
}

// plainConfig is the configuration without what the command line says.
func (c *cli) plainConfig() (*config.Config, error) { return c.load(nil) }

type emptyAliasError struct{ name string }

func (e *emptyAliasError) Error() string {
	return "subcommand is required, but `alias." + e.name + "` is empty"
}

type aliasError struct{ name string }

func (e *aliasError) Error() string {
	return "subcommand is required, add a subcommand to the command alias `alias." + e.name + "`"
}

type loopError struct{ names []string }

func (e *loopError) Error() string {
	return "alias " + e.names[0] + " has unresolvable recursive definition: " + strings.Join(e.names, " -> ")
}
