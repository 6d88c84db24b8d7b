package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"berth/internal/archive"
	"berth/internal/boot"
	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

// Part is what one component brings into a tree, and where it is linked from.
type Part struct {
	Name     string // rustc-x86_64-unknown-linux-gnu
	SHA256   string // of its archive
	Contents *archive.Contents
	Root     string // its files lie below this directory
	Adopted  bool   // linked out of a directory that stock rustup made
	Copy     bool   // people edit these files in place: never hard-linked
}

// Part is the component as a part of a tree; the component must be held until
// the tree is made.
func (c *Component) Part() Part {
	return Part{Name: c.Name, SHA256: c.SHA256, Contents: c.Contents, Root: c.lease.Path(c.dir.Join("tree"))}
}

// Fresh is a small file that is written into each tree and never linked,
// because stock rustup rewrites it in place.
type Fresh struct {
	Path string
	Data []byte
}

// TreeSpec is everything that makes a tree what it is.
type TreeSpec struct {
	Name     string // toolchain name
	Manifest string // SHA-256 of the channel manifest; its bytes stay while a tree names it
	Parts    []Part
	Fresh    []Fresh
}

// base is the digest of the specification. The toolchain name is part of it: two
// names never share a tree. The order of the parts is not.
func (t *TreeSpec) base() string {
	h := sha256.New()
	fmt.Fprintf(h, "tree %s\nmanifest %s\n", t.Name, t.Manifest)
	lines := make([]string, 0, len(t.Parts))
	for _, p := range t.Parts {
		lines = append(lines, fmt.Sprintf("part %s %s %s\n", p.Name, p.SHA256, p.fingerprint()))
	}
	slices.Sort(lines)
	for _, l := range lines {
		h.Write([]byte(l))
	}
	for _, f := range t.Fresh {
		fmt.Fprintf(h, "fresh %s %x\n", f.Path, sha256.Sum256(f.Data))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// fingerprint tells two adopted parts apart that claim the same archive: their
// files are what somebody's directory held, not what the archive says.
func (p *Part) fingerprint() string {
	if !p.Adopted {
		return "-"
	}
	h := xxhash.New()
	for _, f := range p.Contents.Files {
		fmt.Fprintf(h, "%s %d %d\n", f.Path, f.Size, f.ModTime.UnixNano())
	}
	return strconv.FormatUint(h.Sum64(), 16)
}

// generation is the directory name of the n-th tree of one specification: a
// tree that was damaged or changed by others keeps its name, and the next one
// gets another.
func generation(base string, n int) string {
	sum := sha256.Sum256([]byte(base + " " + strconv.Itoa(n)))
	return hex.EncodeToString(sum[:])[:keyLength]
}

// Tree is a committed toolchain tree with its lease held shared.
type Tree struct {
	Hash, Name string
	dir        lockfs.Filesystem // toolchains/<hash>
	lease      *lockfs.FileLock
}

// Close gives the lease back.
func (t *Tree) Close() error { return t.lease.Close() }

// Dir is the tree itself: toolchains/<hash>/<name>.
func (t *Tree) Dir() lockfs.Filesystem { return t.dir.Join(t.Name) }

func (t *Tree) place() Place {
	return Place{Kind: InStore, Path: t.Dir().Display(), Hash: t.Hash, Name: t.Name}
}

func (s *Store) treeDir(hash string) lockfs.Filesystem { return s.root.Join("toolchains", hash) }

func (s *Store) leaseLock(hash, name string) lockfs.Lock {
	l := lockfs.NewLock(s.treeDir(hash).Join("lease.lock"), lockfs.RankTree, "the files of toolchain '"+name+"'")
	l.Existing = true
	return l
}

// MakeTree returns the tree of spec, made now or earlier, leased. The caller
// holds the lock of the name.
func (s *Store) MakeTree(ctx context.Context, spec TreeSpec) (*Tree, error) {
	base := spec.base()
	for n := 0; ; n++ {
		hash := generation(base, n)
		if !s.treeDir(hash).Exists() {
			tree, err := s.buildTree(ctx, hash, spec)
			if !errors.Is(err, fs.ErrExist) {
				return tree, err
			}
			// Without locks another process was faster.
		}
		tree, err := s.openWhole(ctx, hash, spec.Name)
		if tree != nil || err != nil {
			return tree, err
		}
	}
}

// openWhole leases an existing tree if it is as it was made; nil where it is
// not, or where a sweep took it.
func (s *Store) openWhole(ctx context.Context, hash, name string) (*Tree, error) {
	_, held, err := s.leaseLock(hash, name).Acquire(ctx, lockfs.Shared)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	whole, err := s.isWhole(ctx, hash, name)
	if whole && err == nil {
		err = held.Remove("store.unused.clear", s.treeDir(hash).Join(unusedMark)) // in use again: its age begins anew
		if errors.Is(err, fs.ErrPermission) {
			err = nil // another user's; the mark counts for nothing while a pointer names the tree
		}
	}
	if !whole || err != nil {
		held.Close()
		return nil, err
	}
	return &Tree{Hash: hash, Name: name, dir: s.treeDir(hash), lease: held}, nil
}

func (s *Store) buildTree(ctx context.Context, hash string, spec TreeSpec) (*Tree, error) {
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return nil, err
	}
	defer scratch.Close()
	dir := scratch.Dir.Join("t")
	fresh, err := fillTree(ctx, filepath.Join(scratch.Path(), "t", spec.Name), spec)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(scratch.Path(), "t", "stamp"), treeStamp(spec, fresh), 0o644); err != nil {
		return nil, err
	}
	if err := crashpoint.Here("store.tree.stamped"); err != nil {
		return nil, err
	}
	// The lease is taken before the tree can be seen, so no sweep comes between.
	lease := lockfs.NewLock(dir.Join("lease.lock"), lockfs.RankTree, "the files of toolchain '"+spec.Name+"'")
	_, held, err := lease.Try(ctx, lockfs.Shared)
	if err != nil {
		return nil, err
	}
	err = s.treeDir(hash).Join("..").MkdirAll()
	if err == nil {
		err = held.Move("store.tree.commit", dir, s.treeDir(hash))
	}
	if err != nil {
		held.Close()
		return nil, err
	}
	return &Tree{Hash: hash, Name: spec.Name, dir: s.treeDir(hash), lease: held}, nil
}

