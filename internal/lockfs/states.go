package lockfs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// State is one lock file as `berth locks` shows it.
type State struct {
	File    string
	Held    bool
	Mode    Mode     // how it is held, where Held
	Holders []Holder // who, as far as it can be known
	Waiters []Holder
}

// lockSuffix ends the name of every lock file of berth's own.
const lockSuffix = ".lock"

func isLockFile(path string) bool { return strings.HasSuffix(path, lockSuffix) }

// States lists the locks below dir, and those on the stock lock files, that are
// held or waited for. It is a picture of one moment, for people. Where the
// system tells who holds what, no lock is touched.
func States(ctx context.Context, dir Filesystem, stock ...Filesystem) ([]State, error) {
	table := readLockTable()
	var states []State
	look := func(path string) {
		s, err := stateOf(table, path)
		if err == nil && (s.Held || len(s.Waiters) > 0) {
			states = append(states, s)
		}
	}
	err := filepath.WalkDir(dir.path, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isLockFile(path) {
			look(path)
		}
		return ctx.Err() // what vanished while we looked is not held
	})
	for _, f := range stock {
		look(f.path)
	}
	return states, err
}

func stateOf(table lockTable, path string) (State, error) {
	s := State{File: path}
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	locks, signed := table.of(f), readSignature(f)
	s.Held, s.Mode = anyHeld(locks)
	elsewhere := signed.PID != 0 && signed.Host != hostname()
	if !s.Held && (!table.complete || elsewhere) {
		s.Held, s.Mode = probe(f)
	}
	if s.Held {
		s.Holders = holdersOf(signed, locks)
	}
	s.Waiters = waitersOf(path, locks)
	return s, nil
}

// waitersOf joins what waiters wrote with what the system tells of the others.
func waitersOf(path string, locks []systemLock) []Holder {
	waiters := waitRecords(path)
	for _, l := range locks {
		known := slices.ContainsFunc(waiters, func(h Holder) bool { return h.PID == l.pid })
		if l.waits && !known {
			waiters = append(waiters, processHolder(l.pid))
		}
	}
	return waiters
}
