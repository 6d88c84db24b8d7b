//go:build unix

package looked

import (
	"io/fs"
	"syscall"
)

// stateOf asks the system itself: of thousands of paths what package os allocates is felt. What cannot be looked at counts
// as nothing, as for who planned.
func stateOf(path string, link bool) (p Place, ok bool) {
	var st syscall.Stat_t
	var err error
	for {
		if link {
			err = syscall.Lstat(path, &st)
		} else {
			err = syscall.Stat(path, &st)
		}
		if err != syscall.EINTR {
			break
		}
	}
	switch err {
	case nil:
	case syscall.ENOENT, syscall.ENOTDIR, syscall.EACCES, syscall.ELOOP:
		return Place{}, true
	default:
		return Place{}, false
	}
	p.Type = Other
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		p.Type = File
	case syscall.S_IFDIR:
		p.Type = Dir
	}
	p.Size, p.Inode = st.Size, uint64(st.Ino)
	p.Time, p.Changed = times(&st)
	return p, true
}

// InodeOf is the number of a file on its file system, 0 where there is none to be had.
func InodeOf(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Ino)
	}
	return 0
}
