package flock_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
)

// waitUntilBlocked returns when the kernel lists a waiter for path.
func waitUntilBlocked(tb testing.TB, path string) {
	info, err := os.Stat(path)
	if err != nil {
		tb.Fatal(err)
	}
	inode := fmt.Sprintf(":%d ", info.Sys().(*syscall.Stat_t).Ino)
	for {
		locks, err := os.ReadFile("/proc/locks")
		if err != nil {
			tb.Fatal(err)
		}
		for _, line := range strings.Split(string(locks), "\n") {
			if strings.Contains(line, "->") && strings.Contains(line, inode) {
				return
			}
		}
	}
}
