package lockfs

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// systemHolders reads /proc/locks: "1: FLOCK  ADVISORY  READ 714 fe:00:1311 0 EOF"
// (proc_locks(5)). The pid is that of the process that took the lock; after an
// exec it is the program that runs there now.
func systemHolders(f *os.File) []Holder {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	inode := fmt.Sprintf(":%d", info.Sys().(*syscall.Stat_t).Ino)
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return nil
	}
	defer locks.Close()
	host, _ := os.Hostname()
	var holders []Holder
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 || fields[1] != "FLOCK" || !strings.HasSuffix(fields[5], inode) {
			continue
		}
		if pid, err := strconv.Atoi(fields[4]); err == nil && pid != os.Getpid() {
			holders = append(holders, Holder{PID: pid, Host: host, Command: commandOf(pid), Since: startOf(pid)})
		}
	}
	return holders
}

// commandOf is the program's short name: a command line could hold a token.
func commandOf(pid int) string {
	name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return strings.TrimSpace(string(name))
}

func startOf(pid int) time.Time {
	info, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func alive(pid int) bool {
	_, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	return err == nil
}
