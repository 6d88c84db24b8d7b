package scripttest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// unprivileged becomes the command that it is told, without what root may beyond its own files: permissions of files count
// then as for anybody. Another uid would not do, as toolchains may lie in a home that only root can look into.
func unprivileged() {
	runtime.LockOSThread()
	err := dropAll()
	path := ""
	if err == nil {
		path, err = exec.LookPath(os.Args[1])
	}
	if err == nil {
		err = unix.Exec(path, os.Args[1:], os.Environ())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

// dropAll takes every capability out of what a program can get by exec.
func dropAll() error {
	if os.Geteuid() != 0 {
		return nil
	}
	for c := uintptr(0); ; c++ {
		err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
		if errors.Is(err, unix.EINVAL) && c > 0 {
			return nil // there are no more
		}
		if err != nil {
			return fmt.Errorf("cannot give up capability %d: %w", c, err)
		}
	}
}
