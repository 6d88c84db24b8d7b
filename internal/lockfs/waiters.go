package lockfs

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// waitSuffix marks the record of a waiter: <lock file>.<pid>.waiting. It is
// written only when somebody really waits, for `berth locks`, best effort.
const waitSuffix = ".waiting"

func recordWait(ctx context.Context, l Lock) (done func()) {
	path := fmt.Sprintf("%s.%d%s", l.file.path, os.Getpid(), waitSuffix)
	line, err := json.Marshal(sessionOf(ctx).holder(l.name))
	if err != nil || os.WriteFile(path, append(line, '\n'), 0o644) != nil {
		return func() {}
	}
	return func() { os.Remove(path) }
}

// State is one lock file as `berth locks` shows it.
type State struct {
	File    string
	Held    bool
	Mode    Mode     // how it is held, where Held
	Holders []Holder // who, as far as it can be known
	Waiters []Holder
}

// States lists the locks below dir that are held or waited for, and removes the
// records of waiters that have died.
func States(ctx context.Context, dir Filesystem) ([]State, error) {
	var states []State
	err := filepath.WalkDir(dir.path, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isLockFile(path) {
			return nil
		}
		state, err := stateOf(ctx, path)
		if err == nil && (state.Held || len(state.Waiters) > 0) {
			states = append(states, state)
		}
		return nil
	})
	return states, err
}

func isLockFile(path string) bool { return strings.HasSuffix(path, ".lock") }

func stateOf(ctx context.Context, path string) (State, error) {
	s := State{File: path}
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	s.Held, s.Mode = probe(f)
	if s.Held {
		s.Holders = holdersOf(f, s.Mode)
	}
	s.Waiters = waitersOf(path)
	return s, nil
}

func waitersOf(path string) []Holder {
	records, _ := filepath.Glob(path + ".*" + waitSuffix)
	var waiters []Holder
	for _, r := range records {
		f, err := os.Open(r)
		if err != nil {
			continue
		}
		h := readHolder(f)
		f.Close()
		if host, _ := os.Hostname(); h.Host == host && !alive(h.PID) {
			os.Remove(r)
			continue
		}
		waiters = append(waiters, h)
	}
	return waiters
}
