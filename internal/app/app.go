// Package app is one run of the program: it wires settings, user interface and
// home together from one environment, and answers the question that every verb
// and every proxy begins with: which toolchain is in force, and is it there?
//
// # What holds
//
// New does next to nothing, because it is on the path of every rustc call: the
// environment is read, but no file, no socket and no lock is touched before
// somebody asks for what they hold. An App that is not told otherwise speaks
// through its UI alone and takes locks in the name of its verb.
//
// What Use returns was installed at the moment of its lease and stays until the
// lease ends. When many processes find the same toolchain missing, one installs
// it and the others wait for that one; nothing is fetched twice.
//
// # What does not hold
//
// An App belongs to one goroutine. Between Ensure and the use of its answer
// another process may uninstall the toolchain; only Use closes that gap.
package app

import (
	"io"
	"os"
	"sync"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/toolchain"
	"berth/internal/ui"
)

// Version is berth's own.
const Version = "0.1.0"

// RustupVersion is the rustup whose command line this is.
const RustupVersion = "1.29.0"

// Config is what a run is made of.
type Config struct {
	Program string // by which name it was called: rustup, berth, rustc
	Stdin   *os.File
	Stdout  io.Writer
	Stderr  io.Writer

	LookupEnv func(name string) (value string, found bool) // nil is os.LookupEnv
	Environ   func() []string                              // nil is os.Environ; what children begin with
	Dir       func() (string, error)                       // working directory; nil is settings.WorkingDir

	Speech Speech
}

// Speech is how the run speaks, from the flags.
type Speech struct {
	Style          ui.Style
	Verbose, Quiet bool
	Color          string // auto, always, never, or "" for what the environment says
	Progress       string // the same of progress
	Width          int    // of progress; 0 is that of the terminal
	Tab            *bool  // whether the terminal's tab shows it too; nil for what the environment says
	Links          *bool  // whether parts of lines lead somewhere; the same
}

// App is one run of the program.
type App struct {
	Program string
	Stdin   *os.File
	Stdout  io.Writer
	Stderr  io.Writer
	Lookup  settings.Lookup
	Environ func() []string

	Env  *settings.Env
	UI   *ui.UI
	Home *toolchain.Home
	// Plus is the +toolchain of the command line, or nil.
	Plus names.Ref

	dir      string
	dirErr   error
	settings *settings.Settings
	watch    *interruption
	said     []string   // warnings of toolchain files, which are found more than once
	progress sync.Mutex // guards rows
	rows     *ui.Progress
}

// New makes a run. It fails only where nothing says where the homes are.
func New(c Config) (*App, error) {
	a := &App{Program: c.Program, Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr, Lookup: c.LookupEnv, Environ: c.Environ}
	if a.Lookup == nil {
		a.Lookup = os.LookupEnv
	}
	if a.Environ == nil {
		a.Environ = os.Environ
	}
	if c.Dir == nil {
		c.Dir = settings.WorkingDir
	}
	a.Speak(c.Speech)
	a.dir, a.dirErr = c.Dir()
	var err error
	if a.Env, err = settings.FromEnviron(a.Lookup, a.dir); err != nil {
		return a, err
	}
	a.Home = toolchain.Open(lockfs.At(a.Env.RustupHome), a.server(), a.client(), voice{a})
	return a, nil
}

// Speak makes the voice anew, as flags want it. What was said is said.
func (a *App) Speak(s Speech) {
	a.UI.Close()
	a.UI = ui.New(ui.Config{
		Stdout: a.Stdout, Stderr: a.Stderr, Getenv: a.Lookup,
		Style: s.Style, Verbose: s.Verbose, Quiet: s.Quiet, Color: s.Color, Progress: s.Progress, Width: s.Width, Tab: s.Tab, Links: s.Links,
	})
}

// Dir is the working directory; it may have been removed.
func (a *App) Dir() (string, error) {
	if a.dirErr != nil {
		return "", &DirError{a.dirErr}
	}
	return a.dir, nil
}

// DirError says that the working directory cannot be told.
type DirError struct{ Cause error }

func (e *DirError) Error() string { return "could not locate working directory: " + e.Cause.Error() }

func (e *DirError) Unwrap() error { return e.Cause }

// Hint is the next step.
func (e *DirError) Hint() string { return "change to a directory that exists" }

func (a *App) server() toolchain.Server {
	return toolchain.Server{
		Root:      dist.Root(a.Env.DistServer, ""),
		Staged:    a.Env.StagedManifest,
		Backtrack: a.Env.BacktrackLimit,
		Parallel:  a.Env.ConcurrentDownloads,
	}
}

// Client gets what has no hash yet, in the way that the environment says.
func (a *App) client() *download.Client {
	return download.NewClient(download.Config{
		UserAgent: "rustup/" + RustupVersion + " (berth/" + Version + ")",
		Retries:   a.Env.MaxRetries,
		Timeout:   a.Env.DownloadTimeout,
		Getenv:    a.getenv,
		Retrying:  voice{a}.retrying,
		Answered:  voice{a}.answered,
	})
}

func (a *App) getenv(name string) string {
	value, _ := a.Lookup(name)
	return value
}
