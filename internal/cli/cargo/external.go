package cargo

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/app"
	"berth/internal/exe"
	"berth/internal/jobslot"
	"berth/internal/nearest"
	"berth/internal/proxy"
)

const externalPrefix = "cargo-"

// searchDirs are where programs called cargo-NAME are looked for: PATH, and in front
// of it $CARGO_HOME/bin, unless PATH has that where its owner wants it.
func (c *cli) searchDirs() []string {
	path, _ := c.Lookup("PATH")
	dirs := filepath.SplitList(path)
	home := filepath.Join(c.Env.CargoHome, "bin")
	if slices.ContainsFunc(dirs, func(dir string) bool { return filepath.Clean(dir) == home }) {
		return dirs
	}
	return append([]string{home}, dirs...)
}

// external is the path of the program for a verb, "" if there is none.
func (c *cli) external(verb string) string {
	for _, dir := range c.searchDirs() {
		if path := filepath.Join(dir, externalPrefix+verb+exe.Suffix); isExecutable(path) {
			return path
		}
	}
	return ""
}

// externals are the paths of all such programs, by verb. Of two the later one counts,
// as in stock's list; it is the first that runs.
func (c *cli) externals() map[string]string {
	found := map[string]string{}
	for _, dir := range c.searchDirs() {
		entries, _ := os.ReadDir(dir) // what is on PATH and cannot be read has nothing to offer
		for _, e := range entries {
			name, isOne := strings.CutPrefix(e.Name(), externalPrefix)
			name, ok := strings.CutSuffix(name, exe.Suffix)
			if path := filepath.Join(dir, e.Name()); isOne && ok && isExecutable(path) {
				found[name] = path
			}
		}
	}
	return found
}

// runExternal becomes the program for a verb. It gets the toolchain in its
// environment.
func (c *cli) runExternal(ctx context.Context, words []string) error {
	path := c.external(words[0])
	switch {
	case path != "":
		return c.tool.BecomeOther(ctx, path, append([]string{path}, words...), c.externalEnv(ctx))
	case proxy.IsTool(externalPrefix + words[0]):
		return c.runTool(ctx, words)
	}
	return c.unknown(words[0])
}

// runTool becomes one of the toolchain's own such programs (clippy, fmt, miri) where no link of its name leads to
// berth: it was not set up, or is linked as cargo alone. cargo-fmt looks for rustfmt on PATH, and is told of it.
func (c *cli) runTool(ctx context.Context, words []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	env := c.externalEnv(ctx)
	if rustfmt := c.tool.Program("rustfmt"); rustfmt != "" && env.Get("RUSTFMT") == "" {
		env.Set("RUSTFMT", rustfmt)
	}
	return c.tool.BecomeOther(ctx, self, append([]string{externalPrefix + words[0]}, words...), env)
}

// externalEnv is the environment of such programs: in CARGO is the way back to berth.
func (c *cli) externalEnv(ctx context.Context) *app.ChildEnv {
	env := c.programEnv(ctx)
	cargo := c.tool.Link(env)
	if cargo == "" {
		cargo = c.tool.Program("cargo")
	}
	env.Set("CARGO", cargo)
	return env
}

// programEnv is what programs inherit that are neither compilers nor build scripts.
func (c *cli) programEnv(ctx context.Context) *app.ChildEnv {
	env := c.tool.Environment(ctx)
	if flags := jobslot.Passed(c.Lookup); flags != "" {
		env.Set("CARGO_MAKEFLAGS", flags)
	}
	return env
}

// unknownError is a verb that nobody has.
type unknownError struct {
	verb, similar string
	berths        bool // it was said to berth, which has other verbs beside cargo's
}

func (e *unknownError) Error() string { return "no such command: `" + e.verb + "`" }

func (e *unknownError) Hint() string {
	var lines []string
	if e.similar != "" {
		lines = append(lines, "a command with a similar name exists: `"+e.similar+"`")
	}
	all := "`cargo --list` shows all commands"
	if e.berths {
		all = "`berth --help` and `cargo --list` show all commands"
	}
	return strings.Join(append(lines, all+"; `cargo search cargo-"+e.verb+"` looks for a package that brings this one"), "\n")
}

// fileError is a file in the place of a verb: a package in one file, which is unstable.
type fileError struct {
	file  string
	there bool
}

func (e *fileError) Error() string {
	if e.there {
		return "running the file `" + e.file + "` requires `-Zscript`"
	}
	return "no such subcommand `" + e.file + "`"
}

func (e *fileError) Hint() string {
	if e.there {
		return "a nightly toolchain can: cargo +nightly -Zscript " + e.file
	}
	return "it looks like a file, and there is none of this name; `cargo --list` shows all commands"
}

// looksLikeFile tells a path, or the name of a source, from the name of a verb.
func looksLikeFile(verb string) bool {
	return filepath.Ext(verb) == ".rs" || strings.ContainsRune(strings.TrimRight(filepath.ToSlash(verb), "/"), '/')
}

// Misspelled ends a line that begins with nobody's command as Run would, and tells whether it is one. It needs no toolchain:
// none is installed for a slip.
func Misspelled(ctx context.Context, a *app.App, args, beside []string) (code int, is bool) {
	if len(args) == 0 || args[0] == "" || args[0][0] == '-' || looksLikeFile(args[0]) || proxy.IsTool(externalPrefix+args[0]) {
		return 0, false
	}
	c := &cli{App: a, beside: beside}
	if _, known := c.commands()[args[0]]; known {
		return 0, false
	}
	return c.exit(ctx, c.unknown(args[0])), true
}

func (c *cli) unknown(verb string) error {
	if looksLikeFile(verb) {
		path, err := c.session.at(verb)
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		return &fileError{verb, err == nil && info.Mode().IsRegular()}
	}
	e := &unknownError{verb: verb, berths: len(c.beside) > 0}
	if verb == "rustfmt" {
		e.similar = "fmt"
		return e
	}
	e.similar = nearest.Of(strings.ToLower(verb), append(c.commandNames(), c.beside...)...)
	return e
}
