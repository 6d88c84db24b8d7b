package gitdb

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// helperName is the program that does git's work where there is no git command.
const helperName = "berth-git"

// New is the engine of this machine: the git command, or the helper where there is none. Where there is neither, every
// call of the engine says so.
func New(o Options) Engine {
	if e, ok := Command(o); ok {
		return e
	}
	if program, ok := findHelper(); ok {
		return Helper(program, o)
	}
	return none{}
}

// Command is the engine that runs the git command; false where there is none on PATH.
func Command(o Options) (Engine, bool) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, false
	}
	return &command{program, o}, true
}

// findHelper looks beside this program, links resolved, and on PATH.
func findHelper() (string, bool) {
	if self, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(self); err == nil {
			self = real
		}
		if program, err := exec.LookPath(filepath.Join(filepath.Dir(self), helperName)); err == nil {
			return program, true
		}
	}
	program, err := exec.LookPath(helperName)
	return program, err == nil
}

// ErrNoGit says that nothing on this machine can do git's work.
var ErrNoGit = errors.New("git is needed here, and there is neither a `git` command on PATH nor `" + helperName + "` beside this program or on PATH; " +
	"install git, or in berth's sources run `go build -o DIR ./cmd/" + helperName + "` with DIR the directory of berth")

// none is the engine of a machine without git.
type none struct{}

func (none) Fetch(context.Context, string, string, Wants) error                { return ErrNoGit }
func (none) Commit(context.Context, string, string) (string, error)            { return "", ErrNoGit }
func (none) Abbreviate(context.Context, string, string) (string, error)        { return "", ErrNoGit }
func (none) File(context.Context, string, string, string) ([]byte, error)      { return nil, ErrNoGit }
func (none) Tree(context.Context, string, string) (Tree, error)                { return nil, ErrNoGit }
func (none) Submodule(context.Context, string, string, string) (string, error) { return "", ErrNoGit }
func (none) CheckOut(context.Context, string, string, string) error            { return ErrNoGit }
func (none) Repack(context.Context, string) error                              { return ErrNoGit }
