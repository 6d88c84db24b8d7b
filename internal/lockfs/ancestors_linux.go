package lockfs

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// Ancestors are this process and those that may wait for it: parent, its parent,
// and so on (proc_pid_stat(5): the fourth field; the second is in parentheses and
// may hold anything).
func Ancestors() map[int]bool {
	pids := map[int]bool{os.Getpid(): true}
	for pid := os.Getppid(); pid > 1 && !pids[pid]; {
		pids[pid] = true
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if err != nil || len(fields) < 2 {
			break
		}
		pid, _ = strconv.Atoi(string(fields[1]))
	}
	return pids
}
