package cargo

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"berth/internal/app"
	"berth/internal/config"
	"berth/internal/looked"
	"berth/internal/proxy"
	"berth/internal/rustc"
	"berth/internal/source"
	crates "berth/internal/source/registry"
	"berth/internal/ui"
)

// session is what a verb works in.
type session struct {
	*app.App

	verb    string      // as people know it
	mute    atomic.Bool // while this is set, the voice of package ops is not heard
	verbose int         // how often -v was given; 1 if the configuration asks for it
	quiet   bool        // or the configuration asks for it
	color   string      // as given, or as the configuration has it

	locked, offline, frozen bool // as given; frozen is both

	borne   sync.Map  // failures of the network that were said, and warnings of listings
	network sync.Once // the process is set up for it: `cargo install a b` has a client for each
	began   time.Time // what other processes learn from then on is news enough

	config *config.Config
	broken error    // why there is no config
	read   readings // the files that it was read from
	memory *memory  // of what is said and looked at; nil where nobody wants to know
	looked *looked.List
	// lintWarnings are those of lints, Cargo's own included, that were said.
	lintWarnings int
	args         []string // of --config
	unstable     []string // of -Z

	tool  *proxy.Prepared
	asker *rustc.Asker
	cargo *rustc.Version // the toolchain's

	// plainSources: no [source] of the configuration counts.
	plainSources bool
	sources      *source.Map // once they are opened
	registries   crates.Env
}

// configuration is the whole configuration. One that cannot be read is an error of
// who needs it: `cargo version` does not.
func (s *session) configuration() (*config.Config, error) { return s.config, s.broken }

// lockKept is the flag that forbids changing Cargo.lock, or "".
func (s *session) lockKept() string {
	switch {
	case s.frozen:
		return "--frozen"
	case s.locked:
		return "--locked"
	}
	return ""
}

// isOffline says that nothing may be fetched, by a flag or the configuration.
func (s *session) isOffline() bool {
	if s.offline || s.frozen {
		return true
	}
	if s.config == nil {
		return false
	}
	net, err := s.config.Net()
	return err == nil && net.Offline
}

// compiler is the one that the configuration names, else the toolchain's.
func (s *session) compiler(ctx context.Context) (*rustc.Version, error) {
	cfg, err := s.configuration()
	if err != nil {
		return nil, err
	}
	path, err := s.compilerPath(cfg, "rustc")
	if err != nil {
		return nil, err
	}
	return s.asker.Version(ctx, path)
}

// compilerPath is the compiler that the configuration names, else the toolchain's. That it is not there is told when it is
// run: most commands need no rustdoc.
func (s *session) compilerPath(cfg *config.Config, tool string) (string, error) {
	path, set, err := cfg.Tool(tool)
	if err != nil {
		return "", err
	}
	if !set || path == tool {
		return cmp.Or(s.tool.Program(tool), tool), nil
	}
	if found, err := onPath(path); err == nil {
		path = found
	}
	return path, nil
}

// load reads the configuration, with what --config says.
func (c *cli) load(args []string) (*config.Config, error) { return c.loadFrom("", args) }

// loadFrom reads it as it is in another directory.
func (c *cli) loadFrom(from string, args []string) (*config.Config, error) {
	return c.loadBy(config.Disk{}, from, globals{config: args})
}

func (c *cli) loadBy(files config.Files, from string, g globals) (*config.Config, error) {
	dir, err := c.Dir()
	if err != nil {
		return nil, err
	}
	return config.Load(config.Options{
		Dir: dir, From: from, Home: c.Env.CargoHome, Env: c.Environ(), Args: g.config, Files: files, Release: c.release(),
		LockfilePath: slices.Contains(g.unstable, lockfilePath), Warn: c.later,
	})
}

// later keeps a warning until the flags have said how to speak, and says it once,
// though the files may be read twice.
func (c *cli) later(text string) {
	if slices.Contains(c.heard, text) {
		return
	}
	c.heard = append(c.heard, text)
	if c.speaking {
		c.UI.Warnf("%s", text)
	}
}

// speak makes cargo's voice.
func (c *cli) speak(s app.Speech) {
	s.Style = ui.Cargo
	c.Speak(s)
	c.speaking = true
	for _, text := range c.heard {
		c.UI.Warnf("%s", text)
	}
}

// configure makes the session of a line: how it speaks, and what it may do.
func (c *cli) configure(g globals) (*session, error) {
	s := &session{App: c.App, began: c.began, tool: c.tool, asker: c.asker, cargo: c.cargo, args: g.config, unstable: g.unstable, verbose: g.verbose, quiet: g.quiet, locked: g.locked, offline: g.offline, frozen: g.frozen}
	s.read.texts = new([]string)
	if s.config, s.broken = c.loadBy(s.read, "", g); s.broken != nil && len(g.config) > 0 {
		return s, s.broken
	}
	var term config.Term
	if s.config != nil {
		term, _ = s.config.Term() // a slip there must not stop `cargo version`
	}
	if err := s.volume(term); err != nil {
		return s, err
	}
	color := g.color
	if color == "" {
		color = term.Color.Val
	}
	if (color != "" || term.Color.Set) && !slices.Contains([]string{"auto", "always", "never"}, color) {
		return s, &colorError{color}
	}
	s.color = strings.ToLower(color)
	speech := app.Speech{Quiet: s.quiet, Color: color, Progress: term.Progress.When.Val, Width: int(term.Progress.Width.Val)}
	if tab := term.Progress.TermIntegration; tab.Set {
		speech.Tab = &tab.Val
	}
	if term.Hyperlinks.Set {
		speech.Links = &term.Hyperlinks.Val
	}
	c.speak(speech)
	return s, nil
}

type colorError struct{ word string }

func (e *colorError) Error() string {
	return "argument for --color must be auto, always, or never, but found `" + e.word + "`"
}

var (
	errBothFlags = errors.New("cannot set both --verbose and --quiet")
	errBothKeys  = errors.New("cannot set both `term.verbose` and `term.quiet`")
)

// volume decides between -v, -q and the configuration; a flag counts more.
func (s *session) volume(term config.Term) error {
	switch {
	case s.verbose > 0 && s.quiet:
		return errBothFlags
	case s.verbose > 0 || s.quiet:
		return nil
	case term.Verbose.Val && term.Quiet.Val:
		return errBothKeys
	}
	s.quiet = term.Quiet.Val
	if term.Verbose.Val {
		s.verbose = 1
	}
	return nil
}

// at is a path of the command line, relative to the working directory. It stays as it
// was written, with its dots.
func (s *session) at(path string) (string, error) {
	dir, err := s.Dir()
	if err != nil || filepath.IsAbs(path) {
		return path, err
	}
	return dir + string(filepath.Separator) + path, nil
}
