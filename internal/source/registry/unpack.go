package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"berth/internal/archive"
	"berth/internal/crashpoint"
	"berth/internal/crate"
	"berth/internal/lockfs"
)

// okFile is the file by which stock Cargo knows that a crate is unpacked wholly, and okText is what is in it.
const (
	okFile = ".cargo-ok"
	okText = `{"v":1}`
)

// okState is what .cargo-ok says of a directory.
type okState int

const (
	okMissing okState = iota // nothing is there, or an unpacking was interrupted
	okValid
	okOther // of an old Cargo, or damaged: what is there is not trusted
)

func stateOf(dir lockfs.Filesystem) okState {
	data, err := dir.Join(okFile).ReadFile()
	if err != nil {
		return okMissing
	}
	var mark struct{ V uint32 }
	if string(data) != okText && (json.Unmarshal(data, &mark) != nil || mark.V != 1) {
		return okOther
	}
	return okValid
}

// isUnpacked looks once: what is unpacked stays, as long as this process is known to read it ([cargohome.Home.KeepReading]).
func (c *Crates) isUnpacked(o Origin, id crate.PackageID) bool {
	dir := c.source(o, id)
	if _, known := c.unpacked.Load(dir); known {
		return true
	}
	if stateOf(dir) != okValid {
		return false
	}
	c.unpacked.Store(dir, true)
	return true
}

// job is one crate that is being made, under its lock.
type job struct {
	crates  *Crates
	work    *work
	origin  Origin
	summary *crate.Summary

	into string                // elsewhere than where all crates are unpacked, if it is not empty
	keep func(rel string) bool // which files; nil is all
}

// dir is where the crate is unpacked: <scratch>/<registry>/<crate>/, which holds one directory of the crate's own name.
func (j job) dir() string {
	if j.into != "" {
		return j.into
	}
	return filepath.Join(j.work.scratch.Path(), j.summary.ID.FileName())
}

func (j job) staged() lockfs.Filesystem {
	return j.work.scratch.Dir.Join(j.summary.ID.FileName(), j.summary.ID.FileName())
}

var errNoChecksum = errors.New("its registry states no checksum of it, so nothing could be checked")

// unpackArchive unpacks the archive that is there, if it is whole.
func (j job) unpackArchive(ctx context.Context) error {
	switch {
	case j.summary.Checksum == "":
		return errNoChecksum
	case isLocal(j.origin):
		at, err := j.locate(ctx)
		if err != nil {
			return err
		}
		return j.unpackLocal(ctx, at.File)
	}
	return j.unpackFile(ctx, j.crates.archive(j.origin, j.summary.ID))
}

func (j job) locate(ctx context.Context) (Location, error) {
	if offline := j.crates.offline; offline != "" && !isLocal(j.origin) {
		return Location{}, &OfflineError{Flag: offline}
	}
	return j.origin.Locate(ctx, j.summary)
}

// isLocal: a local registry needs no network.
func isLocal(o Origin) bool {
	_, ok := o.(*Local)
	return ok
}

// OfflineError says that something is not on this machine and may not be fetched.
type OfflineError struct{ Flag string }

func (e *OfflineError) Error() string {
	return fmt.Sprintf("it is not on this machine, and %s forbids to fetch it; run `cargo fetch` once without %[1]s", e.Flag)
}

// errUnusable says that there is no archive, or one with other bytes than the registry's checksum is of.
var errUnusable = errors.New("no archive with the right checksum")

// unpackFile unpacks an archive that is on the disk, and hashes on the way what it reads: stock writes archives in place,
// so that one may be cut.
func (j job) unpackFile(ctx context.Context, file lockfs.Filesystem) error {
	f, err := file.Open()
	if err != nil {
		return errUnusable
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return errUnusable
	}
	limit := func() int64 { return archive.CrateLimit(info.Size()) }
	if j.crates.isOurs(j.summary.Checksum, info) {
		return j.unpack(ctx, f, limit)
	}
	sum := sha256.New()
	err = j.unpack(ctx, io.TeeReader(f, sum), limit)
	if ctx.Err() != nil || errors.As(err, new(*archive.DiskError)) {
		return err
	}
	if _, readErr := io.Copy(sum, f); readErr != nil {
		return readErr
	}
	if hex.EncodeToString(sum.Sum(nil)) != j.summary.Checksum {
		return errUnusable
	}
	return err
}

