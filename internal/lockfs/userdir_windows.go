package lockfs

import "os"

// UserDir is a directory of this user, made where it is missing: his directory for temporary files is his own here.
func UserDir(_ func(string) (string, bool), part string) (dir Filesystem, ok bool) {
	dir = At(os.TempDir()).Join("berth", part)
	return dir, dir.MkdirAll() == nil
}
