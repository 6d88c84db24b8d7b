package registry

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/lockfs"
)

// TestAFailureGivesItsSlotBack: who cannot lock an index file leaves room for the next.
func TestAFailureGivesItsSlotBack(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "berth"), nil, 0o666); err != nil { // where the locks would be
		t.Fatal(err)
	}
	home := cargohome.Open(lockfs.At(root))
	id, err := crate.RegistrySource("sparse+http://127.0.0.1:1/", "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewSparse(Env{Home: home, Crates: NewCrates(home, nil, nil, "")}, id, id)
	if err != nil {
		t.Fatal(err)
	}
	for range maxRequests + 1 {
		if err := r.once(t.Context(), "co/mm/common", func() bool { return false }, nil); err == nil {
			t.Fatal("locked below a file")
		}
	}
}
