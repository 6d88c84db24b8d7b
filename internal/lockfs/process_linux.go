package lockfs

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// processHolder describes a process by its program's short name: a command line
// could hold a token. After an exec it is the program that runs there now; a
// lease may also have outlived the process that took it, then the name is empty.
func processHolder(pid int) Holder {
	name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return Holder{PID: pid, Host: hostname(), Command: printable(string(name)), Since: startOf(pid)}
}

// startOf reckons back from now: field 22 of stat counts hundredths of a second
// since the boot (proc_pid_stat(5)), and uptime is that clock.
func startOf(pid int) time.Time {
	fields := statOf(pid)
	uptime, _ := os.ReadFile("/proc/uptime")
	now, upErr := strconv.ParseFloat(firstField(string(uptime)), 64)
	if len(fields) < 20 || upErr != nil {
		return time.Time{}
	}
	ticks, err := strconv.ParseFloat(fields[19], 64)
	if err != nil {
		return time.Time{}
	}
	age := time.Duration((now - ticks/100) * float64(time.Second))
	return time.Now().Add(-age).UTC().Truncate(time.Second)
}

// isStopped looks at the state: T is stopped by a signal, t by a tracer, which lets go at once.
func isStopped(pid int) bool {
	fields := statOf(pid)
	return len(fields) > 0 && fields[0] == "T"
}

// statOf are the fields of stat from the third on, the state: what stands before them is the program's name, which may hold
// anything.
func statOf(pid int) []string {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
}

// Alive looks for the process in /proc.
func Alive(pid int) bool {
	_, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	return err == nil
}

func firstField(s string) string {
	if fields := strings.Fields(s); len(fields) > 0 {
		return fields[0]
	}
	return ""
}
