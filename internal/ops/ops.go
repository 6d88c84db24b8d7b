// Package ops is the work of Cargo's verbs up to the compiler: a workspace becomes a dependency graph, the graph a
// Cargo.lock and packages on the disk.
//
// # What holds
//
// A Cargo.lock is read whole and replaced in one step. Who changes it does so under a lock of the workspace, after
// looking whether it is still the file that the change was worked out from; if it is not the work begins again with what
// is there now, so that of two commands neither undoes the other's choice. A file in which nothing changes is not
// written, and then no lock is taken at all.
//
// # What does not
//
// Stock Cargo cuts the file before it writes: who reads in that moment finds it empty or cut. That is read again under
// stock's own lock on the file.
package ops

import (
	"context"
	"time"

	"berth/internal/cargohome"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/looked"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/rustc"
	"berth/internal/source/git"
	"berth/internal/workspace"
)

// Voice is how this package speaks.
type Voice interface {
	Status(verb, text string)
	Warn(text string)
	Note(text string)
}

// Registries are the sources of packages with versions: remote, local and vendored ones.
type Registries interface {
	Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error)
	// Fetch has all of the packages unpacked, side by side.
	Fetch(ctx context.Context, wanted []*crate.Summary) error
	// Directory has the package unpacked and is where.
	Directory(ctx context.Context, s *crate.Summary) (string, error)
	// Unpack unpacks the package's archive anew, as <dir>/<name>-<version>.
	Unpack(ctx context.Context, s *crate.Summary, dir string, keep func(rel string) bool) error
	// Verify finds out whether somebody has edited a vendored package.
	Verify(id crate.PackageID) error
	// Content tells what is in a vendored package, and is empty of others.
	Content(id crate.PackageID) (string, error)
}

// Run is what a verb's work is done with. It is for one command.
type Run struct {
	Config *config.Config
	Home   *cargohome.Home
	Cwd    string
	Voice  Voice

	// LockKept is the flag that forbids changing Cargo.lock (--locked, --frozen); empty where it may be changed.
	LockKept string
	// Offline: nothing may be fetched.
	Offline bool
	// LockPath is that of Cargo.lock, where it is not beside the root manifest.
	LockPath string
	// NoLockPath is why that cannot be told, for who loads a workspace.
	NoLockPath error
	// Nightly is for what manifests may ask of a Cargo that is not stable.
	Nightly bool

	Rustc      func(context.Context) (*rustc.Version, error)
	Git        *git.Source
	Registries Registries
	// Real is the source that answers for another; see source.Map.
	Real func(crate.SourceID) (crate.SourceID, error)
	// Usable has read what the configuration says of sources: who resolves hears of what cannot be, though everything may be on
	// this machine. May be nil.
	Usable func() error
	// Connects has read what it says of connections, for who wants packages, though all of them may be here. May be nil.
	Connects func() error
	// Registry is the source of a registry that has a name in the configuration.
	Registry func(name string) (crate.SourceID, error)
	// NoPublic is why the configuration lets nobody name the public registry; nil where it does.
	NoPublic error

	// IgnoreRustVersion is --ignore-rust-version.
	IgnoreRustVersion bool
	// AnyVersion: versions are chosen without regard to the Rust that they build with, and to their age.
	AnyVersion bool
	// Began is when the command began, from which the age of versions is counted.
	Began time.Time
	// Verbose is -v.
	Verbose bool
	// Looked notes what was seen on the disk, for who wants to know later whether it still is so; nil for nobody.
	Looked *looked.List
}

// Options are how manifests are read.
func (r *Run) Options() workspace.Options {
	return workspace.Options{
		Home: r.Home.Root().Display(), Cwd: r.Cwd, LockPath: r.LockPath, Looked: r.Looked,
		Manifest: manifest.Options{Nightly: r.Nightly, Release: r.Config.Release(), Registry: r.Registry, NoPublic: r.NoPublic},
	}
}

// Load loads the workspace of the manifest that --manifest-path names, or of the one above the working directory.
func (r *Run) Load(manifestPath string) (*workspace.Workspace, error) {
	path, err := r.ManifestPath(manifestPath)
	if err != nil {
		return nil, err
	}
	return r.LoadAt(path)
}

// LoadAt loads the workspace of a manifest.
func (r *Run) LoadAt(path string) (*workspace.Workspace, error) {
	ws, err := workspace.Load(path, r.Options())
	if err != nil {
		return nil, err
	}
	if r.NoLockPath != nil {
		return nil, r.NoLockPath
	}
	// They say where things are built, whether anything is to be built or not.
	if _, err := r.Config.Build(); err != nil {
		return nil, err
	}
	if _, _, err := r.Config.TargetDir(); err != nil {
		return nil, err
	}
	for _, w := range ws.Warnings {
		r.Voice.Warn(w)
	}
	return ws, nil
}

// ManifestPath is the path of the manifest that Load would begin with.
func (r *Run) ManifestPath(flag string) (string, error) {
	if flag == "" {
		return workspace.FindManifest(r.Cwd, r.Looked)
	}
	return workspace.ManifestPath(r.Cwd, flag)
}

// lockFile is the Cargo.lock of a workspace.
func lockFile(ws *workspace.Workspace) lockfs.Filesystem {
	return lockfs.At(ws.LockPath())
}
