package lockfs_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"berth/internal/lockfs"
)

// precedeRole: <file> <left>.
func precedeRole(_ context.Context, args []string) error {
	p, left := precedence(args)
	p.Announce(left)
	fmt.Println("announced")
	untilInputEnds()
	return nil
}

// wantedRole: <file> <left>.
func wantedRole(_ context.Context, args []string) error {
	p, left := precedence(args)
	fmt.Println(p.IsWanted(left))
	return nil
}

func precedence(args []string) (*lockfs.Precedence, int64) {
	return lockfs.NewPrecedence(lockfs.At(args[0])), must(strconv.ParseInt(args[1], 10, 64))
}

// TestPrecedence: way is given to who has less left and has announced itself, until it withdraws or dies.
func TestPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "locks", "busy")
	ours := lockfs.NewPrecedence(lockfs.At(file))
	defer ours.Close()
	expect := func(left int64, want bool) {
		t.Helper()
		if got := ours.IsWanted(left); got != want {
			t.Errorf("with %d left: %v, expected %v", left, got, want)
		}
	}
	expect(1000, false)
	other := start(t, "precede", file, "7")
	other.expect("announced")
	for range 2 { // a look changes nothing
		expect(8, true)
		expect(7, false)
		expect(0, false)
	}
	other.kill()
	expect(1000, false)

	theySee := func(left string, want bool) {
		t.Helper()
		out, err := run(t, nil, "wanted", file, left)
		if err != nil || out != fmt.Sprintln(want) {
			t.Errorf("another process with %s left: %q, %v, expected %v", left, out, err, want)
		}
	}
	ours.Announce(5)
	expect(1000, false) // our own is nobody else's, and stays when we look
	theySee("6", true)
	ours.Announce(3)
	theySee("5", true)
	theySee("3", false)
	ours.Withdraw()
	theySee("6", false)
}

// TestPrecedenceWithoutAFile: who can make no file gives way to nobody.
func TestPrecedenceWithoutAFile(t *testing.T) {
	p := lockfs.NewPrecedence(lockfs.At(filepath.Join(must(filepath.Abs("main_test.go")), "file")))
	p.Announce(1)
	if p.IsWanted(5) {
		t.Error("somebody is expected to go first")
	}
	p.Withdraw()
	p.Close()
}
