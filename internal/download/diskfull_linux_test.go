package download

import (
	"errors"
	"os"
	"testing"
)

// The partial file is a device that is always full, so this is the system's own error.
func TestDiskFull(t *testing.T) {
	s := newStage(t, 1<<20)
	mustWrite(t, s.file(""), nil)
	os.Remove(s.file(""))
	if err := os.Symlink("/dev/full", s.file(".partial")); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.fetch()
	var full *DiskFullError
	if !errors.As(err, &full) || full.Needed != 1<<20 || full.Free <= 0 || full.Path != s.file(".partial") {
		t.Fatal(err)
	}
	s.mustFetch()
}
