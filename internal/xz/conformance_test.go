package xz

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	oracle "github.com/therootcompany/xz"
)

// TestConformanceFiles runs the files by which the authors of the format test decoders; the oracle's module carries them.
// Their names say what must happen.
func TestConformanceFiles(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/therootcompany/xz").Output()
	if err != nil {
		t.Fatalf("the oracle's module is not there: %v", err)
	}
	names, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "xz-utils", "*.xz"))
	if err != nil || len(names) < 50 {
		t.Fatalf("found %d conformance files, expected more than 50 (%v)", len(names), err)
	}
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { conforms(t, filepath.Base(name), file) })
	}
}

func conforms(t *testing.T, name string, file []byte) {
	got, err := decode(file)
	var unsupported *UnsupportedError
	switch kind, _, _ := strings.Cut(name, "-"); {
	case errors.As(err, &unsupported) && (kind == "unsupported" || strings.Contains(name, "delta") || strings.Contains(name, "x86") || strings.Contains(name, "sparc")):
	case kind != "good":
		if err == nil {
			t.Error("no error")
		}
	case err != nil:
		t.Error(err)
	default:
		z, err := oracle.NewReader(bytes.NewReader(file), 0)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := io.ReadAll(z); err != nil || !bytes.Equal(got, want) {
			t.Errorf("got %d bytes, the oracle %d, %v", len(got), len(want), err)
		}
	}
}
