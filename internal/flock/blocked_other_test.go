//go:build !linux

package flock_test

import (
	"runtime"
	"testing"
)

// waitUntilBlocked cannot see waiters here; it lets the other goroutine run.
func waitUntilBlocked(testing.TB, string) { runtime.Gosched() }
