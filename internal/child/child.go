// Package child runs compilers and build scripts.
//
// # What holds
//
// A child never outlives this process by more than a moment, however that ends. On Linux the kernel kills the child with
// its parent: the signal follows the thread that forked, so one thread, which never ends, forks all of them. What the
// child started (a linker below rustc, which that signal misses) is killed by a keeper: one small process beside us that
// knows the process groups of our children, each before the child's first instruction, and kills what is left of them when
// the pipe from us ends. On Windows the kernel kills all of the child's job.
//
// When the context ends the whole group is asked to end (SIGTERM) and, grace later, killed: at most 100 ms in all. Each
// child has a process group of its own, so Ctrl-C at a terminal reaches it through us alone. A child that reads from the
// terminal gets an error, and is not stopped for ever.
//
// Output comes line by line, each as soon as it is there. Who reads slowly slows the child down; nothing is kept but the
// line that is not at its end yet. Reading ends with the child: what a daemon that it left behind (sccache's server)
// writes into the same pipe is not waited for.
//
// # What does not
//
// A daemon that stays in the child's process group is left alone when the child ends by itself, and killed with the
// group when it is cancelled or when we die; one with a group or a session of its own is never touched. Were the keeper
// killed as well, nothing but the child itself would end with us. Where a child cannot be held at its start (macOS;
// Linux where ptrace is refused), what it starts before our word to the keeper, a moment later, outlives us if we are
// killed in between; on Windows, what it starts before it is in its job, a moment later too, is in none. So who writes
// below a place that others use never uses that place again after a crash.
package child

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Command is what to run.
type Command struct {
	Path  string   // a name without a separator is looked for in our PATH
	Args  []string // without the program's own name
	Env   []string // all of it
	Dir   string   // empty: ours
	Files []*os.File
	// Stdout and Stderr are given each line with its end, if it has one. Never two calls at a time, also not of both.
	// A line that is longer than a MaxLine is given in pieces of that size. The bytes are the callee's until it returns.
	// What nobody wants goes to the null device.
	Stdout, Stderr func(line []byte)
}

// Child is a command that was started.
type Child struct {
	process *os.Process
	group   group
	started time.Time
	pipes   []*pipe
	speech  sync.Mutex // one line at a time

	mu        sync.Mutex
	ended     bool // by itself or not: its number may soon be another's
	cancelled bool

	done chan struct{}
	exit Exit
	err  error
}

// grace is the time between asking and killing. Ctrl-C must be over in 100 ms.
const grace = 50 * time.Millisecond

// Run runs cmd to its end.
func Run(ctx context.Context, cmd Command) (Exit, error) {
	c, err := Start(ctx, cmd)
	if err != nil {
		return Exit{}, err
	}
	return c.Wait()
}

// Start starts cmd. Files are its descriptors from 3 on; its standard input is empty. It is ended when ctx ends.
func Start(ctx context.Context, cmd Command) (*Child, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	path, err := find(cmd.Path)
	if err != nil {
		return nil, &StartError{cmd.Path, err}
	}
	prepare()
	c := &Child{done: make(chan struct{})}
	files, err := c.open(cmd)
	if err == nil {
		c.started = time.Now()
		c.process, c.group, err = start(path, append([]string{cmd.Path}, cmd.Args...), &os.ProcAttr{Dir: cmd.Dir, Env: cmd.Env, Files: append(files, cmd.Files...)})
	}
	for _, f := range files {
		f.Close() // the child has copies
	}
	if err != nil {
		for _, p := range c.pipes {
			p.r.Close()
		}
		return nil, &StartError{cmd.Path, err}
	}
	for _, p := range c.pipes {
		go p.read()
	}
	stop := context.AfterFunc(ctx, c.cancel)
	go c.reap(ctx, stop)
	return c, nil
}

// find is absolute where it has to be: the child's directory is another one than ours.
func find(path string) (string, error) {
	if path == "" {
		return "", fs.ErrNotExist // a variable that was set to nothing, and no directory
	}
	if filepath.Base(path) == path {
		found, err := exec.LookPath(path)
		if err == nil {
			return filepath.Abs(found)
		}
		var notFound *exec.Error
		if errors.As(err, &notFound) {
			return "", notFound.Err
		}
		return "", err
	}
	return filepath.Abs(path)
}

// open makes standard input, output and error of the child.
func (c *Child) open(cmd Command) (files []*os.File, err error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	files = append(files, null)
	for _, say := range []func([]byte){cmd.Stdout, cmd.Stderr} {
		if say == nil {
			copied, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
			if err != nil {
				return files, err
			}
			files = append(files, copied)
			continue
		}
		r, w, err := os.Pipe()
		if err != nil {
			return files, err
		}
		files = append(files, w)
		c.pipes = append(c.pipes, newPipe(r, &c.speech, say))
	}
	return files, nil
}

// Wait waits until the child has ended and all its lines were given. The error is that of the context that ended it; how
// the child ended by itself is no error.
func (c *Child) Wait() (Exit, error) {
	<-c.done
	return c.exit, c.err
}

func (c *Child) reap(ctx context.Context, stop func() bool) {
	defer close(c.done)
	state, err := c.group.await(c.process, c.atEnd)
	ended := time.Now()
	for _, p := range c.pipes {
		p.finish()
	}
	c.group.close()
	stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err = err; err == nil {
		c.exit = exitOf(state, c.started, ended)
	}
	if c.cancelled && !c.exit.Success() {
		c.err = context.Cause(ctx)
	}
}

// atEnd is called while the child's number is still its own, where the system can do that.
func (c *Child) atEnd() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.cancelled {
		c.group.kill() // who ignored the first signal
	}
	c.group.forget()
}

func (c *Child) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	c.cancelled = true
	c.group.ask()
	time.AfterFunc(grace, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.ended {
			c.group.kill()
		}
	})
}

// StartError is a command that could not be started at all.
type StartError struct {
	Path string
	Err  error
}

func (e *StartError) Error() string { return fmt.Sprintf("cannot run `%s`: %v", e.Path, reason(e.Err)) }

func (e *StartError) Unwrap() error { return e.Err }

// reason leaves out what system call it was.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) && strings.Contains(path.Op, "exec") {
		return path.Err
	}
	return err
}
