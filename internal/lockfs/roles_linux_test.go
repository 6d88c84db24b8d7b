package lockfs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"berth/internal/lockfs"
)

func linuxRoles() map[string]role {
	return map[string]role{"nolocks": noLocksRole, "alone": aloneRole, "mounted": mountedRole}
}

// waitUntilBlocked returns when the kernel lists a waiter for path.
func waitUntilBlocked(t testing.TB, path string) {
	t.Helper()
	for {
		states := must(lockfs.States(t.Context(), lockfs.At(filepath.Dir(path))))
		for _, s := range states {
			if s.File == path && len(s.Waiters) > 0 {
				return
			}
		}
	}
}

func TestStatesNamesHoldersAndWaiters(t *testing.T) {
	dir := oddDir(t)
	path := func(name string) string { return filepath.Join(dir, name) }
	write(t, path("free.lock"), "")
	signed, shared := start(t, "hold", path("signed.lock"), "exclusive"), start(t, "hold", path("shared.lock"), "shared")
	stock := start(t, "stock", path(".package-cache"))
	for _, p := range []*process{signed, shared, stock} {
		p.expect("held")
	}
	waiter := start(t, "hold", path("shared.lock"), "exclusive")
	waiter.line()
	waitUntilBlocked(t, path("shared.lock"))

	states := must(lockfs.States(t.Context(), lockfs.At(dir), lockfs.At(path(".package-cache")), lockfs.At(path("none"))))
	comm := strings.TrimSpace(string(must(os.ReadFile("/proc/self/comm"))))
	var got []string
	for _, s := range states {
		line := fmt.Sprintf("%s %v:", filepath.Base(s.File), s.Mode)
		for _, h := range append(s.Holders, s.Waiters...) {
			line += fmt.Sprintf(" %s %d", h.Command, h.PID)
			if h.Since.IsZero() || h.Host == "" {
				t.Errorf("%s: incomplete: %+v", s.File, h)
			}
		}
		got = append(got, line)
	}
	pid := func(p *process) int { return p.cmd.Process.Pid }
	want := []string{
		fmt.Sprintf("shared.lock shared: %s %d %s %d", comm, pid(shared), comm, pid(waiter)),
		fmt.Sprintf("signed.lock exclusive: rustup hold %d", pid(signed)),
		fmt.Sprintf(".package-cache exclusive: %s %d", comm, pid(stock)),
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nexpected\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestNoticeOfUnsignedHolders: shared holders and stock tools write no name, and
// the signature that a killed holder left is nobody's.
func TestNoticeOfUnsignedHolders(t *testing.T) {
	comm := strings.TrimSpace(string(must(os.ReadFile("/proc/self/comm"))))
	for name, held := range map[string][][]string{
		"stock":  {{"stock"}},
		"shared": {{"hold", "shared"}, {"hold", "shared"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.lock")
			killed := start(t, "hold", path, "exclusive")
			killed.expect("held")
			killed.kill()
			pids := map[string]bool{}
			for _, args := range held {
				p := start(t, args[0], append([]string{path}, args[1:]...)...)
				p.expect("held")
				pids[fmt.Sprintf("waiting for component x held by %d %s and %d", p.cmd.Process.Pid, comm, len(held)-1)] = true
			}
			if line := start(t, "hold", path, "exclusive").line(); !pids[line] {
				t.Errorf("the notice is %q, expected one of %v", line, pids)
			}
		})
	}
}

// noLocksRole: <staging directory>. The kernel is told to answer flock as a file
// system without locks does.
func noLocksRole(ctx context.Context, args []string) error {
	if err := denyFlock(); err != nil {
		return err
	}
	dir := lockfs.At(args[0])
	for _, name := range []string{"a.lock", "b.lock"} {
		_, held, err := testLock(dir.Join(name).Display()).Acquire(ctx, lockfs.Exclusive)
		if err != nil {
			return err
		}
		fmt.Println("excludes:", held.Excludes())
		if err := errors.Join(held.Retire(), held.Close()); err != nil {
			return err
		}
	}
	return lockfs.NewStaging(dir).Clear(ctx)
}

// denyFlock installs a filter of four instructions on all threads.
func denyFlock() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	const load, jumpEqual, answer = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	filter := []unix.SockFilter{
		{Code: load, K: 0}, // the number of the call
		{Code: jumpEqual, K: unix.SYS_FLOCK, Jt: 0, Jf: 1},
		{Code: answer, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOLCK)},
		{Code: answer, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}

func TestFileSystemWithoutLocks(t *testing.T) {
	dir := t.TempDir()
	staging := lockfs.NewStaging(lockfs.At(dir))
	alive, err := staging.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "0123456789abcdef.lock"), "") // somebody is about to make the directory
	p := start(t, "nolocks", dir)
	p.expect("no locks") // once
	p.expect("excludes: false")
	p.expect("excludes: false")
	p.expect("")
	p.end()
	if names := namesIn(t, dir); len(names) != 3 {
		t.Errorf("of live processes only this is left: %q", names)
	}
	if err := alive.Close(); err != nil {
		t.Fatal(err)
	}
}

