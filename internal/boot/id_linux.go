package boot

import (
	"os"
	"strings"
)

// readID asks the system.
func readID() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(id))
}
