// Package rustc asks compilers, and the cargos beside them, what they are, and
// remembers what they said.
//
// What holds: an answer is that of the very program that is there now: its path,
// size, time and inode are part of the question, as are those of the compiler in
// the toolchain that RUSTUP_TOOLCHAIN names, the arguments, and the variables that
// change what a compiler says. Within one Asker the same question
// is asked once, also by many goroutines; on one machine it is asked once a
// program, by records below berth/v1/answers in CARGO_HOME. A record that is
// missing, torn or cannot be written costs a process and nothing else.
//
// What does not: of a script that calls some other compiler only the script is
// looked at. CARGO_CACHE_RUSTC_INFO=0 turns the records off, as it does for stock.
package rustc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"berth/internal/lockfs"
)

// Asker asks programs. It may be used by many goroutines.
type Asker struct {
	records lockfs.Filesystem
	keep    bool
	env     []string

	mu    sync.Mutex
	asked map[string]func() (Answer, error)
}

// New makes an Asker whose programs get env. Records lie in the place given.
func New(records lockfs.Filesystem, env []string) *Asker {
	a := &Asker{records: records, env: env, keep: true, asked: map[string]func() (Answer, error){}}
	a.keep = a.variable("CARGO_CACHE_RUSTC_INFO") != "0"
	return a
}

func (a *Asker) variable(name string) string {
	for _, entry := range a.env {
		if key, value, ok := strings.Cut(entry, "="); ok && key == name {
			return value
		}
	}
	return ""
}

// Answer is what a program said.
type Answer struct {
	Stdout, Stderr string
	Code           int
}

// FailedError is a program that did not answer.
type FailedError struct {
	Program string
	Args    []string
	Answer
	Cause error // why it could not be started, or nil
}

func (e *FailedError) Error() string {
	call := strings.Join(append([]string{e.Program}, e.Args...), " ")
	if e.Cause != nil {
		return fmt.Sprintf("cannot run `%s`: %v", call, e.Cause)
	}
	text := fmt.Sprintf("`%s` ended with exit status %d", call, e.Code)
	if said := strings.TrimSpace(e.Stderr); said != "" {
		text += ":\n" + said
	}
	return text
}

func (e *FailedError) Unwrap() error { return e.Cause }

// Ask runs a program, which is named by its path, unless its answer is known.
// An answer with an exit code other than 0 is a *FailedError.
func (a *Asker) Ask(ctx context.Context, program string, args ...string) (Answer, error) {
	return a.AskIn(ctx, Surroundings{}, program, args...)
}

// Surroundings are what a program is called in.
type Surroundings struct {
	Wrappers []string // the outermost first: they get the path of the program as their first argument
	Env      []string // NAME=value, beside what all programs get
}

// AskIn asks a program in surroundings of its own, which are part of the question.
func (a *Asker) AskIn(ctx context.Context, in Surroundings, program string, args ...string) (Answer, error) {
	q, err := a.question(in, program, args)
	if err != nil {
		return Answer{}, &FailedError{Program: program, Args: args, Cause: err}
	}
	a.mu.Lock()
	answer := a.asked[q.text]
	if answer == nil {
		answer = sync.OnceValues(func() (Answer, error) { return a.answer(ctx, q) })
		a.asked[q.text] = answer
	}
	a.mu.Unlock()
	return answer()
}

func (a *Asker) answer(ctx context.Context, q question) (Answer, error) {
	if known, ok := a.recorded(q); ok {
		return known, nil
	}
	answer, err := a.run(ctx, q)
	if err == nil {
		a.record(ctx, q, answer)
	}
	return answer, err
}

// lingering is how long an answer is read on after its program has ended: a wrapper may have left a daemon behind, which
// keeps the pipe open for ever.
const lingering = 500 * time.Millisecond

func (a *Asker) run(ctx context.Context, q question) (Answer, error) {
	cmd := exec.CommandContext(ctx, q.program, q.args...)
	cmd.Env = slices.Concat(a.env, q.env) // the last one of a name holds
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = lingering
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	answer := Answer{Stdout: stdout.String(), Stderr: stderr.String()}
	if cmd.ProcessState != nil {
		answer.Code = cmd.ProcessState.ExitCode()
	}
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		err = nil
	}
	if err != nil || answer.Code != 0 {
		return answer, &FailedError{q.program, q.args, answer, err}
	}
	return answer, nil
}
