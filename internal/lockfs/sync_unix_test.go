//go:build unix

package lockfs

import (
	"os"
	"testing"
)

// TestWhatCannotBeSynced: a pipe stands for the file systems that know no fsync.
func TestWhatCannotBeSynced(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := w.Sync(); !cannotSync(err) {
		t.Fatalf("a pipe was synced: %v", err)
	}
	if err := syncFile(w); err != nil {
		t.Error(err)
	}
	w.Close()
	if err := syncFile(w); err == nil {
		t.Error("a closed file was synced")
	}
}
