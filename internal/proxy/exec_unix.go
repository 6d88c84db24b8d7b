//go:build unix

package proxy

import (
	"cmp"
	"context"
	"errors"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"berth/internal/app"
)

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// become replaces this process by the program at path. The leases go along.
func (c *call) become(ctx context.Context, path string, env *app.ChildEnv) error {
	if err := c.lease.Inherit(); err != nil {
		return err
	}
	for _, l := range c.others {
		if err := l.Inherit(); err != nil {
			return err
		}
	}
	c.UI.Close()
	if err := c.Uninterruptible(); err != nil {
		return err
	}
	err := unix.Exec(path, append([]string{cmp.Or(c.argv0, path)}, c.args...), env.List())
	if errors.Is(err, unix.ENOEXEC) { // a script without #!: execvp, by which stock becomes a program, gives it to the shell
		err = unix.Exec("/bin/sh", append([]string{"/bin/sh", path}, c.args...), env.List())
	}
	runtime.KeepAlive(c)
	return &FailedError{c.tool, err}
}
