package gitdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/crashpoint"
)

type point = crashpoint.Point

// CheckOut makes a repository with a work tree of commit at tree, a directory that is ours alone. It has the objects of
// the database (hard links, else copies) and its tags, so it is a clone that stands by itself: build scripts run
// `git describe` there, and the database may go.
func (d *Database) CheckOut(ctx context.Context, tree, commit string) error {
	if err := Init(tree, false); err != nil {
		return err
	}
	dir := filepath.Join(tree, ".git")
	if err := d.linkObjects(filepath.Join(dir, "objects")); err != nil {
		return err
	}
	if err := d.copyTags(dir); err != nil {
		return err
	}
	err := d.engine.CheckOut(ctx, dir, tree, commit)
	if err != nil && saysUnwritten(err.Error()) {
		return &UnwrittenError{tree, err}
	}
	return err
}

// UnwrittenError says that the files of a commit could not be written, which is no damage to what they were read from.
type UnwrittenError struct {
	tree string
	err  error
}

func (e *UnwrittenError) Error() string {
	return fmt.Sprintf("cannot write %s: %v; see whether there is room, and run this again", e.tree, e.err)
}

func (e *UnwrittenError) Unwrap() error { return e.err }

// linkObjects looks again where a file has vanished: somebody packed anew, and wrote the new pack before that.
func (d *Database) linkObjects(to string) error {
	from := filepath.Join(d.dir, "objects")
	for looks := 0; ; looks++ {
		names, err := objectFiles(from)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		missing := errors.Is(err, fs.ErrNotExist)
		for _, name := range names {
			err := linkFile(filepath.Join(from, filepath.FromSlash(name)), filepath.Join(to, filepath.FromSlash(name)))
			if errors.Is(err, fs.ErrNotExist) {
				missing = true
			} else if err != nil {
				return err
			}
		}
		if !missing || looks == 3 {
			return nil // what is not there is missed by whoever reads it, with its name
		}
	}
}

func linkFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return ignoreExist(err)
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	return ignoreExist(copyFile(to, source, 0o444))
}

func ignoreExist(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func copyFile(to string, from io.Reader, mode fs.FileMode) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, from); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// copyTags copies the tags of the database into the repository at dir.
func (d *Database) copyTags(dir string) error {
	all, err := readRefs(d.dir)
	if err != nil {
		return err
	}
	tags := refs{}
	for name, object := range all {
		if strings.HasPrefix(name, "refs/tags/") {
			tags[name] = object
		}
	}
	if len(tags) == 0 {
		return nil
	}
	return os.WriteFile(filepath.Join(dir, packedName), tags.pack(), 0o666)
}

// Head is the commit that a work tree made by CheckOut or by stock is at, read from its files alone; "" if that cannot
// be known.
func Head(tree string) string {
	dir := filepath.Join(tree, ".git")
	content, err := os.ReadFile(filepath.Join(dir, "HEAD"))
	if err != nil {
		return ""
	}
	head := strings.TrimSpace(string(content))
	name, symbolic := strings.CutPrefix(head, "ref: ")
	if !symbolic {
		if isCommit(head) {
			return head
		}
		return ""
	}
	if !isRefName(name) {
		return ""
	}
	content, err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if object := strings.TrimSpace(string(content)); err == nil && isCommit(object) {
		return object
	}
	all, err := readRefs(dir)
	if err != nil {
		return ""
	}
	return all[name]
}
