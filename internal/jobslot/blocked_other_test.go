//go:build unix && !linux

package jobslot_test

import "testing"

// isWaitedFor: where the kernel does not tell, who is about to wait counts as waiting.
func isWaitedFor(testing.TB, []string) bool { return true }
