//go:build unix

package lockfs_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"berth/internal/flock"
	"berth/internal/lockfs"
)

func systemRoles() map[string]role {
	all := map[string]role{
		"lease":      leaseRole,
		"leased":     leasedRole,
		"sit":        sitRole,
		"restricted": restrictedRole,
		"stock":      stockRole,
	}
	maps.Copy(all, linuxRoles())
	return all
}

// leaseRole: <lock file>. It execs, as a proxy does.
func leaseRole(ctx context.Context, args []string) error {
	_, held, err := testLock(args[0]).Acquire(ctx, lockfs.Shared)
	if err != nil {
		return err
	}
	defer held.Close()
	if err := held.Inherit(); err != nil {
		return err
	}
	os.Setenv("LOCKFS_TEST_ROLE", "leased")
	return syscall.Exec(os.Args[0], os.Args[:1], os.Environ())
}

// leasedRole is the tool that runs out of the tree: it leaves a child behind.
func leasedRole(context.Context, []string) error {
	child := command(nil, "sit")
	child.Stdin, child.Stdout = os.Stdin, os.Stdout
	return child.Start()
}

func sitRole(context.Context, []string) error {
	fmt.Println("sitting")
	untilInputEnds()
	return nil
}

// stockRole: <lock file>. It locks as a stock tool does, without a word.
func stockRole(ctx context.Context, args []string) error {
	f, err := os.OpenFile(args[0], os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := flock.Lock(ctx, f, flock.Exclusive); err != nil {
		return err
	}
	fmt.Println("held")
	untilInputEnds()
	return nil
}

func TestLeaseOutlivesExecAndEndsWithTheLastProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lease.lock")
	tool := start(t, "lease", path)
	tool.expect("sitting") // through exec, in a child of what ran then
	if err := must(tool.cmd.Process.Wait()); !err.Success() {
		t.Fatal(err)
	}
	if err := tryMode(t, path, lockfs.Exclusive); !errors.Is(err, lockfs.ErrBusy) {
		t.Fatalf("a child that was left behind runs out of the tree: %v", err)
	}
	tool.stdin.Close()
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	held.Close()
}

func TestCloseLeavesAnInheritedLeaseToTheChild(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lease.lock")
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Shared)
	if err != nil {
		t.Fatal(err)
	}
	if err := held.Inherit(); err != nil {
		t.Fatal(err)
	}
	child := start(t, "sit")
	child.expect("sitting")
	held.Close()
	if err := tryMode(t, path, lockfs.Exclusive); !errors.Is(err, lockfs.ErrBusy) {
		t.Fatalf("the child has the lease: %v", err)
	}
	child.end()
	if err := tryMode(t, path, lockfs.Exclusive); err != nil {
		t.Fatalf("the child has ended: %v", err)
	}
}

func TestOrdinaryLockIsNotInherited(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	start(t, "sit").expect("sitting")
	held.Close()
	if err := tryMode(t, path, lockfs.Exclusive); err != nil {
		t.Errorf("a child kept it: %v", err)
	}
}

func TestInterruptEndsTheWaitAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	waiter := start(t, "hold", path, "exclusive")
	waiter.line()
	waiter.cmd.Process.Signal(os.Interrupt)
	waiter.expect("error: interrupt signal received") // while we still hold it
}

// restrictedRole: <directory> <what>. Within it nothing may be made, and no file
// may grow past limitedSize.
func restrictedRole(ctx context.Context, args []string) error {
	if err := os.Chdir(args[0]); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := syscall.Setuid(65534); err != nil {
			return err
		}
	}
	switch args[1] {
	case "limited":
		signal.Ignore(unix.SIGXFSZ)
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limitedSize, Max: limitedSize}); err != nil {
			return err
		}
	case "lock":
		return lockReadOnly(ctx)
	}
	held := lockfs.At("held.lock")
	return lockfs.NewLock(held, lockfs.RankSettings, "x").With(ctx, lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		return held.WriteFile("test.write", lockfs.At("file"), []byte("much longer than the limit"))
	})
}

const limitedSize = 12

func lockReadOnly(ctx context.Context) error {
	for _, mode := range []lockfs.Mode{lockfs.Shared, lockfs.Exclusive} {
		_, held, err := testLock("held.lock").Try(ctx, mode)
		fmt.Println("existing:", err)
		held.Close()
		_, _, err = testLock("none.lock").Try(ctx, mode)
		fmt.Println("missing:", errors.Is(err, lockfs.ErrNoLockFile))
		_, _, err = testLock("deep/none.lock").Try(ctx, mode)
		fmt.Println("missing with its directory:", errors.Is(err, lockfs.ErrNoLockFile))
	}
	return lockfs.NewStaging(lockfs.At("staging")).Clear(ctx)
}

// readOnlyHome has a lock file that may be read, a file that may be written, the
// leftover of a dead process in its staging, and nothing may be made in it.
func readOnlyHome(t *testing.T) string {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "held.lock"), "")
	write(t, filepath.Join(dir, "file"), "the old")
	staging := filepath.Join(dir, "staging")
	if err := os.MkdirAll(filepath.Join(staging, "0123"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(staging, "0123.lock"), "")
	for path, mode := range map[string]os.FileMode{
		filepath.Dir(dir): 0o755, filepath.Join(dir, "held.lock"): 0o444, filepath.Join(dir, "file"): 0o666, staging: 0o555, dir: 0o555,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(staging, 0o755); os.Chmod(dir, 0o755) })
	return dir
}

func TestReadOnlyHome(t *testing.T) {
	p := start(t, "restricted", readOnlyHome(t), "lock")
	for range 2 {
		p.expect("existing: <nil>")
		p.expect("missing: true")
		p.expect("missing with its directory: true")
	}
	p.expect("")
	p.end()
}
