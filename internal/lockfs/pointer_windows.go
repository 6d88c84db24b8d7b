package lockfs

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"unicode/utf16"

	"golang.org/x/sys/windows"

	"berth/internal/crashpoint"
)

// point uses a junction: it needs no privilege, and setting the reparse point
// of one that exists replaces its target in one step. A symbolic link, which
// stock rustup makes where it may, cannot be turned into a junction: it is
// removed, and for an instant there is nothing.
func point(p crashpoint.Point, link, target, scratch string) error {
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(link), target)
	}
	_, exists, _ := readPointer(link)
	if exists {
		err := setJunction(link, target)
		if !errors.Is(err, windows.ERROR_REPARSE_TAG_MISMATCH) {
			return err
		}
	}
	if err := os.Mkdir(scratch, 0o777); err != nil {
		return err
	}
	err := setJunction(scratch, target)
	if err == nil {
		err = crashpoint.Here(p + ".made")
	}
	if err == nil && exists {
		err = os.Remove(link)
	}
	if err == nil {
		err = os.Rename(scratch, link)
	}
	if err != nil {
		os.Remove(scratch)
	}
	return err
}

func readPointer(path string) (string, bool, error) {
	if _, err := os.Lstat(path); err != nil {
		return "", false, err
	}
	target, err := os.Readlink(path) // reads junctions too
	if err != nil {
		return "", false, nil
	}
	return target, true, nil
}

func setJunction(dir, target string) error {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_WRITE, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING, windows.FILE_FLAG_OPEN_REPARSE_POINT|windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return err
	}
	buf := junction(target)
	var n uint32
	err = windows.DeviceIoControl(h, windows.FSCTL_SET_REPARSE_POINT, &buf[0], uint32(len(buf)), nil, 0, &n, nil)
	return errors.Join(err, windows.CloseHandle(h))
}

// junction is a REPARSE_DATA_BUFFER of a mount point (MS-FSCC 2.1.2.5): tag,
// length, then offsets and lengths of the two names, then the names.
func junction(target string) []byte {
	substitute := utf16.Encode([]rune(`\??\` + target))
	print := utf16.Encode([]rune(target))
	const header = 8
	names := 2 * (len(substitute) + 1 + len(print) + 1)
	buf := make([]byte, 8+header+names)
	le := binary.LittleEndian
	le.PutUint32(buf[0:], windows.IO_REPARSE_TAG_MOUNT_POINT)
	le.PutUint16(buf[4:], uint16(header+names))
	le.PutUint16(buf[10:], uint16(2*len(substitute)))
	le.PutUint16(buf[12:], uint16(2*(len(substitute)+1)))
	le.PutUint16(buf[14:], uint16(2*len(print)))
	at := 16
	for _, c := range append(append(substitute, 0), print...) {
		le.PutUint16(buf[at:], c)
		at += 2
	}
	return buf
}

// syncDir has no counterpart: NTFS journals renames.
func syncDir(string) error { return nil }
