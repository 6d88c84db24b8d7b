//go:build unix

package credential_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/credential"
)

// TestAnAgentStays: a program may start one that lives on, with its standard output.
func TestAnAgentStays(t *testing.T) {
	script := filepath.Join(t.TempDir(), "ask")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexec 3<&0\ncat <&3 &\necho printed\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	in, alive, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer alive.Close() // and with it the agent
	f, _ := finderFor(t, credential.Streams{In: in}, providers(`"cargo:token-from-stdout `+script+`"`), "", "")
	if got, err := f.Authorize(t.Context(), mine(t), nil); got != "printed" || err != nil {
		t.Errorf("%q: %v", got, err)
	}
}
