package boot

import "golang.org/x/sys/unix"

// readID asks the system.
func readID() string {
	id, _ := unix.Sysctl("kern.bootsessionuuid")
	return id
}
