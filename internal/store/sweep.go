package store

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"berth/internal/boot"
	"berth/internal/lockfs"
)

// # Sweep
//
// Roots are the pointers in toolchains/, previous/, rollback/ and successor/, and leases. A tree that
// no pointer names is marked unused; it goes when it has been unused for keep
// and no lease is held. A component goes when no tree is made of it. Each object
// is locked exclusively (by a try: sweep is never in anyone's way), the roots are
// read again, and it leaves by one rename into staging.
//
// An age counts only when the object was seen unused twice, a day apart in one
// boot: clocks jump, and a machine that slept for a month did not use anything.
// What the user uninstalled is discarded and goes as soon as no lease holds it.

// Policy says how long what nobody points to is kept.
type Policy struct {
	Keep      time.Duration // unused trees, downloads that were not finished
	DayInBoot time.Duration // how far apart the two sightings must be
	DryRun    bool
	// Discard, if set, is told the archive of a component before the component
	// goes: nothing needs it any more, and after a kill nobody would know that.
	Discard func(ctx context.Context, sha string)
}

// DefaultPolicy is that of every transaction and of `berth sweep`.
func DefaultPolicy() Policy { return Policy{Keep: 14 * 24 * time.Hour, DayInBoot: 24 * time.Hour} }

// Swept is what a sweep removed, and what it could not.
type Swept struct {
	Trees, Components []string // hashes and keys
	InUse             []string // unused trees that a lease still holds

	freed map[string]bool // keys of the components that the removed trees were made of
}

const unusedMark = "unused"

// unused is the record of a tree that no pointer names.
type unused struct {
	Since     time.Time     `json:"since"`
	Discarded bool          `json:"discarded,omitempty"`
	Boot      string        `json:"boot"`
	Uptime    time.Duration `json:"uptime"` // at the first sighting in Boot
	Seen      time.Duration `json:"seen"`   // at the last one
}

// Sweep removes what policy allows.
func (s *Store) Sweep(ctx context.Context, policy Policy) (Swept, error) {
	swept := Swept{freed: map[string]bool{}}
	if err := s.sweepTrees(ctx, policy, &swept); err != nil {
		return swept, err
	}
	return swept, s.sweepComponents(ctx, policy, &swept)
}

func (s *Store) sweepTrees(ctx context.Context, policy Policy, swept *Swept) error {
	return s.sweepObjects("toolchains", s.roots, func(hash string) error { return s.sweepTree(ctx, policy, hash, swept) })
}

// sweepObjects has those of one kind swept that are not kept.
func (s *Store) sweepObjects(kind string, kept func() (map[string]bool, error), sweep func(key string) error) error {
	keys, err := s.objects(kind)
	if err != nil || len(keys) == 0 {
		return err
	}
	stay, err := kept()
	if err != nil {
		return err
	}
	for _, key := range keys {
		if stay[key] {
			continue
		}
		if err := sweep(key); err != nil {
			return err
		}
	}
	return nil
}

// objects lists the keys of one kind. Whatever else lies there (a file manager's
// notes, what a network file system hides) is no object.
func (s *Store) objects(kind string) (keys []string, err error) {
	entries, err := s.root.Join(kind).ReadDir()
	for _, e := range entries {
		if e.IsDir() && len(e.Name()) == keyLength {
			keys = append(keys, e.Name())
		}
	}
	return keys, err
}

// sweepTree takes the lease before it marks: a tree that a transaction has just
// made and is about to point at is leased by it.
func (s *Store) sweepTree(ctx context.Context, policy Policy, hash string, swept *Swept) error {
	lease := s.leaseLock(hash, hash)
	lease.Existing = s.hasStamp(hash)
	_, held, err := lease.Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		swept.InUse = append(swept.InUse, hash)
		return nil
	}
	if err != nil {
		return ignoreAbsence(err)
	}
	defer held.Close()
	roots, err := s.roots() // again: a pointer may have been set meanwhile
	if err != nil || roots[hash] || !held.Excludes() || !s.isDue(held, policy, hash) {
		return err
	}
	s.free(hash, swept)
	if !policy.DryRun {
		s.age(held, hash)
		err = s.retireTree(ctx, held, "store.sweep.tree", hash)
	}
	switch {
	case errors.Is(err, lockfs.ErrBusy):
		swept.InUse = append(swept.InUse, hash)
		return nil
	case err == nil:
		swept.Trees = append(swept.Trees, hash)
	}
	return err
}

