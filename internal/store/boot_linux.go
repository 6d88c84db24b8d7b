package store

import (
	"os"
	"strings"
)

// bootID changes with each start of the machine; "" where it is not known.
func bootID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}
