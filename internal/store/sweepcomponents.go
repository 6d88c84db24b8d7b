package store

import (
	"context"
	"errors"
	"time"

	"berth/internal/lockfs"
)

func (s *Store) sweepComponents(ctx context.Context, policy Policy, swept *Swept) error {
	return s.sweepObjects("components", s.usedComponents, func(key string) error { return s.sweepComponent(ctx, policy, key, swept) })
}

func (s *Store) sweepComponent(ctx context.Context, policy Policy, key string, swept *Swept) error {
	ctx, held, err := s.componentLease(key, key).Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer held.Close()
	used, err := s.usedComponents() // again: a tree may have been committed meanwhile
	if err != nil || used[key] || !held.Excludes() || s.isYoung(key) && !swept.freed[key] {
		return err
	}
	swept.Components = append(swept.Components, key)
	if policy.DryRun {
		return nil
	}
	if sha := s.archiveOf(key); sha != "" && policy.Discard != nil {
		policy.Discard(ctx, sha)
	}
	return s.retire(ctx, held, "store.sweep.component", s.root.Join("components", key))
}

// archiveOf is the whole digest of a component's archive; "" where the stamp
// cannot be read.
func (s *Store) archiveOf(key string) string {
	file := s.root.Join("components", key, "stamp")
	data, err := file.ReadFile()
	if err != nil {
		return ""
	}
	st, err := parseStamp(file.Display(), "component", data)
	if err != nil {
		return ""
	}
	return st.field("archive")
}

// youth is how long a component that no tree has named yet is left alone: it was
// made by a transaction that was killed or failed, and to unpack it twice is a waste.
const youth = 10 * time.Minute

func (s *Store) isYoung(key string) bool {
	info, err := s.root.Join("components", key, "stamp").Lstat()
	return err == nil && time.Since(info.ModTime()) < youth
}

// usedComponents are the keys that the stamps of all trees name. A stamp that was
// torn by a power loss names none: its tree has links of its own to the files.
func (s *Store) usedComponents() (map[string]bool, error) { return s.componentsBut("") }

// componentsBut is usedComponents without one tree.
func (s *Store) componentsBut(except string) (map[string]bool, error) {
	hashes, err := s.objects("toolchains")
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for _, hash := range hashes {
		if hash == except {
			continue
		}
		st, err := s.treeStamp(hash)
		if ignoreDamage(err) != nil {
			return nil, err
		}
		if err != nil {
			continue
		}
		for _, sha := range st.components() {
			used[sha[:keyLength]] = true
		}
	}
	return used, nil
}

// NeedsArchive tells whether an archive must stay: its component is not there
// or not yet known to be on the disk.
func (s *Store) NeedsArchive(sha string) bool {
	return !s.HasComponent(sha) || !s.isDurable(s.componentDir(sha))
}
