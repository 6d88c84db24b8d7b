// Package newpkg makes new packages: "cargo new" and "cargo init".
//
// Guarantee: the files are those that Cargo 1.95 writes, to the byte, with the same exit code, and nothing that was there is overwritten. A
// workspace above gets its new member in one step under a lock, so any number of packages may be made in it at once. The edge: a package that is
// being made when the process is killed stays half made; "cargo init" in it makes the rest.
package newpkg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/cargohome"
	"berth/internal/config"
	"berth/internal/workspace"
)

// Options are the command's flags; what is empty was not given.
type Options struct {
	Path     string // absolute; may end in . or ..
	Name     *string
	Edition  string
	VCS      string // git, hg, pijul, fossil or none
	Registry string // of the flag
	Bin, Lib bool
}

// World is where a package is made.
type World struct {
	Config   *config.Config
	Home     *cargohome.Home
	UserHome string   // where no package can be made, as it would take in everything
	Env      []string // of the programs that are run
	Load     workspace.Options
	Voice    Voice
}

// Voice tells people.
type Voice interface {
	Statusf(verb, format string, args ...any)
	Warnf(format string, args ...any)
	Infof(format string, args ...any)
}

// maker makes one package.
type maker struct {
	World
	Options
	name    string
	bin     bool // what was asked for; for init without a flag what the files say
	sources []source
}

func newMaker(w World, o Options) (*maker, error) {
	m := &maker{World: w, Options: o, bin: !o.Lib}
	if o.Bin && o.Lib {
		return nil, errors.New("--bin and --lib cannot be used together: choose one, and add the other file by hand")
	}
	name, err := nameOf(o)
	if err != nil {
		return nil, err
	}
	m.name = name
	return m, m.findRegistry()
}

func kindName(bin bool) string {
	if bin {
		return "binary (application)"
	}
	return "library"
}

// New makes a package in a new directory.
func New(ctx context.Context, w World, o Options) error {
	m, err := newMaker(w, o)
	if err != nil {
		return err
	}
	m.Voice.Statusf("Creating", "%s `%s` package", kindName(m.bin), m.name)
	if _, err := os.Stat(m.Path); err == nil {
		return fmt.Errorf("destination `%s` already exists\n\nUse `cargo init` to initialize the directory", m.Path)
	}
	m.warnOfPath()
	if err := m.checkName(); err != nil {
		return err
	}
	m.sources = []source{defaultSource(m.bin)}
	return m.wrap(m.make(ctx))
}

// Init makes a package in a directory that may be there, out of the files in it.
func Init(ctx context.Context, w World, o Options) error {
	if w.UserHome != "" && filepath.Clean(o.Path) == filepath.Clean(w.UserHome) {
		return errors.New("cannot create a package in the home directory, as it would contain everything in it\nhelp: give another directory: cargo init <path>")
	}
	m, err := newMaker(w, o)
	if err != nil {
		return err
	}
	if err := m.findSources(); err != nil {
		return err
	}
	m.Voice.Statusf("Creating", "%s package", kindName(!o.Lib)) // what was asked for, whatever is there
	if _, err := os.Stat(filepath.Join(m.Path, "Cargo.toml")); err == nil {
		return errors.New("`cargo init` cannot be run on existing Cargo packages: there is a Cargo.toml\nhelp: use `cargo new` to create a package in a new directory below")
	}
	m.warnOfPath()
	if err := m.chooseSources(); err != nil {
		return err
	}
	if err := m.checkName(); err != nil {
		return err
	}
	if err := m.findRepository(); err != nil {
		return err
	}
	return m.wrap(m.make(ctx))
}

func (m *maker) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("failed to create package `%s` at `%s`: %w", m.name, m.Path, err)
}

func (m *maker) make(ctx context.Context) error {
	if err := m.startRepository(ctx); err != nil {
		return err
	}
	if err := m.writeIgnores(); err != nil {
		return err
	}
	host, err := m.findHost()
	if err != nil {
		return err
	}
	manifest := filepath.Join(filepath.Clean(m.Path), "Cargo.toml")
	if err := create(manifest, m.manifest(host.inheritance)); err != nil {
		return err
	}
	for _, s := range m.sources {
		if err := m.writeSource(ctx, s); err != nil {
			return err
		}
	}
	if err := m.join(ctx, host); err != nil {
		return err
	}
	if err := m.tryWorkspace(manifest); err != nil {
		m.Voice.Warnf("this package may not compile as its workspace is not in order: %v", err)
	}
	m.Voice.Infof("see more `Cargo.toml` keys and their definitions at https://doc.rust-lang.org/cargo/reference/manifest.html")
	return nil
}

// tryWorkspace reads what any command will read of the new package, and says what it would warn of.
func (m *maker) tryWorkspace(manifest string) error {
	ws, err := workspace.Load(manifest, m.Load)
	if err != nil {
		return err
	}
	for _, warning := range ws.Warnings {
		m.Voice.Warnf("%s", warning)
	}
	_, _, err = m.Config.TargetDir()
	return err
}

// create writes a file that is not there; somebody else may make it at the same moment. Where a link leads to nothing the file is made there.
func create(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) && !isThere(path) {
		f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist) && err == nil
}
