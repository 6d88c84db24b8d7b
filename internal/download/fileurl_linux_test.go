package download

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestAPipeIsNoFile: opened, it would be waited for whoever writes into it.
func TestAPipeIsNoFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := testClient(t).GetBytes(t.Context(), "file://"+pipe, 10); !IsNotFound(err) {
		t.Fatal(err)
	}
}