// aloneRole: <lock file>. Many who all hold the lock, as there are none, count: none
// comes between the reading and the writing of another.
func aloneRole(ctx context.Context, args []string) error {
	if err := denyFlock(); err != nil {
		return err
	}
	count := args[0] + ".count"
	var all errgroup.Group
	for range 8 {
		all.Go(func() error {
			_, held, err := testLock(args[0]).Acquire(ctx, lockfs.Exclusive)
			if err != nil {
				return err
			}
			defer held.Close()
			for range 20 {
				if err := held.Alone(ctx, func() error { return increment(count) }); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all.Wait()
}

func increment(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(data))
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strconv.Itoa(n+1)), 0o644)
}

func TestAloneWithoutLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	write(t, path+".count", "0")
	killed := path + ".alone"
	if err := os.Mkdir(killed, 0o755); err != nil {
		t.Fatal(err)
	}
	longAgo := time.Now().Add(-time.Hour)
	if err := os.Chtimes(killed, longAgo, longAgo); err != nil {
		t.Fatal(err)
	}
	start(t, "alone", path).end()
	if data := must(os.ReadFile(path + ".count")); string(data) != "160" {
		t.Errorf("counted to %s, expected 160", data)
	}
	if names := namesIn(t, filepath.Dir(path)); len(names) != 2 {
		t.Errorf("left over: %q", names)
	}
}

// mountedRole: <directory>. Its file becomes a mount point, as a container's
// settings are, and is written.
func mountedRole(ctx context.Context, args []string) error {
	file, other := filepath.Join(args[0], "file"), filepath.Join(args[0], "other")
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := unix.Mount(other, file, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	return writeRole(ctx, []string{filepath.Join(args[0], "w.lock"), file, "new and longer"})
}

func TestWriteFileOnAMountPoint(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "hidden below the mount")
	write(t, filepath.Join(dir, "other"), "old")
	cmd := command(nil, "mounted", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
	}
	if out, err := cmd.Output(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			// A system that forbids mounts to us: what the kernel would say to the rename.
			if err = lockfs.Overwrite(filepath.Join(dir, "other"), []byte("new and longer"), unix.EBUSY); err != nil {
				t.Fatal(err)
			}
		} else {
			t.Fatalf("%v %s", err, out)
		}
	}
	if got := string(must(os.ReadFile(filepath.Join(dir, "other")))); got != "new and longer" {
		t.Errorf("what was mounted holds %q", got)
	}
	if got := string(must(os.ReadFile(filepath.Join(dir, "file")))); got != "hidden below the mount" {
		t.Errorf("what is below holds %q", got)
	}
	if names := namesIn(t, dir); len(names) > 3 {
		t.Errorf("left over: %q", names)
	}
}
