package disttree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// RustupVersion is what release-stable.toml of a new tree says, so that no stock rustup of that version wants to update itself.
const RustupVersion = "1.29.0"

// Tree is a dist server's root folder with one writer.
type Tree struct {
	// Root is the folder that a server shows; Root/dist is what RUSTUP_DIST_SERVER users see.
	Root string
	// DefaultRoot begins every url in the manifests. Clients replace the root that they were compiled with by the server they use, so it
	// has to be theirs; see [RootOf].
	DefaultRoot string
	// Archives is the memory for compressed components; share one among the trees of a test package.
	Archives *Archives

	mu sync.Mutex // one publication at a time within this process
}

// Open makes the root folder if need be and returns the tree in it.
func Open(root, defaultRoot string) (*Tree, error) {
	t := &Tree{Root: root, DefaultRoot: strings.TrimSuffix(defaultRoot, "/"), Archives: NewArchives()}
	self := filepath.Join(root, "rustup", "release-stable.toml")
	if _, err := os.Stat(self); err == nil {
		return t, nil
	}
	text := fmt.Sprintf("schema-version = \"1\"\nversion = %q\n", RustupVersion)
	if err := writeNew(self, []byte(text)); err != nil {
		return nil, fmt.Errorf("open dist tree %s: %w", root, err)
	}
	return t, nil
}

// RootOf reads the dist root that the urls of an installed toolchain's channel manifest begin with: the one that its installer was
// compiled with.
func RootOf(toolchain string) (string, error) {
	text, err := os.ReadFile(filepath.Join(toolchain, manifestFile))
	if err != nil {
		return "", fmt.Errorf("dist root of a toolchain: %w", err)
	}
	return rootOf(text)
}

func rootOf(manifest []byte) (string, error) {
	for line := range strings.Lines(string(manifest)) {
		url, isURL := strings.CutPrefix(strings.TrimSpace(line), `url = "`)
		root, _, found := strings.Cut(url, "/dist/")
		if isURL && found {
			return root, nil
		}
	}
	return "", errors.New("dist root of a toolchain: its channel manifest has no url below /dist/")
}

// Revision is a state of the tree in the making. It begins as a copy of the published one.
type Revision struct {
	tree *Tree
	dir  string // ROOT/.revisions/NNNNNN
}

// Change makes a new revision: edit adds to a copy of what is published, and if it succeeds the copy takes its place in one step.
func (t *Tree) Change(edit func(*Revision) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	rev, err := t.begin()
	if err != nil {
		return fmt.Errorf("new revision of dist tree %s: %w", t.Root, err)
	}
	if err := edit(rev); err != nil {
		return errors.Join(err, os.RemoveAll(rev.dir))
	}
	if err := rev.swap(); err != nil {
		return fmt.Errorf("publish revision of dist tree %s: %w", t.Root, err)
	}
	return nil
}

// revisionsDir begins with a dot so that nobody takes it for something that a dist server has.
const revisionsDir = ".revisions"

func (t *Tree) begin() (*Revision, error) {
	all := filepath.Join(t.Root, revisionsDir)
	if err := os.MkdirAll(all, 0o755); err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		rev := &Revision{tree: t, dir: filepath.Join(all, fmt.Sprintf("%06d", n))}
		err := os.Mkdir(rev.dir, 0o755)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return rev, rev.copyPublished()
	}
}

// copyPublished links every published file into the revision. Files are replaced, never written, so sharing them is safe.
func (r *Revision) copyPublished() error {
	dist := filepath.Join(r.tree.Root, "dist")
	published, err := filepath.EvalSymlinks(dist)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Mkdir(filepath.Join(r.dir, "dist"), 0o755)
	}
	if err != nil {
		return err
	}
	return filepath.WalkDir(published, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(published, file)
		if err != nil {
			return err
		}
		return r.Link(path.Join("dist", filepath.ToSlash(rel)), file)
	})
}

// Write puts a file of that content at a path such as "dist/2026-04-16/…". A file that says so already stays, with its time, from
// which a server makes the entity tag.
func (r *Revision) Write(name string, data []byte) error {
	file := r.file(name)
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return writeNew(file, data)
}

// Link puts an existing file at a path of the revision, without copying it where the file system can.
func (r *Revision) Link(name, existing string) error {
	file := r.file(name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if os.Link(existing, file) == nil {
		return nil
	}
	return copyFile(file, existing)
}

// Remove takes a file out of the revision.
func (r *Revision) Remove(name string) error { return os.Remove(r.file(name)) }

// Read returns a file of the revision.
func (r *Revision) Read(name string) ([]byte, error) { return os.ReadFile(r.file(name)) }

func (r *Revision) file(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

// swap points ROOT/dist at the revision. The target is relative, so that the whole root can be moved or served from a mount.
func (r *Revision) swap() error {
	link := filepath.Join(r.dir, "link")
	if err := os.Symlink(filepath.Join(revisionsDir, filepath.Base(r.dir), "dist"), link); err != nil {
		return err
	}
	return os.Rename(link, filepath.Join(r.tree.Root, "dist"))
}

func writeNew(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		return errors.Join(err, dst.Close())
	}
	return dst.Close()
}
