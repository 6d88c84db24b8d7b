// Package manifestfile changes a Cargo.toml that others may be changing.
//
// Guarantee: of all berths that change one file each sees what the one before it wrote, so no change is lost; readers see the old file or the new
// one, also after a kill, and a file that is not changed is not touched. A link stays a link. The edge: stock Cargo takes no lock for this. A change
// that it makes in the milliseconds between our reading and our writing is noticed, and made room for, by reading again.
package manifestfile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"berth/internal/cargohome"
	"berth/internal/lockfs"
)

// attempts is how often a file that others keep changing is read anew.
const attempts = 20

// Edit gives the file to change and writes what comes back. Nil means that nothing is to change. Change may be called again, with newer bytes.
func Edit(ctx context.Context, home *cargohome.Home, path string, change func(old []byte) ([]byte, error)) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", path, err)
	}
	file := lockfs.At(real)
	return lockOf(home, real).With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		for range attempts {
			old, err := file.ReadFile()
			if err != nil {
				return fmt.Errorf("cannot read %s: %w", path, err)
			}
			changed, err := change(old)
			if err != nil || changed == nil || bytes.Equal(changed, old) {
				return err
			}
			if now, err := file.ReadFile(); err != nil || !bytes.Equal(now, old) {
				continue
			}
			return held.WriteFile("manifestfile.edit", file, changed)
		}
		return fmt.Errorf("cannot change %s: something else changes it all the time", path)
	})
}

// lockOf is one lock for each file, whatever it is called.
func lockOf(home *cargohome.Home, real string) lockfs.Lock {
	sum := sha256.Sum256([]byte(real))
	return home.Outside(lockfs.RankCargoLock, "manifest "+real, "manifests", hex.EncodeToString(sum[:8]))
}
