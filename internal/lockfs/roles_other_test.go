//go:build unix && !linux

package lockfs_test

import "testing"

func linuxRoles() map[string]role { return nil }

// waitUntilBlocked cannot see waiters here; the tests hold without it.
func waitUntilBlocked(testing.TB, string) {}
