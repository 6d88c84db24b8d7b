package cachedir_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/cachedir"
)

func TestMake(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	tag := filepath.Join(dir, cachedir.Name)
	const another = "Signature: 8a477f597d28d172789f06886806bc55\n# by another program\n"
	for before, after := range map[string]string{"": cachedir.Tag, cachedir.Tag[:9]: cachedir.Tag, another: another, "notes": "notes"} {
		if before != "" {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(tag, []byte(before), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := cachedir.Make(dir); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(tag); err != nil || string(text) != after {
			t.Errorf("%q became %q, %v", before, text, err)
		}
		why, err := cachedir.Check(dir)
		if known := why == ""; err != nil || known != strings.HasPrefix(after, "Signature: 8a477f597d28d172789f06886806bc55") {
			t.Errorf("%q: %q, %v", after, why, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	if why, err := cachedir.Check(dir); why == "" || err != nil {
		t.Errorf("without a mark: %v", err)
	}
}

// What somebody else has something in stays without a mark.
func TestMakeOwn(t *testing.T) {
	for file, marked := range map[string]bool{"": true, "berth/x": true, cachedir.Name: true, "Cargo.toml": false} {
		dir := filepath.Join(t.TempDir(), "dir")
		if file != "" {
			path := filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := cachedir.MakeOwn(dir); err != nil {
			t.Fatal(err)
		}
		if why, err := cachedir.Check(dir); (why == "") != marked || err != nil {
			t.Errorf("with %q in it: %q, %v", file, why, err)
		}
	}
}

// A directory that cannot be marked is made, and one that cannot be made is an error.
func TestMakeDespite(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, cachedir.Name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := cachedir.Make(dir); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := cachedir.Make(file); err == nil {
		t.Error("a file passes for a directory")
	}
}
