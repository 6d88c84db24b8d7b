package build

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"berth/internal/unit"
)

// tellFeatures notes what features a test program was compiled with where trybuild looks for it, which is part of the
// program: it has what it compiles compiled with the same. It finds the one note whose directory ends as the program's name
// does, and goes by the default features where there is none. The directory is stock's; it has notes of its units there,
// under names that are no unit of ours.
func (b *builder) tellFeatures(u *unit.Unit) error {
	program := b.jobs[u.Index].program
	if u.Mode != unit.Test || program == "" {
		return nil
	}
	list, err := json.Marshal(append([]string{}, u.Features...)) // not null
	if err != nil {
		return err
	}
	note, err := json.Marshal(map[string]string{"features": string(list)})
	if err != nil {
		return err
	}
	profile := filepath.Dir(filepath.Dir(program))
	path := filepath.Join(profile, ".fingerprint", u.ID.Name+"-"+b.Compiler.Name(u), "features.json")
	if err := b.writeIfOther(path, note); err != nil {
		return fmt.Errorf("cannot write `%s`: %w", path, err)
	}
	b.Looked.Read(path)
	return nil
}
