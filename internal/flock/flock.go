// Package flock locks files with the lock that stock rustup and Cargo use, so
// that they and berth exclude each other: flock(2) on Unix, LockFileEx over the
// whole file on Windows. (POSIX record locks are another thing and do not see
// these.)
//
// A lock belongs to the open file. It goes when it is unlocked, when the last
// descriptor of that open file is closed, or when the process dies; nothing has
// to be cleaned up after a kill -9. It is advisory, and on a network file system
// it may not exist: then ErrUnsupported is returned, never a pretended lock.
//
// There is no upgrade from shared to exclusive: on Linux a failed try loses the
// shared lock as well (measured). Release, take, look again. From exclusive to shared
// a Try goes on Unix; on Linux somebody else may come in between, and then it is
// ErrBusy with nothing held.
package flock

import (
	"context"
	"errors"
	"os"
)

// Mode says who may hold a lock beside us.
type Mode int

const (
	Shared    Mode = iota // together with other shared holders
	Exclusive             // alone
)

func (m Mode) String() string {
	if m == Exclusive {
		return "exclusive"
	}
	return "shared"
}

var (
	// ErrBusy: somebody holds the lock in a way that excludes ours.
	ErrBusy = errors.New("lock is held by another process")
	// ErrUnsupported: this file system has no such locks.
	ErrUnsupported = errors.New("the file system does not support file locks")
)

// Try locks f now or returns ErrBusy.
func Try(f *os.File, m Mode) error { return try(f, m) }

// Lock waits until f is locked or ctx ends. The kernel wakes the waiter, so a
// hand-over takes microseconds and waiters queue; nothing polls.
//
// A blocked call cannot be called off. When ctx ends first, Lock returns at
// once and leaves a goroutine behind, which gives the grant back on the spot if
// it still comes. So after an error f belongs to Lock, which closes it: on
// Windows a Close by the caller would wait for the very call that was left.
func Lock(ctx context.Context, f *os.File, m Mode) error {
	if err := ctx.Err(); err != nil {
		f.Close()
		return context.Cause(ctx)
	}
	granted := make(chan error, 1)
	go func() { granted <- wait(f, m) }()
	select {
	case err := <-granted:
		if err != nil {
			f.Close()
		}
		return err
	case <-ctx.Done():
		go func() {
			if <-granted == nil {
				unlock(f)
			}
			f.Close()
		}()
		return context.Cause(ctx)
	}
}

// Unlock releases the lock but leaves f open. It is called before Close,
// because a child that is being forked at this moment holds a copy of the
// descriptor until its exec, and with it the lock.
func Unlock(f *os.File) error { return unlock(f) }

// Inherit lets f, and so its lock, pass through exec into the program that
// replaces this process or is started by it. From then on the lock ends with
// the last copy of the descriptor: Close f, and do not Unlock it, which would
// take the lock from all of them. Where there is no exec Inherit does nothing:
// there the process stays and holds the lock itself.
func Inherit(f *os.File) error { return inherit(f) }
