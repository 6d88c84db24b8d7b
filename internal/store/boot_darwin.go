package store

import "golang.org/x/sys/unix"

// bootID changes with each start of the machine; "" where it is not known.
func bootID() string {
	id, _ := unix.Sysctl("kern.bootsessionuuid")
	return id
}
