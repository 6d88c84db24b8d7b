package unitstore_test

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"berth/internal/unitstore"
)

// TestAFileThatChangesBeforeItIsRead: a compiler has read the old bytes, and an editor writes others after the file was
// looked at and before it is read for its digest. They are not what was compiled.
func TestAFileThatChangesBeforeItIsRead(t *testing.T) {
	for _, tree := range []bool{false, true} {
		dir := t.TempDir()
		write(t, dir, "src/a.rs", "old")
		file := filepath.Join(dir, "src", "a.rs")
		path := file
		if tree {
			path = filepath.Dir(file)
		}
		begun := after(t, dir, file)
		f, err := recordWhile(t, "it", path, begun, file, func(f *os.File) {
			for settled := true; settled; { // until the clock of the file system has gone on
				if _, err := f.WriteAt([]byte("new"), 0); err != nil {
					t.Fatal(err)
				}
				info := must(f.Stat())
				settled = !unitstore.Changed(info).After(begun)
			}
		})
		if !errors.Is(err, unitstore.ErrUnsettled) {
			t.Errorf("tree %v: recorded, %v", tree, err)
		}
		if same, _, err := unitstore.NewInputs().Same(&f, path); same || err != nil {
			t.Errorf("tree %v: the new bytes are taken for those that were compiled (%v)", tree, err)
		}
	}
}

// TestATreeThatChangesWhileItIsRead: what goes, and what is written under its old time, shows in no other way.
func TestATreeThatChangesWhileItIsRead(t *testing.T) {
	for what, change := range map[string]func(file *os.File, other string, begun time.Time){
		"removed": func(_ *os.File, other string, _ time.Time) { os.Remove(other) },
		"written": func(file *os.File, _ string, begun time.Time) {
			then := must(file.Stat()).ModTime()
			for settled := true; settled; {
				must(file.WriteAt([]byte("new"), 0))
				os.Chtimes(file.Name(), then, then)
				settled = !unitstore.Changed(must(file.Stat())).After(begun)
			}
		},
	} {
		dir := t.TempDir()
		other := filepath.Join(dir, "src", "0.rs")
		write(t, dir, "src/a.rs", "old")
		write(t, dir, "src/0.rs", "other")
		begun := after(t, dir, other)
		file := filepath.Join(dir, "src", "a.rs")
		_, err := recordWhile(t, "it", filepath.Dir(file), begun, file, func(f *os.File) { change(f, other, begun) })
		if err == nil {
			t.Errorf("%s: recorded", what)
		}
	}
}

// after is a moment of the file system's clock after the file was written.
func after(t *testing.T, dir, file string) time.Time {
	written := unitstore.Changed(must(os.Stat(file)))
	for {
		if now := must(unitstore.Moment(dir)); now.After(written) {
			return now
		}
	}
}

// recordWhile records path and lets change have the file when it was looked at and is about to be opened: whoever opens a
// file that is leased waits until the lease is given back.
func recordWhile(t *testing.T, name, path string, begun time.Time, file string, change func(*os.File)) (unitstore.File, error) {
	opening := make(chan os.Signal, 1)
	signal.Notify(opening, unix.SIGIO)
	defer signal.Stop(opening)
	leased := must(os.OpenFile(file, os.O_RDWR, 0))
	defer leased.Close()
	must(unix.FcntlInt(leased.Fd(), unix.F_SETLEASE, unix.F_WRLCK))
	var f unitstore.File
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		f, err = unitstore.NewInputs().Record(name, path, begun)
	}()
	<-opening
	change(leased)
	must(unix.FcntlInt(leased.Fd(), unix.F_SETLEASE, unix.F_UNLCK))
	<-done
	return f, err
}
