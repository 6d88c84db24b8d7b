package boot

import "golang.org/x/sys/unix"

// ID changes with each start of the machine; "" where it is not known.
func ID() string {
	id, _ := unix.Sysctl("kern.bootsessionuuid")
	return id
}
