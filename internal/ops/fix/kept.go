package fix

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/build"
	"berth/internal/cargohome"
	"berth/internal/lockfs"
)

// kept is the record of a source that holds fixes which no compiler has approved: whoever fixes the package next, after a
// kill, begins with the originals. It is written before the source, and those of a package are gone in one step when there
// is a verdict. Builds don't look at them: they never change a source.
type kept struct {
	Format   int
	Path     string
	Original []byte
	Written  []string // digests of what was put there, one a round
}

const keptFormat = 1

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// keep notes what a file was before the first fix, and what it is going to be.
func (r *repair) keep(held *lockfs.FileLock, path string, old, fixed []byte) error {
	if r.Broken {
		return nil // nobody is going to take anything back
	}
	k := r.kept[path]
	if k == nil || !slices.Contains(k.Written, digestOf(old)) { // the first round, or somebody saved it since the last one
		k = &kept{Format: keptFormat, Path: path, Original: old}
		r.kept[path] = k
	}
	k.Written = append(k.Written, digestOf(fixed))
	data, err := json.Marshal(k)
	if err == nil {
		err = os.MkdirAll(held.Path(r.record), 0o700) // not everybody may read all sources
	}
	if err == nil {
		err = held.WriteFile("fix.kept", r.record.Join(digestOf([]byte(path))[:16]+".json"), data)
	}
	if cargohome.IsReadOnly(err) {
		return nil // a kill leaves the fix, as it does with stock
	}
	return err
}

// putBack undoes what a run that was killed has fixed without a compiler's word, where nobody has changed it since.
func (r *repair) putBack() error {
	var left []kept
	entries, _ := r.record.ReadDir() // there hardly ever is one
	for _, e := range entries {
		var k kept
		data, err := r.record.Join(e.Name()).ReadFile()
		if err == nil && json.Unmarshal(data, &k) == nil && k.Format == keptFormat { // else of another berth, or not written to its end
			left = append(left, k)
		}
	}
	for range left { // two names may be of one file: what was written last has to be taken back first
		for _, k := range left {
			if err := r.putBackOne(k); err != nil {
				return err
			}
		}
	}
	return r.forget()
}

func (r *repair) putBackOne(k kept) error {
	now, err := os.ReadFile(k.Path)
	if err != nil || !slices.Contains(k.Written, digestOf(now)) {
		return nil // the source is the user's
	}
	ok, err := r.exchange(k.Path, now, k.Original, nil)
	if err != nil || !ok {
		return err
	}
	text := fmt.Sprintf("`%s` had fixes of a run that was killed before the compiler approved them; they are taken back, and looked at anew", r.short(k.Path))
	r.say(func(v build.Voice) { v.Warn(text) })
	return nil
}

func (r *repair) short(path string) string {
	if short, err := filepath.Rel(r.dir, path); err == nil && !strings.HasPrefix(short, "..") {
		return short
	}
	return path
}

// forget is called when a compiler has said what it thinks of the fixes, or none of them is there any more.
func (r *repair) forget() error {
	judged := lockfs.At(r.record.Display() + ".judged")
	if !r.record.Exists() && !judged.Exists() {
		return nil
	}
	err := r.sources().With(context.WithoutCancel(r.ctx), lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		err := held.RemoveAll("fix.forget", judged) // somebody was killed while he did this
		if err == nil && r.record.Exists() {
			err = held.Rename("fix.judged", r.record, judged)
		}
		if err == nil {
			err = held.RemoveAll("fix.forget", judged)
		}
		return err
	})
	if cargohome.IsReadOnly(err) {
		return nil
	}
	return err
}

func (r *repair) sources() lockfs.Lock {
	lock := r.place.Lock(lockfs.RankSource, "one source", "source")
	lock.Patience = time.Second
	return lock
}

// exchange gives a file new content if it still has the old. It is false if it has not. Before is what else has to be
// done first.
func (r *repair) exchange(path string, old, content []byte, before func(*lockfs.FileLock) error) (ok bool, err error) {
	err = r.sources().With(context.WithoutCancel(r.ctx), lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		now, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(now, old) {
			return nil
		}
		if before != nil {
			if err := before(held); err != nil {
				return err
			}
		}
		ok = true
		return held.WriteFile("fix.source", lockfs.At(path), content)
	})
	return ok, err
}