// free notes what a tree was made of, before it goes.
func (s *Store) free(hash string, swept *Swept) {
	if st, err := s.treeStamp(hash); err == nil {
		for _, sha := range st.components() {
			swept.freed[sha[:keyLength]] = true
		}
	}
}

// age ends the youth of the components that no other tree is made of: were we
// killed once the tree is gone, nobody would know that they may go as well.
func (s *Store) age(held *lockfs.FileLock, hash string) {
	st, err := s.treeStamp(hash)
	if err != nil {
		return
	}
	others, err := s.componentsBut(hash)
	if err != nil {
		return
	}
	old := time.Now().Add(-youth)
	for _, sha := range st.components() {
		if !others[sha[:keyLength]] {
			os.Chtimes(held.Path(s.componentDir(sha).Join("stamp")), old, old)
		}
	}
}

func ignoreAbsence(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// hasStamp is false of what is left of a tree that somebody was killed at while he removed it where it lies.
func (s *Store) hasStamp(hash string) bool { return s.treeDir(hash).Join("stamp").Exists() }

// isDue brings the record of an unused tree up to date and decides.
func (s *Store) isDue(held *lockfs.FileLock, policy Policy, hash string) bool {
	if !s.hasStamp(hash) {
		return true
	}
	file := s.treeDir(hash).Join(unusedMark)
	var u unused
	data, err := file.ReadFile()
	known := err == nil && json.Unmarshal(data, &u) == nil
	if known && (u.Discarded || policy.Keep == 0) {
		return true
	}
	now, id, up := time.Now(), boot.ID(), boot.Uptime()
	if !known {
		u = unused{Since: now.UTC()}
	}
	if u.Boot != id {
		u.Boot, u.Uptime = id, up
	}
	u.Seen = up
	if data, err := json.Marshal(u); err == nil && !policy.DryRun {
		held.WriteUnsynced("store.unused", file, data)
	}
	return now.Sub(u.Since) >= policy.Keep && u.Seen-u.Uptime >= policy.DayInBoot
}

// discard marks a tree that the user uninstalled.
func (s *Store) discard(held *lockfs.FileLock, hash string) {
	if data, err := json.Marshal(unused{Since: time.Now().UTC(), Discarded: true}); err == nil {
		held.WriteUnsynced("store.discard", s.treeDir(hash).Join(unusedMark), data)
	}
}

// roots are the trees that some pointer names. What a name pointed to before
// counts as long as the name stands for something: stock rustup may remove our
// pointer, and knows nothing of the one before it.
func (s *Store) roots() (map[string]bool, error) {
	roots := map[string]bool{}
	toolchains := s.home.Join("toolchains")
	for _, place := range []lockfs.Filesystem{toolchains, s.root.Join("previous"), s.root.Join("rollback"), s.root.Join("successor")} {
		entries, err := place.ReadDir()
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			target, isPointer, err := place.Join(e.Name()).Pointer()
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			if hash := hashIn(target); isPointer && hash != "" && s.isAnything(e.Name()) {
				roots[hash] = true
			}
		}
	}
	return roots, nil
}

// isAnything tells whether a name stands for something, broken pointers included.
func (s *Store) isAnything(name string) bool {
	return s.toolchain(name).Exists() || s.successor(name).Exists()
}

// hashIn finds …/toolchains/<hash>/<name> in a pointer's target. A foreign link
// of the same form keeps a tree that need not be kept, which harms nobody.
func hashIn(target string) string {
	parts := strings.FieldsFunc(target, func(r rune) bool { return r == '/' || r == '\\' })
	if n := len(parts); n >= 3 && parts[n-3] == "toolchains" && len(parts[n-2]) == keyLength {
		return parts[n-2]
	}
	return ""
}

// Manifests are the SHA-256 of the channel manifests that trees were made from.
func (s *Store) Manifests() map[string]bool {
	hashes, _ := s.objects("toolchains")
	manifests := map[string]bool{}
	for _, hash := range hashes {
		if st, err := s.treeStamp(hash); err == nil {
			manifests[st.field("manifest")] = true
		}
	}
	return manifests
}
