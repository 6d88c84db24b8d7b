package lockfs

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const tellsWaiters = true

// lockTable is what /proc/locks said at one moment.
type lockTable struct {
	lines []tableLine
	// complete: the locks of every process on this machine are in it. In a
	// process namespace of its own (a container) those of others are left out.
	complete bool
}

type tableLine struct {
	systemLock
	device string // of the file system, as "fe:00"; not always what stat says
	inode  uint64
}

// readLockTable asks the kernel, which stops all locking for it: opened for the first
// time in a while, that takes a grace period of RCU, some ten milliseconds (measured:
// 8 to 13 ms; percpu_down_write in locks_start of the kernel's fs/locks.c).
func readLockTable() lockTable {
	f, err := os.Open("/proc/locks")
	if err != nil {
		return lockTable{}
	}
	defer f.Close()
	return lockTable{lines: readLines(f), complete: inFirstNamespace()}
}

// tablePage is the most that the kernel hands out in one moment, and mostBack how
// often a table that shrinks while it is read is gone back in.
const (
	tablePage = 4096
	mostBack  = 16
)

// readLines takes pages that overlap by half. The kernel finds the place of the
// next page by counting lines (seq_file), so locks let go in between would hide
// others at the border. Lines keep their order: where a page has none of the one
// before it, it may begin too late, and is begun a page earlier.
func readLines(table io.ReadSeeker) []tableLine {
	var lines []tableLine
	var last []string // some of these stand on the next page too
	page := make([]byte, tablePage)
	for at, back := int64(0), 0; ; {
		n := readPage(table, at, page)
		text := wholeLines(string(page[:n]), at > 0)
		here := slices.Collect(strings.Lines(text))
		switch {
		case at > 0 && len(last) > 0 && back < mostBack && !overlap(last, here):
			back++
			at = max(0, at-tablePage)
			continue
		case n < 2:
			return lines
		case n > tablePage/2:
			last, at = here, at+int64(n/2)
		default: // the end, or before a lock with many waiters, which the kernel hands out whole
			last, at = nil, at+int64(n)-1
		}
		for _, line := range parseLockTable(text) {
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
}

// readPage is one call of the kernel: what two give is of two moments.
func readPage(table io.ReadSeeker, at int64, page []byte) int {
	if _, err := table.Seek(at, io.SeekStart); err != nil {
		return 0
	}
	n, _ := table.Read(page)
	return n
}

// overlap compares lines without the numbers that they have in their table.
func overlap(one, other []string) bool {
	return slices.ContainsFunc(one, func(line string) bool {
		_, line, _ = strings.Cut(line, ":")
		return slices.ContainsFunc(other, func(o string) bool { return strings.HasSuffix(o, ":"+line) })
	})
}

// wholeLines leaves out what a page cuts off: half a number is another's.
func wholeLines(page string, cut bool) string {
	if cut {
		_, page, _ = strings.Cut(page, "\n")
	}
	return page[:strings.LastIndexByte(page, '\n')+1]
}

// inFirstNamespace compares with the fixed inode of the first process namespace
// (PROC_PID_INIT_INO in the kernel's proc_ns.h).
func inFirstNamespace() bool {
	link, err := os.Readlink("/proc/self/ns/pid")
	return err == nil && link == "pid:[4026531836]"
}

// parseLockTable reads lines as proc_locks(5) has them; a waiter stands below
// the lock that it waits for:
//
//	1: FLOCK  ADVISORY  WRITE 714 fe:00:1311 0 EOF
//	1: -> FLOCK  ADVISORY  READ 720 fe:00:1311 0 EOF
func parseLockTable(table string) []tableLine {
	var lines []tableLine
	for text := range strings.Lines(table) {
		fields := strings.Fields(text)
		waits := len(fields) > 1 && fields[1] == "->"
		if waits {
			fields = fields[1:]
		}
		if len(fields) < 6 || fields[1] != "FLOCK" {
			continue
		}
		if line, ok := parseTableLine(fields[3], fields[4], fields[5]); ok {
			line.waits = waits
			lines = append(lines, line)
		}
	}
	return lines
}

func parseTableLine(mode, pid, file string) (tableLine, bool) {
	var line tableLine
	if mode == "WRITE" {
		line.mode = Exclusive
	}
	at := strings.LastIndexByte(file, ':')
	if at < 0 {
		return line, false
	}
	var err, pidErr error
	line.device = file[:at]
	line.inode, err = strconv.ParseUint(file[at+1:], 10, 64)
	line.pid, pidErr = strconv.Atoi(pid)
	return line, err == nil && pidErr == nil && line.pid > 0
}

// of lists the locks on f. The device that stat gives is compared first; on
// btrfs and overlayfs it is not the one in the table, so where only the inode
// agrees the device of f's mount decides.
func (t lockTable) of(f *os.File) []systemLock {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	sameInode := t.where(func(l tableLine) bool { return l.inode == stat.Ino })
	if len(sameInode.lines) == 0 {
		return nil
	}
	device := fmt.Sprintf("%02x:%02x", unix.Major(stat.Dev), unix.Minor(stat.Dev))
	found := sameInode.where(func(l tableLine) bool { return l.device == device })
	if len(found.lines) == 0 {
		device = mountDevice(f)
		found = sameInode.where(func(l tableLine) bool { return l.device == device })
	}
	locks := make([]systemLock, len(found.lines))
	for i, l := range found.lines {
		locks[i] = l.systemLock
	}
	return locks
}

func (t lockTable) where(keep func(tableLine) bool) lockTable {
	var kept []tableLine
	for _, l := range t.lines {
		if keep(l) {
			kept = append(kept, l)
		}
	}
	return lockTable{lines: kept, complete: t.complete}
}

// mountDevice is the device of the mount that f was opened through, as the
// kernel knows it: fdinfo gives the mount's number, mountinfo its device.
func mountDevice(f *os.File) string {
	fdinfo, _ := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", f.Fd()))
	_, rest, _ := strings.Cut(string(fdinfo), "mnt_id:")
	id := firstField(rest)
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.Lines(string(mounts)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != id {
			continue
		}
		var major, minor uint32
		fmt.Sscanf(fields[2], "%d:%d", &major, &minor)
		return fmt.Sprintf("%02x:%02x", major, minor)
	}
	return ""
}
