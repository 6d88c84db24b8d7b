//go:build unix

package crate_test

import (
	"testing"

	"berth/internal/crate"
)

// TestFileURLs: what stock writes for odd names of directories.
func TestFileURLs(t *testing.T) {
	const dir = `/x!"#$%&'()*+,-.:;<=>?@[\]^_` + "`{|}~\x7f é"
	want := "file:///x!%22%23$%25&'()*+,-.:;%3C=%3E%3F@[%5C]^_%60%7B|%7D~%7F%20%C3%A9"
	if got := crate.FileURL(dir); got != want {
		t.Errorf("%s, expected %s", got, want)
	}
	if got := crate.PathSource(dir).Dir(); got != dir {
		t.Errorf("the directory is %q", got)
	}
}
