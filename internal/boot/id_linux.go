package boot

import (
	"os"
	"strings"
)

// ID changes with each start of the machine; "" where it is not known.
func ID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}
