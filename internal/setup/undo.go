package setup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"berth/internal/exe"
	"berth/internal/lockfs"
	"berth/internal/store"
)

// Undo takes back what Install did: names that still lead to berth, files that are
// still as they were written, lines; what had been put aside returns to its place.
// keepProfile leaves the lines.
func (s *Setup) Undo(ctx context.Context, keepProfile bool) error {
	err := s.lock().With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if err := s.staging.Clear(ctx); err != nil {
			return err
		}
		if err := s.readRecord(); err != nil {
			return err
		}
		if err := s.restore(held); err != nil {
			return err
		}
		if !keepProfile {
			if err := s.removeLines(held); err != nil {
				return err
			}
		}
		if err := s.removeFiles(held); err != nil {
			return err
		}
		if err := removeFile(held, s.oldProgram(), s.own.Join("old")); err != nil {
			return err
		}
		return held.Remove("setup.undo.record", s.recordFile())
	})
	if err != nil {
		return err
	}
	return s.removeOwn(ctx)
}

// restore puts the programs of the other rustup back, each in one step, and then
// removes the link that took its place.
func (s *Setup) restore(held *lockfs.FileLock) error {
	entries, err := s.replaced().ReadDir()
	if err != nil {
		return err
	}
	for _, e := range entries {
		aside, at := s.replaced().Join(e.Name()), s.bin().Join(e.Name())
		if s.leadsToBerth(aside) {
			err = held.Remove("setup.undo.aside", aside) // killed after the exchange
		} else if at.Exists() {
			err = held.Exchange("setup.undo.restore", aside, at)
		} else {
			err = held.Rename("setup.undo.restore", aside, at)
		}
		if err == nil && s.leadsToBerth(aside) {
			err = held.Remove("setup.undo.aside", aside)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Setup) leadsToBerth(f lockfs.Filesystem) bool {
	if target, ok, err := f.Pointer(); err == nil && ok {
		return filepath.Base(target) == "berth"+exe.Suffix
	}
	return sameFile(f, s.named("berth")) || sameFile(f, s.oldProgram())
}

func (s *Setup) removeLines(held *lockfs.FileLock) error {
	if err := s.removePath(held); err != nil {
		return err
	}
	for _, profile := range s.record.Lines {
		if err := s.removeLine(held, profile, s.profileLines()); err != nil {
			return err
		}
	}
	return nil
}

// removeFiles removes the names first and the program last: killed in between, the
// command can be given again.
func (s *Setup) removeFiles(held *lockfs.FileLock) error {
	program := s.named("berth").Display()
	for _, path := range append(slices.DeleteFunc(slices.Clone(s.record.Files), func(p string) bool { return p == program }), program) {
		file := lockfs.At(path)
		if !slices.Contains(s.record.Files, path) || !s.isStillOurs(file) {
			continue
		}
		if err := removeFile(held, file, s.own.Join("old")); err != nil {
			return err
		}
	}
	dirs := slices.Clone(s.record.Dirs)
	slices.SortFunc(dirs, func(a, b string) int { return len(b) - len(a) }) // what is below goes first
	for _, dir := range dirs {
		if entries, err := lockfs.At(dir).ReadDir(); err == nil && len(entries) == 0 {
			if err := held.Remove("setup.undo.dir", lockfs.At(dir)); err != nil {
				return err
			}
		}
	}
	return nil
}

// isStillOurs: a name that leads elsewhere by now, an env file that was edited and
// a profile with other lines in it are not.
func (s *Setup) isStillOurs(file lockfs.Filesystem) bool {
	if file.Display() == s.helper().Display() {
		return true
	}
	if below(file.Display(), s.bin().Display()) {
		return s.leadsToBerth(file)
	}
	if slices.Contains(s.record.Lines, file.Display()) {
		return isEmpty(file)
	}
	data, err := file.ReadFile()
	return err == nil && s.isEnvFile(string(data))
}

// removeOwn removes what is left of $CARGO_HOME/berth: the lock itself, and then
// directories as far as they are empty.
func (s *Setup) removeOwn(ctx context.Context) error {
	_, held, err := s.lock().Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return nil // somebody sets up, or takes it back and is the last now
	}
	if err != nil {
		return err
	}
	if s.recordFile().Exists() {
		return held.Close() // somebody has set up again
	}
	for _, dir := range []lockfs.Filesystem{s.replaced(), s.own.Join("staging")} {
		if entries, err := dir.ReadDir(); err == nil && len(entries) == 0 {
			if err := held.Remove("setup.undo.own", dir); err != nil {
				return err
			}
		}
	}
	os.Remove(held.Path(s.bin())) // if nothing is in it; a set-up that begins has just made it, so while the lock is held
	if err := held.Retire(); err != nil {
		return err
	}
	s.removeEmpty()
	return nil
}

// removeEmpty removes the directories that lay around the lock. It needs none: what
// has something in it stays, and an empty home is as good as none.
func (s *Setup) removeEmpty() {
	home := s.Env.CargoHome
	for _, dir := range []string{filepath.Join(home, "berth", store.Version), filepath.Join(home, "berth"), home} {
		os.Remove(dir)
	}
}