// unpackLocal is unpackFile for a file that cannot be had anew.
func (j job) unpackLocal(ctx context.Context, file lockfs.Filesystem) error {
	if !file.Exists() {
		return fmt.Errorf("expected its archive at %s, where there is nothing", file.Display())
	}
	if j.into == "" { // else whoever wants it there says what it is for
		id := j.summary.ID
		id.Source = crate.LocalRegistrySource(file.Join("..").Display())
		j.crates.voice.Status("Unpacking", id.String())
	}
	err := j.unpackFile(ctx, file)
	if errors.Is(err, errUnusable) {
		return &ChecksumError{ID: j.summary.ID, Where: file.Display(), Expected: j.summary.Checksum}
	}
	return err
}

// isWhole tells whether an archive has the right checksum.
func (j job) isWhole(file lockfs.Filesystem) bool {
	f, err := file.Open()
	if err != nil {
		return false
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return err == nil && hex.EncodeToString(sum.Sum(nil)) == j.summary.Checksum
}

// unpack begins anew each time that it is called.
func (j job) unpack(ctx context.Context, r io.Reader, limit func() int64) error {
	if err := os.RemoveAll(j.dir()); err != nil {
		return err
	}
	if err := os.Mkdir(j.dir(), 0o777); err != nil {
		return err
	}
	_, err := j.crates.unpack.Unpack(ctx, r, archive.CrateOptions{
		Dir: j.dir(), Top: j.summary.ID.FileName(), Skip: okFile, Keep: j.keep, Limit: limit,
	})
	return err
}

// publish marks the crate as whole and makes it appear.
func (j job) publish(ctx context.Context) error {
	if err := os.WriteFile(filepath.Join(j.dir(), j.summary.ID.FileName(), okFile), []byte(okText), 0o666); err != nil {
		return err
	}
	if err := crashpoint.Here("registry.source.marked"); err != nil {
		return err
	}
	err := j.crates.home.Publish(ctx, func(held *lockfs.FileLock) error {
		return j.replace(held, j.crates.source(j.origin, j.summary.ID))
	})
	if err != nil {
		return err
	}
	return os.RemoveAll(j.dir())
}

// replace runs while stock is kept out. What is at the name may be what stock made just now, or what was left of an
// interrupted unpacking: stock unpacks over that, so that what the archive does not have stays there.
func (j job) replace(held *lockfs.FileLock, to lockfs.Filesystem) error {
	state := stateOf(to)
	switch {
	case state == okValid:
		return nil
	case to.Exists():
		if err := j.takeAway(held, to, state == okMissing); err != nil {
			return err
		}
	}
	return held.Rename("registry.source.commit", j.staged(), to)
}

// takeAway clears the name. A directory that must stay where it is (lockfs.IsImmovable) is removed there.
func (j job) takeAway(held *lockfs.FileLock, at lockfs.Filesystem, keep bool) error {
	old := j.work.scratch.Dir.Join(j.summary.ID.FileName(), "old")
	err := held.Rename("registry.source.aside", at, old)
	stays := lockfs.IsImmovable(err)
	if stays {
		old, err = at, nil
	}
	if err == nil && keep {
		err = keepOthers(held.Path(old), held.Path(j.staged()))
	}
	if err == nil && stays {
		err = held.RemoveInPlace("registry.source.remove", at, okFile)
	}
	return err
}

// keepOthers moves what is only in the old tree into the new one.
func keepOthers(old, tree string) error {
	entries, err := os.ReadDir(old)
	if err != nil {
		return nil // a file, or nothing that can be read
	}
	for _, e := range entries {
		from, to := filepath.Join(old, e.Name()), filepath.Join(tree, e.Name())
		info, err := os.Lstat(to)
		switch {
		case errors.Is(err, os.ErrNotExist):
			if err = os.Rename(from, to); e.IsDir() && lockfs.IsImmovable(err) {
				err = errors.Join(os.Mkdir(to, 0o777), keepOthers(from, to))
			}
		case err == nil && info.IsDir() && e.IsDir():
			err = keepOthers(from, to)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
