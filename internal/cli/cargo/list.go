package cargo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"berth/internal/ui"
)

// listed is a command as the list shows it.
type listed struct{ about, path string }

// commands are all that there are: programs, built in, short names, and aliases of
// the user, of which the later ones stand for the earlier ones of the same name.
func (c *cli) commands() map[string]listed {
	all := map[string]listed{}
	for name, path := range c.externals() {
		all[name] = listed{path: path, about: knownExternal(name)}
	}
	for _, b := range builtins() {
		all[b.name] = listed{about: b.about}
	}
	for short, long := range shortNames() {
		all[short] = listed{about: "alias: " + long}
	}
	if cfg, err := c.plainConfig(); err == nil {
		for name, words := range cfg.Aliases() {
			all[name] = listed{about: "alias: " + joined(words)}
		}
	}
	return all
}

func (c *cli) commandNames() []string { return slices.Sorted(maps.Keys(c.commands())) }

func joined(words []string) string { return strings.Join(words, " ") }

// knownExternal is what a program does that comes with the toolchain.
func knownExternal(name string) string {
	switch name {
	case "clippy":
		return "Look for mistakes, and for what could be written better"
	case "fmt":
		return "Put all of a package's code into rustfmt's form"
	}
	return ""
}

// list prints them, sorted.
func (c *cli) list(verbose bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", c.UI.Paint(ui.Heading, "Installed Commands:"))
	all := c.commands()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		about := all[name].about
		if about == "" && verbose {
			about = all[name].path
		}
		if about == "" {
			fmt.Fprintf(&b, "    %s\n", c.UI.Paint(ui.Literal, name))
			continue
		}
		fmt.Fprintf(&b, "    %s %s\n", c.UI.Paint(ui.Literal, fmt.Sprintf("%-20s", name)), about)
	}
	c.UI.Print(b.String())
	return nil
}
