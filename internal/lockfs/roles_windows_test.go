package lockfs_test

import "testing"

func systemRoles() map[string]role { return nil }

func waitUntilBlocked(testing.TB, string) {}
