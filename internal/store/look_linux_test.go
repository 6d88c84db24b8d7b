package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// always looks for name until changes end: whatever they do, name stands for something.
func (f *fixture) always(name string, changes func() error) {
	f.Helper()
	over := make(chan error)
	go func() { over <- changes() }()
	for {
		place, err := f.Look(name)
		if err != nil || place.Kind == None {
			f.Errorf("%+v, %v", place, err)
			<-over
			return
		}
		select {
		case err := <-over:
			if err != nil {
				f.Fatal(err)
			}
			return
		default:
		}
	}
}

const manyTimes = 1000

// An adoption puts a pointer in the place of a directory that stock made, `berth
// setup --undo --all` the other way round.
func TestANameIsThereWhileDirectoryAndPointerChangePlaces(t *testing.T) {
	f := newStore(t)
	tree := f.tree("stable")
	name := filepath.Join(f.home, "toolchains", "stable")
	other := filepath.Join(f.home, "other")
	if err := os.Mkdir(name, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(f.pointerTo(tree.place()), other); err != nil {
		t.Fatal(err)
	}
	f.always("stable", func() error {
		for range manyTimes {
			if err := unix.Renameat2(unix.AT_FDCWD, name, unix.AT_FDCWD, other, unix.RENAME_EXCHANGE); err != nil {
				return err
			}
		}
		return nil
	})
}

// Who has read a pointer may find that its tree was swept meanwhile.
func TestANameIsThereWhileItIsSwitchedAndSwept(t *testing.T) {
	f := newStore(t)
	link := f.toolchain("stable").Display()
	put := func(n int) error {
		tree := f.treeDir(fmt.Sprintf("%016x", n)).Join("stable").Display()
		if err := os.MkdirAll(tree, 0o755); err != nil {
			return err
		}
		if err := os.Symlink(tree, link+".new"); err != nil {
			return err
		}
		return os.Rename(link+".new", link)
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	f.always("stable", func() error {
		for n := range manyTimes {
			if err := put(n + 1); err != nil {
				return err
			}
			if err := os.RemoveAll(f.treeDir(fmt.Sprintf("%016x", n)).Display()); err != nil {
				return err
			}
		}
		return nil
	})
}
