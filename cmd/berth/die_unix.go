//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"berth/internal/app"
)

// dieBy ends the process as the signal would have, now that everything is put
// away: shells and make stop at a command that died of Ctrl-C, and go on after
// one that merely failed.
func dieBy(a *app.App, s os.Signal) int {
	a.Uninterruptible()
	number, ok := s.(syscall.Signal)
	if !ok {
		return 1
	}
	signal.Reset(s)
	if number == syscall.SIGQUIT { // of which Go's runtime would print what all goroutines do; no handler outlives an exec
		_ = syscall.Exec("/bin/sh", []string{"sh", "-c", "kill -QUIT $$"}, nil)
		return 128 + int(number)
	}
	if syscall.Kill(os.Getpid(), number) == nil {
		<-time.After(time.Second) // it comes before
	}
	return 128 + int(number)
}
