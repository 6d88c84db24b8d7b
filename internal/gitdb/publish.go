package gitdb

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/lockfs"
)

// publish adds the fetch that arrived to the database, or puts it in its place. It may be cut off anywhere and done
// again: what was moved is there, and references come after the objects that they name.
func (d *Database) publish(ctx context.Context, held *lockfs.FileLock, replace bool) error {
	if err := d.place.Databases.MkdirAll(); err != nil {
		return err
	}
	return d.place.Guard(ctx, func(*lockfs.FileLock) error {
		arrived := d.place.arrived()
		borrows := arrived.Join("objects", "info", "alternates").Exists()
		switch {
		case d.Exists() && !replace:
			return d.merge(ctx, held)
		case borrows: // and the lender is gone: what arrived is only a part
			return d.discard(ctx, held, arrived)
		default:
			if err := d.discard(ctx, held, d.place.database()); err != nil {
				return err
			}
			return Move(held, "gitdb.publish.database", arrived, d.place.Databases, d.place.Name)
		}
	})
}

// discard moves a tree out of everyone's sight and removes it.
func (d *Database) discard(ctx context.Context, held *lockfs.FileLock, tree lockfs.Filesystem) error {
	if _, err := tree.Lstat(); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	scratch, err := d.place.Staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	err = held.Rename("gitdb.publish.discarded", tree, scratch.Dir.Join("discarded"))
	if crossesDevices(err) {
		return held.RemoveAll("gitdb.publish.removed", tree)
	}
	return err
}

// merge moves the objects of what arrived into the database, then writes the references of both in one step.
func (d *Database) merge(ctx context.Context, held *lockfs.FileLock) error {
	from, to := d.place.arrived().Join("objects"), d.place.database().Join("objects")
	files, err := objectFiles(held.Path(from))
	if err != nil {
		return err
	}
	for _, name := range files {
		dir, base, _ := strings.Cut(name, "/")
		if sameSize(from.Join(dir, base), to.Join(dir, base)) {
			continue // named by its content; one that is cut short gives way
		}
		if err := to.Join(dir).MkdirAll(); err != nil {
			return err
		}
		if err := Move(held, "gitdb.publish.objects", from.Join(dir, base), to.Join(dir), base); err != nil {
			return err
		}
	}
	newer, err := readRefs(held.Path(d.place.arrived()))
	if err != nil {
		return err
	}
	maps.DeleteFunc(newer, func(name, _ string) bool { return strings.HasPrefix(name, lentPrefix) })
	if err := d.writeRefs(held, newer); err != nil {
		return err
	}
	return d.discard(ctx, held, d.place.arrived())
}

func sameSize(a, b lockfs.Filesystem) bool {
	x, errX := a.Stat()
	y, errY := b.Stat()
	return errX == nil && errY == nil && x.Size() == y.Size()
}

// writeRefs writes the references into one file; those in files of their own, which would hide it, go after that.
func (d *Database) writeRefs(held *lockfs.FileLock, newer refs) error {
	all, err := readRefs(d.dir)
	if err != nil {
		return err
	}
	all.overlay(newer)
	if err := held.WriteUnsynced("gitdb.publish.refs", d.place.database().Join(packedName), all.pack()); err != nil {
		return err
	}
	loose, err := looseRefs(d.dir)
	if err != nil {
		return err
	}
	for _, name := range loose {
		if err := held.Remove("gitdb.publish.loose", d.place.database().Join(strings.Split(name, "/")...)); err != nil {
			return err
		}
	}
	return nil
}

// objectFiles are the files of packs and single objects below an objects directory, a pack before the index that makes
// it seen.
func objectFiles(objects string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(objects, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(objects, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		dir, base, _ := strings.Cut(name, "/")
		if dir == "pack" && strings.HasPrefix(base, "pack-") || len(dir) == 2 && isHex(dir+base) {
			names = append(names, name)
		}
		return nil
	})
	slices.SortStableFunc(names, func(a, b string) int { return indexLast(a) - indexLast(b) })
	return names, err
}

func indexLast(name string) int {
	if strings.HasSuffix(name, ".idx") {
		return 1
	}
	return 0
}

func isHex(text string) bool {
	return text != "" && strings.Trim(text, "0123456789abcdef") == ""
}

// Move renames, and copies where the two are on different file systems: people mount parts of CARGO_HOME (CI caches).
func Move(held *lockfs.FileLock, p point, from, dir lockfs.Filesystem, name string) error {
	to := dir.Join(name)
	err := held.Rename(p, from, to)
	if !crossesDevices(err) {
		return err
	}
	beside := dir.Join(".berth-" + name)
	if err := held.RemoveAll(p+".clear", beside); err != nil {
		return err
	}
	if err := copyTree(held.Path(from), held.Path(beside)); err != nil {
		return err
	}
	if err := held.Rename(p+".copied", beside, to); err != nil {
		return err
	}
	return held.RemoveAll(p+".source", from)
}

func copyTree(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	data, err := os.Open(from)
	if err != nil {
		return err
	}
	defer data.Close()
	return copyFile(to, data, info.Mode().Perm())
}
