package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"berth/internal/crate"
	"berth/internal/diskread"
	"berth/internal/manifest"
	"berth/internal/tomldoc"
)

// loader reads manifests from the disk, each of them once.
type loader struct {
	opts   Options
	source crate.SourceID // of all packages; zero where each is its own directory
	mu     sync.Mutex
	read   map[string]*entry
	// roots are the directories of the workspaces that were met: the search for a package's root asks them before the
	// disk, so that what is below a known root needs no look at every directory in between.
	roots map[string]*manifest.Workspace
}

func newLoader(o Options, source crate.SourceID) *loader {
	return &loader{opts: o, source: source, read: map[string]*entry{}, roots: map[string]*manifest.Workspace{}}
}

// entry is a manifest in two stages. The first needs no other manifest; the second may, for inheritance, the first
// stage of another: so no two can wait for each other, whatever they say of each other.
type entry struct {
	outlined sync.Once
	file     manifest.File
	text     []byte // that was read
	outline  *manifest.Manifest
	err      error

	loaded   sync.Once
	manifest *manifest.Manifest
	loadErr  error
}

func (l *loader) entry(path string) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.read[path]
	if e == nil {
		e = &entry{}
		l.read[path] = e
	}
	return e
}

// paths are those of all manifests that were read, in order.
func (l *loader) paths() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.SortedFunc(maps.Keys(l.read), comparePaths)
}

// outline is what a manifest says of its workspace.
func (l *loader) outline(path string) (*entry, error) {
	e := l.entry(path)
	e.outlined.Do(func() { e.err = l.readOutline(e, path) })
	return e, e.err
}

func (l *loader) readOutline(e *entry, path string) error {
	text, err := diskread.File(path)
	if err != nil {
		return readError(path, err)
	}
	e.text = text
	l.opts.Looked.Read(path)
	dir := filepath.Dir(path)
	e.file = manifest.File{Path: path, Source: l.source, Files: l.opts.Looked.FS(dir), Root: func(pointer string) (*manifest.Workspace, error) {
		return l.inheritFrom(path, pointer)
	}}
	doc, err := tomldoc.Parse(l.display(path), text)
	if err != nil {
		return err
	}
	if e.outline, err = manifest.Outline(e.file, doc, l.opts.Manifest); err != nil {
		return err
	}
	if e.outline.Workspace != nil {
		l.mu.Lock()
		l.roots[dir] = e.outline.Workspace
		l.mu.Unlock()
	}
	return nil
}

// load reads the manifest at an absolute path.
func (l *loader) load(path string) (*manifest.Manifest, error) {
	e, err := l.outline(path)
	if err != nil {
		return nil, err
	}
	e.loaded.Do(func() { e.manifest, e.loadErr = manifest.Read(e.file, e.outline.Doc, l.opts.Manifest) })
	return e.manifest, e.loadErr
}

// loadAll reads many manifests at once; what goes wrong is told when they are asked for.
func (l *loader) loadAll(paths []string) {
	work := make(chan string)
	var running sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		running.Go(func() {
			for path := range work {
				_, _ = l.load(path)
			}
		})
	}
	for _, path := range paths {
		work <- path
	}
	close(work)
	running.Wait()
}

func readError(path string, err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("cannot read `%s`: %w", path, err)
}

// display is a path as the user would write it.
func (l *loader) display(path string) string {
	if relative, err := filepath.Rel(l.opts.Cwd, path); err == nil && l.opts.Cwd != "" {
		return relative
	}
	return path
}

// inheritFrom is the workspace that a member inherits from; it is asked while the member is being read.
func (l *loader) inheritFrom(path, pointer string) (*manifest.Workspace, error) {
	root, err := l.rootOf(path, pointer)
	if err != nil || root == "" {
		return nil, err
	}
	e, err := l.outline(root)
	if err != nil {
		return nil, err
	}
	if e.outline.Workspace == nil {
		return nil, fmt.Errorf("`%s` is not the root of a workspace, though `%s` takes it for one\nhelp: add a [workspace] table to it", root, path)
	}
	return e.outline.Workspace, nil
}

// findRoot is the manifest of the workspace that a package belongs to, empty where it belongs to none.
func (l *loader) findRoot(path string) (string, error) {
	e, err := l.outline(path)
	if err != nil {
		return "", err
	}
	if w := e.outline.Workspace; w != nil && !excluded(w, path) {
		return path, nil
	}
	return l.rootOf(path, e.outline.WorkspacePath)
}

// rootOf follows the pointer package.workspace, or looks in the directories above the package.
func (l *loader) rootOf(path, pointer string) (string, error) {
	if pointer != "" {
		return follow(path, pointer), nil
	}
	dir := filepath.Dir(path)
	for at := dir; ; {
		l.mu.Lock()
		known := l.roots[at]
		l.mu.Unlock()
		if known != nil && !excluded(known, path) {
			return filepath.Join(at, "Cargo.toml"), nil
		}
		up := filepath.Dir(at)
		if up == at {
			break
		}
		at = up
	}
	return l.searchUp(path, dir)
}

// searchUp looks at every manifest above. It does not look beyond CARGO_HOME, where published packages lie that are in
// nobody's workspace, nor beyond target/package, where packages are tried out as they would be published.
func (l *loader) searchUp(path, dir string) (string, error) {
	for below, at := "", filepath.Dir(dir); at != below; below, at = at, filepath.Dir(at) {
		if below != "" && below == l.opts.Home || strings.HasSuffix(filepath.ToSlash(at), "/target/package") {
			return "", nil
		}
		candidate := filepath.Join(at, "Cargo.toml")
		if !sees(l.opts.Looked, candidate) {
			continue
		}
		e, err := l.outline(candidate)
		if err != nil {
			return "", fmt.Errorf("%w\nnote: this could be the workspace of `%s`\nhelp: a [workspace] table in that one keeps it out of any workspace above", err, path)
		}
		switch w, pointer := e.outline.Workspace, e.outline.WorkspacePath; {
		case w != nil && !excluded(w, path):
			return candidate, nil
		case w == nil && pointer != "":
			return follow(candidate, pointer), nil
		}
	}
	return "", nil
}

func follow(path, pointer string) string {
	if !filepath.IsAbs(pointer) {
		pointer = filepath.Join(filepath.Dir(path), filepath.FromSlash(pointer))
	}
	return filepath.Join(pointer, "Cargo.toml")
}

// excluded tells whether a workspace does not want what is at a path. Members that are listed in so many words are
// wanted whatever is excluded around them.
func excluded(w *manifest.Workspace, path string) bool {
	return isBelowAny(w, w.Exclude, path) && !isBelowAny(w, w.Members, path)
}

func isBelowAny(w *manifest.Workspace, dirs []string, path string) bool {
	for _, dir := range dirs {
		if isBelow(within(w.Dir, dir), path) {
			return true
		}
	}
	return false
}

// within is a path of a manifest in dir.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, filepath.FromSlash(path))
}

// isBelow tells whether path is dir or lies in it.
func isBelow(dir, path string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator)))
	return ok && (rest == "" || rest[0] == filepath.Separator)
}
