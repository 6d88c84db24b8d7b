package cachedir

import "golang.org/x/sys/unix"

// exclude tells Time Machine, with the attribute that its own function sets (a binary property list of the string
// com.apple.backupd).
func exclude(dir string) {
	const plist = "bplist00_\x10\x11com.apple.backupd\x08\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x01" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x1c"
	unix.Setxattr(dir, "com.apple.metadata:com_apple_backup_excludeItem", []byte(plist), 0)
}
