package toolchain

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"berth/internal/lockfs"
	"berth/internal/store"
)

// # Turns
//
// Whoever wants a directory that stock made for himself waits until nobody runs
// out of it, and beside tools that overlap that could be for ever: the kernel
// grants a shared lock while an exclusive one is waited for. So he adopts the
// directory first (switch.go), and nobody comes after those who run. Where that
// cannot be, because the directory is not whole, he closes a turnstile for a while:
// tools that are started then wait with it, those that run come to their end, and
// the tools that these start go through (store.Lease knows them by their ancestors).
//
// It is closed for turns and not for as long as the wait, because what it waits
// for may be a language server that runs for days, and nobody shall be kept from
// a build by that; and because a tool may be on behalf of one that runs without
// being its descendant (a compile server's), which only looks as if it could wait.
// A turn is twice as long as the one before it, so tools that end within a minute
// starve nobody, however they overlap. Beside longer ones that overlap without
// end the wait may be as long.
const (
	firstTurn   = 2 * time.Second
	longestTurn = time.Minute
	openTurns   = 4 // and for so many times as long it stands open in between
)

// quiet waits until nobody runs by the path toolchains/<name> out of a directory that
// stock made, and keeps it so. It may be our pointer by now, since who adopts waits
// for those that ran before. nil where there is nobody, or where only our own
// ancestors are left.
func (h *Home) quiet(ctx context.Context, place store.Place) (*lockfs.FileLock, error) {
	lock := h.store.DirectoryLock(place.Name)
	switch place.Kind {
	case store.Directory:
		return h.quietDirectory(ctx, place.Name)
	case store.InStore:
		lock.Existing = true
		held, err := h.outwait(ctx, place.Name, lock)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return held, err
	}
	return nil, nil
}

func (h *Home) quietDirectory(ctx context.Context, name string) (*lockfs.FileLock, error) {
	lock := h.store.DirectoryLock(name)
	_, held, err := lock.Try(ctx, lockfs.Exclusive)
	if !errors.Is(err, lockfs.ErrBusy) {
		return held, err
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		held, err = h.outwait(ctx, name, lock)
	}()
	h.takeTurns(ctx, name, over)
	<-over
	return held, err
}

// takeTurns closes and opens the turnstile until over. It is a courtesy: where it
// cannot be closed the wait goes on without.
func (h *Home) takeTurns(ctx context.Context, name string, over <-chan struct{}) {
	for turn := h.turn; ; turn = min(2*turn, longestTurn) {
		_, closed, err := h.store.Turnstile(name).Try(ctx, lockfs.Exclusive)
		done := isOver(over, turn)
		if err == nil {
			closed.Retire()
		}
		if done || isOver(over, openTurns*turn) {
			return
		}
	}
}

func isOver(over <-chan struct{}, after time.Duration) bool {
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-over:
		return true
	case <-timer.C:
		return false
	}
}

// outwait waits for everybody but our own ancestors, since they wait for us: a
// task runner that was started through a proxy may well call `rustup update`.
func (h *Home) outwait(ctx context.Context, name string, lock lockfs.Lock) (*lockfs.FileLock, error) {
	waited := lockfs.Ancestors()
	for told := false; ; {
		_, held, err := lock.Try(ctx, lockfs.Exclusive)
		if !errors.Is(err, lockfs.ErrBusy) {
			return held, err
		}
		ours, others := 0, 0
		for _, holder := range lock.Holders() {
			if waited[holder.PID] {
				ours++
			} else {
				others++
			}
		}
		switch {
		case ours == 0:
			_, held, err := lock.Acquire(ctx, lockfs.Exclusive)
			return held, err
		case others == 0:
			return nil, nil
		case !told:
			told = true
			h.voice.Infof("waiting for the tools that run out of toolchain '%s' (%d processes)", name, others)
		}
		if err := pause(ctx, lookAgain); err != nil {
			return nil, err
		}
	}
}
