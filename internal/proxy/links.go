package proxy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"berth/internal/app"
	"berth/internal/lockfs"
)

// # Links of our own
//
// A berth that was not set up (go run, a binary in a download folder) has no links
// by which cargo, called by a build script, would come back to it. Then a
// directory below berth/v1/bin, named by the program's digest, holds a copy of the
// program and the links to it, and goes first on the children's PATH. It is a
// copy, because what go run built is gone when it ends. The directory appears
// whole, by one rename, and whoever puts it on a PATH holds it shared as a tree is
// held; the next one that makes such a directory removes those that nobody holds.

// makeReachable never fails: without links the children find what they find.
func (c *call) makeReachable(ctx context.Context, env *app.ChildEnv) {
	dir, lease, err := c.links(ctx)
	if err != nil {
		c.UI.Debugf("proxy", "no links to berth for children: %v", err)
		return
	}
	c.others = append(c.others, lease)
	env.PutFirst("PATH", dir)
}

func (c *call) links(ctx context.Context) (dir string, lease *lockfs.FileLock, err error) {
	program, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	digest, err := digestOf(program)
	if err != nil {
		return "", nil, err
	}
	at := c.Home.Store().Root().Join("bin", digest)
	for {
		lease, err := holdLinks(ctx, at)
		if err == nil {
			return at.Display(), lease, nil
		}
		if !errors.Is(err, os.ErrNotExist) {
			return "", nil, err
		}
		if err := c.makeLinks(ctx, at, program); err != nil {
			return "", nil, err
		}
	}
}

const linksLease = "lease.lock"

func linksLock(at lockfs.Filesystem) lockfs.Lock {
	l := lockfs.NewLock(at.Join(linksLease), lockfs.RankLinks, "the links in "+at.Display())
	l.Existing = true
	return l
}

func holdLinks(ctx context.Context, at lockfs.Filesystem) (*lockfs.FileLock, error) {
	_, held, err := linksLock(at).Acquire(ctx, lockfs.Shared)
	return held, err
}

// makeLinks makes the directory in staging and publishes it. Of several at once
// the first wins.
func (c *call) makeLinks(ctx context.Context, at lockfs.Filesystem, program string) error {
	scratch, err := c.Home.Store().Staging().New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	dir := filepath.Join(scratch.Path(), "bin")
	if err := fillLinks(dir, program); err != nil {
		return err
	}
	if err := at.Join("..").MkdirAll(); err != nil {
		return err
	}
	lock := lockfs.NewLock(scratch.Dir.Join("bin", linksLease), lockfs.RankLinks, "the links in "+at.Display())
	_, held, err := lock.Try(ctx, lockfs.Shared)
	if err != nil {
		return err
	}
	defer held.Close()
	if err := held.Move("proxy.links", scratch.Dir.Join("bin"), at); err != nil {
		if at.Exists() {
			return nil
		}
		return err
	}
	c.sweepLinks(ctx, at)
	return nil
}

// sweepLinks removes the directories of other builds that nobody holds.
func (c *call) sweepLinks(ctx context.Context, keep lockfs.Filesystem) {
	entries, err := keep.Join("..").ReadDir()
	if err != nil {
		return
	}
	for _, e := range entries {
		at := keep.Join("..", e.Name())
		if at.Base() == keep.Base() {
			continue
		}
		if err := c.removeLinks(ctx, at); err != nil {
			c.UI.Debugf("proxy", "%s stays: %v", at.Display(), err)
		}
	}
}

func (c *call) removeLinks(ctx context.Context, at lockfs.Filesystem) error {
	_, held, err := linksLock(at).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return err
	}
	defer held.Close()
	scratch, err := c.Home.Store().Staging().New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	return held.Move("proxy.links.sweep", at, scratch.Dir.Join("bin"))
}

// fillLinks copies the program and gives it all its names.
func fillLinks(dir, program string) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	return placeProgram(program, dir, append(Tools(), "rustup"))
}

// CopyProgram copies a program to a name that is not there yet. Its bytes are on the
// disk when it returns: what a power loss leaves of one that is known by its name
// alone would be started again and again.
func CopyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

func digestOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}
