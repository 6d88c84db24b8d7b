package cargohome

import (
	"context"
	"errors"
	"time"

	"berth/internal/lastuse"
	"berth/internal/lockfs"
)

// Used notes that this command uses something, so that stock's collection does not
// take it away; SaveUsed writes the notes.
func (h *Home) Used(u lastuse.Use) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.used[u] = true
}

// SaveUsed is called once, when the work is done. That a note cannot be written now
// (somebody else is at the database, the home is read-only) costs nobody anything
// today: a month without any use has to pass before something is collected. So it
// waits for nobody: of thirty builds that began at once the last had to wait for
// seconds. The error is for the log.
func (h *Home) SaveUsed(ctx context.Context) error {
	h.mu.Lock()
	uses := make([]lastuse.Use, 0, len(h.used))
	for u := range h.used {
		uses = append(uses, u)
	}
	clear(h.used)
	h.mu.Unlock()
	file := h.root.Join(".global-cache")
	if len(uses) == 0 || !file.Exists() {
		return nil
	}
	_, held, err := h.Lock(lockfs.RankGlobalCache, "times of last use", "global-cache").Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer held.Close()
	if _, err := lastuse.Mark(held.Path(file), uses, time.Now()); !errors.Is(err, lastuse.ErrBusy) {
		return err
	}
	return nil
}
