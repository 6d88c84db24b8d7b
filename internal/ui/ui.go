package ui

import (
	"bytes"
	"io"
	"strconv"
	"sync"
	"time"
)

// Config is what a UI is made of. The zero value of each field is usable: no stream is a stream that nobody reads, no
// environment is an empty one.
type Config struct {
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(name string) (value string, set bool) // os.LookupEnv

	Style   Style
	Verbose bool   // show debug lines
	Quiet   bool   // show only warnings, errors and results; as Cargo no warnings either
	Color   string // of a --color flag: auto, always or never; "" leaves it to the environment

	Progress string // of a configuration: auto, always or never; "" leaves it to the environment
	Width    int    // of progress, in columns; 0 leaves it to the environment
	Tab      *bool  // whether the tab of the terminal shows progress; nil leaves it to the environment
	Links    *bool  // whether parts of lines lead somewhere; nil leaves it to the environment

	clock clock // tests only; nil is the system's
}

// A UI prints for one run of the program. It is made once, in main, and handed down.
type UI struct {
	style  Style
	level  level  // least important level that is shown as a plain line
	filter filter // of the log variable; nil when that is unset
	clock  clock
	errPen pen // colours of stderr
	outPen pen // colours of stdout
	term   Terminal
	width  int  // 0: ask the terminal
	plain  bool // what shows progress takes no escape sequences
	tabs   bool // its tab shows progress, too
	links  bool // of stderr

	mu     sync.Mutex
	stdout io.Writer
	stderr io.Writer
	out    bytes.Buffer // results not yet written
	outErr error        // first failure of stdout; what follows is dropped
	errErr error        // first failure of stderr
	said   map[string]bool
	live   live
	closed bool
	heard  func(Said)
}

// New makes the program's voice from its streams and environment.
func New(c Config) *UI {
	if c.Getenv == nil {
		c.Getenv = func(string) (string, bool) { return "", false }
	}
	if c.clock == nil {
		c.clock = systemClock{}
	}
	env := environ{lookup: c.Getenv, style: c.Style}
	u := &UI{style: c.Style, level: levelInfo, clock: c.clock, stdout: unsignalled(c.Stdout), stderr: unsignalled(c.Stderr)}
	switch {
	case c.Quiet && c.Style == Cargo:
		u.level = levelError
	case c.Quiet:
		u.level = levelWarn
	case c.Verbose:
		u.level = levelDebug
	}
	outTerm, errTerm := terminalOf(c.Stdout), terminalOf(c.Stderr)
	u.outPen = pen{on: env.color(c.Color, outTerm != nil)}
	u.errPen = pen{on: env.color(c.Color, errTerm != nil)}
	u.links = u.errPen.on && env.showsLinks(c.Links)
	if !c.Quiet && env.progress(c.Progress, errTerm != nil) {
		u.term, u.width, u.tabs = errTerm, c.Width, env.showsTab(c.Tab, errTerm != nil)
		if u.width == 0 {
			u.width = env.width()
		}
		if u.term == nil {
			u.term = fixedTerminal{}
			u.plain = c.Style == Cargo && !u.errPen.on
		}
	}
	u.setFilter(env)
	return u
}

// setFilter reads the log variable. A directive that cannot be read is named once and passed over: somebody who
// debugs must not take silence for an answer.
func (u *UI) setFilter(env environ) {
	name, value := env.log()
	if value == "" {
		return
	}
	f, bad := parseFilter(value)
	u.filter = f
	for _, directive := range bad {
		u.line(u.prefix(levelWarn) + safe("cannot read "+strconv.Quote(directive)+" in "+name+
			": expected a level (off, error, warn, info, debug, trace), a target, or target=level"))
	}
}

// Close takes the live region off the terminal, writes what is buffered and stops drawing for good; lines that are printed
// later still appear. It may be called more than once and from any goroutine. Its error is Flush's.
func (u *UI) Close() error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closed = true
	u.live.rows = nil
	u.live.stop()
	u.repaint("", nil)
	return u.flush()
}

// A clock tells the time and ticks; tests bring their own.
type clock interface {
	now() time.Time
	ticker(time.Duration) (ticks <-chan time.Time, stop func())
}

type systemClock struct{}

func (systemClock) now() time.Time { return time.Now() }

func (systemClock) ticker(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}
