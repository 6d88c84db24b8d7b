package jobslot

import (
	"os"

	"berth/internal/lockfs"
)

// Dir is where the slots of this user lie: his directory for temporary files is his own here.
func Dir(func(string) (string, bool)) (dir lockfs.Filesystem, ok bool) {
	dir = lockfs.At(os.TempDir()).Join("berth", "jobs")
	return dir, dir.MkdirAll() == nil
}
