// Package setup puts berth in the place of rustup, and takes it away again.
//
// # What holds
//
// Install may be repeated, interrupted and run by several processes: each step is
// one rename or one whole file, and what is there already is left. What stands in
// $CARGO_HOME/bin and is not berth's is not touched, unless the user said that it
// is to be replaced; then it is kept. Whatever Install makes it writes down before
// it makes it, so that Undo removes that and nothing else, also after a kill.
//
// # What does not
//
// A line that the user moved or edited in a profile is the user's, and stays.
package setup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/app"
	"berth/internal/exe"
	"berth/internal/lockfs"
	"berth/internal/proxy"
	"berth/internal/store"
)

// Options are the user's wishes.
type Options struct {
	Replace     bool // put another rustup's programs aside
	KeepProfile bool // leave PATH to the user
}

// Setup is one CARGO_HOME.
type Setup struct {
	*app.App
	home    lockfs.Filesystem // $CARGO_HOME
	own     lockfs.Filesystem // $CARGO_HOME/berth/v1
	staging lockfs.Staging
	record  *record
}

// New describes the set-up of a; nothing is touched.
func New(a *app.App) *Setup {
	home := lockfs.At(a.Env.CargoHome)
	own := home.Join("berth", store.Version)
	return &Setup{App: a, home: home, own: own, staging: lockfs.NewStaging(own.Join("staging"))}
}

func (s *Setup) lock() lockfs.Lock {
	return lockfs.NewLock(s.lockFile(), lockfs.RankLinks, "the set-up of "+s.home.Display())
}

func (s *Setup) lockFile() lockfs.Filesystem { return s.own.Join("setup.lock") }

// Install places the program, its names, and what makes shells find them.
func (s *Setup) Install(ctx context.Context, o Options) error {
	return s.lock().With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if err := s.staging.Clear(ctx); err != nil {
			return err
		}
		if err := s.readRecord(); err != nil {
			return err
		}
		if foreign := s.foreign(); len(foreign) > 0 && !o.Replace {
			return &ForeignError{Dir: s.bin().Display(), Names: foreign}
		}
		if err := s.placeProgram(ctx, held); err != nil {
			return err
		}
		if err := s.placeHelper(ctx, held); err != nil {
			return err
		}
		for _, name := range names() {
			if err := s.placeName(ctx, held, name); err != nil {
				return err
			}
		}
		if err := removeFile(held, s.oldProgram(), s.own.Join("old")); err != nil {
			return err
		}
		return s.placePath(held, !o.KeepProfile)
	})
}

func names() []string { return append([]string{"rustup"}, proxy.Tools()...) }

func (s *Setup) bin() lockfs.Filesystem { return s.home.Join("bin") }

func (s *Setup) named(name string) lockfs.Filesystem { return s.bin().Join(name + exe.Suffix) }

// ForeignError says that the names are taken.
type ForeignError struct {
	Dir   string
	Names []string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s already has %s, and not from berth", e.Dir, strings.Join(e.Names, ", "))
}

// Hint is the next step.
func (e *ForeignError) Hint() string {
	return "`berth setup --replace` puts them aside and `berth setup --undo` brings them back; the toolchains stay as they are"
}

// LinkError says that the names cannot be made.
type LinkError struct {
	Dir string
	Err error // of the hard link, which is tried last
}

func (e *LinkError) Error() string {
	return fmt.Sprintf("the tools' names in %s cannot be made links to berth: %v", e.Dir, e.Err)
}

func (e *LinkError) Unwrap() error { return e.Err }

// Hint is the next step.
func (e *LinkError) Hint() string {
	return "set CARGO_HOME to a directory on a file system that has links (FAT and exFAT have none); RUSTUP_HOME may lie on one without"
}

// kind is what stands at a name in bin.
type kind uint8

const (
	absent  kind = iota
	ours         // leads to berth
	stale        // a hard link to the berth that was there before
	follows      // a link to rustup beside it, which becomes ours when rustup does
	foreign
)

func (s *Setup) kindOf(name string) kind {
	at := s.named(name)
	if !at.Exists() {
		return absent
	}
	target, isLink, err := at.Pointer()
	if err == nil && isLink {
		switch filepath.Clean(target) {
		case "berth" + exe.Suffix:
			return ours
		case "rustup" + exe.Suffix:
			if name != "rustup" {
				return follows
			}
		}
	}
	switch {
	case sameFile(at, s.named("berth")):
		return ours
	case sameFile(at, s.oldProgram()):
		return stale
	}
	return foreign
}

func sameFile(a, b lockfs.Filesystem) bool {
	x, errX := a.Stat()
	y, errY := b.Stat()
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// oldProgram is a second name of the berth that is being replaced: by it the hard
// links to that one are known, also after a kill.
func (s *Setup) oldProgram() lockfs.Filesystem { return s.own.Join("program.old") }

// foreign lists the names that others have. The links that follow rustup are not
// named: they are not touched.
func (s *Setup) foreign() (list []string) {
	for _, name := range names() {
		if s.kindOf(name) == foreign {
			list = append(list, name)
		}
	}
	return list
}

// placeName makes name lead to berth. What another rustup has there changes
// places with the link in one step and is kept below replaced/.
func (s *Setup) placeName(ctx context.Context, held *lockfs.FileLock, name string) error {
	at := s.named(name)
	switch s.kindOf(name) {
	case ours, follows:
		return nil
	case absent:
		if err := s.willMake(held, at); err != nil {
			return err
		}
		return s.link(ctx, held, at)
	case stale:
		return s.link(ctx, held, at)
	}
	aside := s.replaced().Join(at.Base())
	if err := s.replaced().MkdirAll(); err != nil {
		return err
	}
	// What is kept from before is older than what a rustup-init has put there since.
	if err := held.Remove("setup.replace.older", aside); err != nil {
		return err
	}
	if err := s.link(ctx, held, aside); err != nil {
		return err
	}
	s.UI.Infof("the other %s is kept at %s", name, aside.Display())
	return held.Exchange("setup.replace", aside, at)
}

func (s *Setup) replaced() lockfs.Filesystem { return s.own.Join("replaced") }

// link makes at a link to bin/berth; it is made elsewhere and renamed.
func (s *Setup) link(ctx context.Context, held *lockfs.FileLock, at lockfs.Filesystem) error {
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	made := filepath.Join(scratch.Path(), "link")
	if err := linkProgram(s.named("berth").Display(), made, s.Env.HardlinkProxy); err != nil {
		return err
	}
	if err := makeWay(held, at, scratch.Dir.Join("old")); err != nil {
		return err
	}
	return held.Rename("setup.link", scratch.Dir.Join("link"), at)
}
