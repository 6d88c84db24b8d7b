package lockfs

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/flock"
)

func TestParseLockTable(t *testing.T) {
	table := "1: POSIX  ADVISORY  WRITE 7 fe:00:11 0 EOF\n" +
		"2: FLOCK  ADVISORY  READ 714 fe:00:1311 0 EOF\n" +
		"2: -> FLOCK  ADVISORY  WRITE 720 fe:00:1311 0 EOF\n" +
		"2:   -> FLOCK  ADVISORY  READ 721 fe:00:1311 0 EOF\n" +
		"3: FLOCK  ADVISORY  WRITE 0 00:28:9 0 EOF\n" + // of a process that we may not see
		"4: FLOCK  ADVISORY  WRITE\n5: FLOCK A W x y z\n6: OFDLCK ADVISORY  READ -1 00:06:12 0 EOF\n\n"
	want := []tableLine{
		{systemLock{714, Shared, false}, "fe:00", 1311},
		{systemLock{720, Exclusive, true}, "fe:00", 1311},
		{systemLock{721, Shared, true}, "fe:00", 1311},
	}
	got := parseLockTable(table)
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d: %+v, expected %+v", i, got[i], want[i])
		}
	}
}

func FuzzParseLockTable(f *testing.F) {
	f.Add("2: FLOCK  ADVISORY  READ 714 fe:00:1311 0 EOF\n2: -> FLOCK  ADVISORY  WRITE 720 fe:00:1311 0 EOF\n")
	f.Add("->")
	f.Fuzz(func(t *testing.T, table string) {
		for _, l := range parseLockTable(table) {
			if l.pid <= 0 {
				t.Errorf("a process with number %d", l.pid)
			}
		}
	})
}

func openLocked(t *testing.T) *os.File {
	f, err := os.Create(filepath.Join(t.TempDir(), "x.lock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := flock.Try(f, Exclusive); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestDeviceOfAnotherName: where stat and the table name the device differently
// the mount's device decides, and a file of another file system with the same
// inode is not taken for ours.
func TestDeviceOfAnotherName(t *testing.T) {
	f := openLocked(t)
	mine := readLockTable().of(f)
	if len(mine) != 1 || mine[0].pid != os.Getpid() {
		t.Fatalf("our own lock: %+v", mine)
	}
	if device := mountDevice(f); device == "" {
		t.Error("the mount of an open file was not found")
	}
	table := readLockTable()
	for i := range table.lines {
		table.lines[i].device = "ff:ff"
	}
	if others := table.of(f); len(others) != 0 {
		t.Errorf("locks of another file system: %+v", others)
	}
}

// TestNoProbeWhereTheSystemTells: a complete table is believed, and the lock is
// not touched; only an incomplete one is checked by trying.
func TestNoProbeWhereTheSystemTells(t *testing.T) {
	f := openLocked(t)
	for _, complete := range []bool{true, false} {
		s, err := stateOf(lockTable{complete: complete}, f.Name())
		if err != nil || s.Held == complete {
			t.Errorf("complete %v: %+v %v", complete, s, err)
		}
	}
}

// TestSignatureOfAnotherHostIsChecked: its lock is in no table of ours.
func TestSignatureOfAnotherHostIsChecked(t *testing.T) {
	f := openLocked(t)
	writeSignature(f, Holder{Command: "rustup update", Host: "elsewhere", PID: 1})
	s, err := stateOf(lockTable{complete: true}, f.Name())
	if err != nil || !s.Held || len(s.Holders) != 1 || s.Holders[0].Host != "elsewhere" {
		t.Errorf("%+v %v", s, err)
	}
}

// TestCutLines: every line of a long table is read once, and none is made up
// where a page ends inside it.
func TestCutLines(t *testing.T) {
	var table strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&table, "%d: FLOCK  ADVISORY  READ %d fe:00:%d 0 EOF\n%[1]d: -> FLOCK  ADVISORY  WRITE %d fe:00:%[3]d 0 EOF\n", i, i+1, i*i, i+5000)
	}
	want := parseLockTable(table.String())
	if got := readLines(strings.NewReader(table.String())); !slices.Equal(got, want) {
		t.Errorf("%d lines, expected the %d of the table", len(got), len(want))
	}
	if got := readLines(&short{*strings.NewReader(table.String())}); !slices.Equal(got, want) {
		t.Errorf("by short pages: %d lines, expected the %d of the table", len(got), len(want))
	}
}

// short is a table of small pages, as it is before locks with many waiters.
type short struct{ strings.Reader }

func (s *short) Read(page []byte) (int, error) {
	n, err := s.Reader.Read(page[:1000])
	whole := strings.LastIndexByte(string(page[:n]), '\n') + 1
	s.Reader.Seek(int64(whole-n), io.SeekCurrent)
	return whole, err
}

// shrinking is a table of which lines are gone after each page.
type shrinking struct {
	lines []string
	gone  int
	strings.Reader
}

func (s *shrinking) Read(page []byte) (int, error) {
	n, err := s.Reader.Read(page)
	s.lines = s.lines[min(s.gone, len(s.lines)-1):]
	at, _ := s.Reader.Seek(0, io.SeekCurrent)
	s.Reader.Reset(strings.Join(s.lines, ""))
	s.Reader.Seek(at, io.SeekStart)
	return n, err
}

// TestShrinkingTable: a process that held very many locks ends between two pages.
func TestShrinkingTable(t *testing.T) {
	for _, gone := range []int{0, 1, 30, 70, 150, 300} {
		s := &shrinking{gone: gone}
		for i := range 500 {
			s.lines = append(s.lines, fmt.Sprintf("%d: FLOCK  ADVISORY  READ %d fe:00:%d 0 EOF\n", i, i+1, i))
		}
		s.Reader.Reset(strings.Join(s.lines, ""))
		got := readLines(s)
		for _, line := range parseLockTable(strings.Join(s.lines, "")) { // those that were held all the time
			if !slices.Contains(got, line) {
				t.Fatalf("%d gone at a time: %+v is left out", gone, line)
			}
		}
	}
}

// TestTableOfManyPages: locks that come and go while the table is read hide no
// other.
func TestTableOfManyPages(t *testing.T) {
	var held []*os.File
	for range 200 {
		held = append(held, openLocked(t))
	}
	done := make(chan struct{})
	defer close(done)
	for range 2 {
		come := openLocked(t)
		go func() {
			for {
				select {
				case <-done:
					return
				default:
					flock.Unlock(come)
					flock.Try(come, Exclusive)
				}
			}
		}()
	}
	for i := range 200 {
		if len(readLockTable().of(held[i])) != 1 {
			t.Fatalf("reading %d left out a lock that was held all the time", i)
		}
	}
}
