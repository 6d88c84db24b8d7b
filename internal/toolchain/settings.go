package toolchain

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"berth/internal/lockfs"
	"berth/internal/settings"
)

// settingsPatience is how often a settings file that is cut is read again before
// it is believed: stock rustup truncates it and then writes, within microseconds
// if the machine is not busy; so an empty one is read until it is settingsAge old.
// One that nobody touched for so long is as somebody wrote it by hand, and
// must not cost every call of rustc the whole patience.
const (
	settingsPatience = 40
	settingsPause    = 5 * time.Millisecond
	settingsAge      = time.Second
)

func (h *Home) settingsFile() lockfs.Filesystem { return h.dir.Join("settings.toml") }

// Settings reads settings.toml; a missing one is empty.
func (h *Home) Settings(ctx context.Context) (*settings.Settings, error) {
	return readSettings(ctx, h.settingsFile())
}

func readSettings(ctx context.Context, file lockfs.Filesystem) (*settings.Settings, error) {
	for n := 0; ; n++ {
		data, err := file.ReadFile()
		if errors.Is(err, fs.ErrNotExist) {
			return &settings.Settings{}, nil
		}
		if err != nil {
			return nil, settings.Unreadable(file.Display(), err)
		}
		s, err := settings.Parse(file.Display(), data)
		cut := errors.Is(err, settings.ErrIncomplete) || err == nil && settings.LooksCut(data)
		if !cut || n >= settingsPatience && len(data) > 0 || !justWritten(file) {
			return s, err
		}
		if err := pause(ctx, settingsPause); err != nil {
			return nil, err
		}
	}
}

// justWritten is asked after reading: a file that was written meanwhile is read
// again.
func justWritten(file lockfs.Filesystem) bool {
	info, err := file.Stat()
	if err != nil {
		return true
	}
	age := time.Since(info.ModTime())
	return 0 <= age && age < settingsAge
}

// ChangeSettings is a read-modify-write of settings.toml. The file itself is
// locked besides our own lock, as newer stock rustups lock it.
func (h *Home) ChangeSettings(ctx context.Context, change func(*settings.Settings) error) error {
	file := h.settingsFile()
	own := lockfs.NewLock(h.store.Locks().Join("settings.lock"), lockfs.RankSettings, "settings.toml")
	return own.With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if file.Exists() {
			stock := lockfs.NewStockLock(file, lockfs.RankSettingsFile, "settings.toml (another rustup)")
			stock.Existing = true
			_, theirs, err := stock.Acquire(ctx, lockfs.Exclusive)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			defer theirs.Close()
		}
		s, err := readSettings(ctx, file)
		if err != nil {
			return err
		}
		before := string(s.Marshal())
		if err := change(s); err != nil {
			return err
		}
		after := s.Marshal()
		if string(after) == before && file.Exists() {
			return nil
		}
		if err := h.dir.MkdirAll(); err != nil {
			return err
		}
		return held.WriteFile("settings", file, after)
	})
}
