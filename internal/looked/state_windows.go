package looked

import (
	"errors"
	"io/fs"
	"os"
)

// stateOf has no inode and no time but that of the last writing, which is all that a call by path tells.
func stateOf(path string, link bool) (p Place, ok bool) {
	stat := os.Stat
	if link {
		stat = os.Lstat
	}
	info, err := stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission):
		return Place{}, true
	case err != nil:
		return Place{}, false
	}
	p.Type, p.Size, p.Time = TypeOf(info), info.Size(), info.ModTime().UnixNano()
	p.Changed = p.Time
	return p, true
}

// InodeOf: what Stat gives here does not tell.
func InodeOf(fs.FileInfo) uint64 { return 0 }