// fillTree links the parts and writes the fresh files.
func fillTree(ctx context.Context, root string, spec TreeSpec) ([]archive.File, error) {
	if err := os.MkdirAll(root, 0o777); err != nil {
		return nil, err
	}
	var links, copies linker
	copies.copyAll = true
	for _, p := range spec.Parts {
		l := &links
		if p.Copy {
			l = &copies
		}
		if err := l.tree(ctx, p.Root, root, p); err != nil {
			return nil, err
		}
	}
	files := make([]archive.File, 0, len(spec.Fresh))
	for _, f := range spec.Fresh {
		written, err := writeFresh(root, f)
		if err != nil {
			return nil, err
		}
		files = append(files, written)
	}
	return files, sealDirs(root, spec.Parts)
}

func writeFresh(root string, f Fresh) (archive.File, error) {
	path := filepath.Join(root, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return archive.File{}, err
	}
	if err := os.WriteFile(path, f.Data, 0o644); err != nil {
		return archive.File{}, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return archive.File{}, err
	}
	return archive.File{Path: f.Path, Size: info.Size(), Mode: info.Mode().Perm(), ModTime: info.ModTime(), Sum: xxhash.Sum64(f.Data)}, nil
}

// othersWrite is left to the umask of whoever makes a directory: a group may share a home.
const othersWrite = 0o022

// sealDirs gives directories the unusual modes that they have in their parts, the
// deepest first, when nothing is made in them any more.
func sealDirs(root string, parts []Part) error {
	made, err := os.Lstat(root)
	if err != nil {
		return err
	}
	usual := made.Mode().Perm() | othersWrite
	for _, p := range parts {
		for _, d := range slices.Backward(p.Contents.Dirs) {
			if d.Mode.Perm()|othersWrite == usual {
				continue
			}
			if err := os.Chmod(filepath.Join(root, filepath.FromSlash(d.Path)), d.Mode.Perm()); err != nil {
				return err
			}
		}
	}
	return nil
}

// treeStamp lists the fresh files, and of the parts their names: what a part
// holds stands in the component's stamp, which stays as long as the tree. A part
// that was adopted has no component, so its files are listed here.
func treeStamp(spec TreeSpec, fresh []archive.File) []byte {
	w := newStamp("tree")
	w.field("name", spec.Name)
	w.field("boot", boot.ID())
	w.field("manifest", spec.Manifest)
	var listed archive.Contents
	listed.Files = fresh
	for _, p := range spec.Parts {
		if p.Adopted {
			w.field("adopted", p.Name)
			listed.Files = append(listed.Files, p.Contents.Files...)
			continue
		}
		w.field("component", p.SHA256+" "+p.Name)
	}
	w.field("fresh", strconv.Itoa(len(fresh)))
	w.contents(&listed)
	return w.finish()
}
