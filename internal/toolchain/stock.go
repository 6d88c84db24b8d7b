package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/store"
)

// # Stock at work
//
// Stock rustup takes no lock. An update by it takes the old components away, then
// downloads the new ones, then puts them in place, so that tools are gone for as
// long as that takes. It can be seen from outside:
//
//   - What it has taken away lies in the home's tmp/ until it has done.
//   - A component that it has taken away stands in multirust-config.toml still,
//     which it writes last, and no more in lib/rustlib/components.
//   - What it brings makes entries in tmp/ and grows in downloads/, and its
//     process runs.
//
// One that was killed leaves the first two behind for ever. So nobody waits for
// them alone.

const (
	// youngEntry is how old an entry of tmp/ may be to count as a running stock
	// rustup, whatever it is at.
	youngEntry = 10 * time.Second
	lookAgain  = 200 * time.Millisecond
)

// settled reads the pointer of a name, and waits while stock rustup is at work.
func (h *Home) settled(ctx context.Context, name string) (store.Place, error) {
	place, err := h.store.Look(name)
	if err != nil || place.Kind == store.None {
		return place, err
	}
	if place.Kind == store.InStore {
		untouched, err := h.store.Untouched(place.Hash, name)
		if untouched || err != nil {
			return place, err
		}
	}
	if err := h.awaitStock(ctx, place, h.isStockAtWork); err != nil {
		return place, err
	}
	return h.store.Look(name) // it may have been the end of the toolchain
}

// AwaitFile tells whether there is a file in a toolchain. What stock takes apart at
// the moment is waited for, also where the file is there: what it needs may not be.
func (h *Home) AwaitFile(ctx context.Context, place store.Place, path string) (bool, error) {
	if IsFile(path) && h.scratch() == noScratch {
		return true, nil
	}
	for {
		seen := componentsList(place)
		atWork := h.isStockAtWork
		there := IsFile(path)
		if there {
			atWork = h.isTakenApart
		}
		if err := h.awaitStock(ctx, place, atWork); err != nil {
			return false, err
		}
		if IsFile(path) {
			return true, nil
		}
		// Not there: unless it has been taken away since, or one update has ended since it
		// was looked for, and the next begun.
		if !there && isSameList(seen, componentsList(place)) {
			return false, nil
		}
	}
}

// AwaitWhole waits while stock takes a toolchain apart.
func (h *Home) AwaitWhole(ctx context.Context, place store.Place) error {
	return h.awaitStock(ctx, place, h.isTakenApart)
}

// awaitStock waits while stock rustup is at work on a toolchain. There is no lock to
// wait for, so it looks again and again.
func (h *Home) awaitStock(ctx context.Context, place store.Place, atWork func(store.Place) bool) error {
	for told := false; atWork(place); told = true {
		if !told {
			h.voice.Infof("waiting for another rustup%s, which is changing this home (toolchain '%s')", nameOf(h.stockProcess()), place.Name)
		}
		if err := pause(ctx, lookAgain); err != nil {
			return err
		}
	}
	return nil
}

func nameOf(process int) string {
	if process == 0 {
		return ""
	}
	return fmt.Sprintf(" (process %d)", process)
}

// IsFile tells whether there is a tool, or a page, of a toolchain: a plain file, or a link to one.
func IsFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// isStockAtWork is asked by who needs a toolchain to stay as it is, or misses something in it.
func (h *Home) isStockAtWork(place store.Place) bool {
	return h.scratch() == youngScratch || h.isTakenApart(place)
}

// isTakenApart tells whether stock has taken components of a toolchain away and goes on.
func (h *Home) isTakenApart(place store.Place) bool {
	scratch := h.scratch()
	return scratch != noScratch && isUnfinished(place) && (scratch == youngScratch || h.hasYoung("downloads") || h.stockProcess() != 0)
}

// scratch is what lies in tmp/.
type scratch int

const (
	noScratch    scratch = iota // so no stock rustup has taken anything away
	oldScratch                  // of a slow one, or of a dead one
	youngScratch                // of one that runs, or has just died
)

func (h *Home) scratch() scratch {
	tmp := h.dir.Join("tmp")
	if isEmpty(tmp) {
		return noScratch
	}
	if entries, err := tmp.ReadDir(); err == nil && slices.ContainsFunc(entries, isYoung) {
		return youngScratch
	}
	return oldScratch
}

// isEmpty is asked by each call of a tool, so it reads no further than to the first name.
func isEmpty(dir lockfs.Filesystem) bool {
	f, err := dir.Open()
	if err != nil {
		return true
	}
	defer f.Close()
	names, _ := f.Readdirnames(1)
	return len(names) == 0
}

func (h *Home) hasYoung(dir string) bool {
	entries, err := h.dir.Join(dir).ReadDir()
	return err == nil && slices.ContainsFunc(entries, isYoung)
}

func isYoung(e os.DirEntry) bool {
	info, err := e.Info()
	return err == nil && time.Since(info.ModTime()).Abs() < youngEntry // clocks are set back, too
}

// isUnfinished tells whether a toolchain's records say that it lacks components
// which it has, as they do from the first thing that stock takes away to the last
// that it brings. Records that cannot be read are just being written.
func isUnfinished(place store.Place) bool {
	if place.Kind != store.Directory && place.Kind != store.InStore {
		return false
	}
	var config *dist.Config
	var components []string
	err := errors.Join(
		readRecord(place, dist.ConfigFile, func(b []byte) (err error) { config, err = dist.ParseConfig(b); return }),
		readRecord(place, dist.ComponentsFile, func(b []byte) (err error) { components, err = dist.ParseComponents(b); return }),
	)
	if err != nil || config == nil {
		return true
	}
	return slices.ContainsFunc(config.Components, func(c dist.Component) bool {
		return !slices.Contains(components, c.Name()) && !slices.Contains(components, c.Pkg)
	})
}

// componentsList is the file that every change by stock rewrites; nil where there is none.
func componentsList(place store.Place) fs.FileInfo {
	if place.Kind == store.None {
		return nil
	}
	info, err := rustlib(place, dist.ComponentsFile).Stat()
	if err != nil {
		return nil
	}
	return info
}

func isSameList(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
