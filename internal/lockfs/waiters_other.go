//go:build !linux

package lockfs

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// waitSuffix marks the record of a waiter: <lock file>.<some number>.waiting.
// It is written only when somebody really waits, and best effort. The record of
// a dead waiter goes when the next one waits for that lock, or States looks.
const waitSuffix = ".waiting"

func recordWait(ctx context.Context, l Lock) (done func()) {
	waitRecords(l.file.path)
	f, err := os.CreateTemp(filepath.Dir(l.file.path), filepath.Base(l.file.path)+".*"+waitSuffix)
	if err != nil {
		return func() {}
	}
	f.Chmod(0o644)
	f.Write(encodeSignature(sessionOf(ctx).holder(l.name)))
	f.Close()
	return func() { os.Remove(f.Name()) }
}

// waitRecords reads the records of those who wait for the lock at path.
func waitRecords(path string) []Holder {
	entries, _ := os.ReadDir(filepath.Dir(path))
	var waiters []Holder
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), filepath.Base(path)+".") || !strings.HasSuffix(e.Name(), waitSuffix) {
			continue
		}
		record := filepath.Join(filepath.Dir(path), e.Name())
		f, err := os.Open(record)
		if err != nil {
			continue
		}
		h := decodeSignature(f)
		f.Close()
		switch {
		case h.PID == 0: // being written
		case isDead(h):
			os.Remove(record)
		default:
			waiters = append(waiters, h)
		}
	}
	return waiters
}
