package toolchain

import (
	"context"
	"errors"
	"time"

	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/store"
)

// Sweep removes trees and components that nobody needs any more, and then the
// archives and manifests that were kept for them.
func (h *Home) Sweep(ctx context.Context, policy store.Policy) (store.Swept, error) {
	policy.Discard = func(ctx context.Context, sha string) {
		if err := h.archives.Discard(ctx, sha); err != nil {
			h.voice.Debugf("archive %s stays: %v", sha, err)
		}
	}
	swept, err := h.store.Sweep(ctx, policy)
	if err != nil || policy.DryRun {
		return swept, err
	}
	return swept, h.sweepArchives(ctx, policy)
}

// ForgetPrevious takes the way back (Rollback) from all names.
func (h *Home) ForgetPrevious(ctx context.Context) error {
	list, err := h.store.WithPrevious()
	if err != nil {
		return err
	}
	for _, name := range list {
		err := h.nameLock(name).With(ctx, lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
			return h.store.ForgetPrevious(held, name)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *Home) sweepArchives(ctx context.Context, policy store.Policy) error {
	entries, err := h.archives.List()
	if err != nil || len(entries) == 0 {
		return err
	}
	manifests := h.store.Manifests()
	for _, e := range entries {
		if !h.isDue(e, policy, manifests) {
			continue
		}
		if err := h.archives.Discard(ctx, e.SHA256); err != nil && !errors.Is(err, lockfs.ErrBusy) {
			return err
		}
	}
	return nil
}

// isDue: an archive goes when its component is known to be on the disk, a
// manifest when no tree names it. What serves neither (unfinished, or of an
// install that failed) is somebody's work in progress until it is old.
func (h *Home) isDue(e download.Entry, policy store.Policy, manifests map[string]bool) bool {
	switch {
	case manifests[e.SHA256]:
		return false
	case h.store.HasComponent(e.SHA256):
		return !h.store.NeedsArchive(e.SHA256)
	default:
		return time.Since(e.ModTime) > policy.Keep
	}
}
