package toolchain_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A settings file without overrides may be one that stock is just writing, or one that a person wrote. Only what is young is
// waited for, else such a file would cost every rustc a fifth of a second.
func TestOldSettingsAreBelieved(t *testing.T) {
	w := newWorld(t)
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	noTime, cancel := context.WithCancel(t.Context())
	cancel() // whoever would wait fails
	file := filepath.Join(w.dir, "settings.toml")
	for name, content := range map[string]string{"by hand": "version = \"12\"\ndefault_toolchain = \"stable\"\n", "empty": ""} {
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := w.home.Settings(noTime); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, just written: %v, want it read again", name, err)
		}
		old := time.Now().Add(-time.Minute)
		if err := os.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
		if _, err := w.home.Settings(noTime); errors.Is(err, context.Canceled) {
			t.Errorf("%s, a minute old: it is waited for", name)
		}
	}
}
