package settings

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/names"
)

// FS is what finding an override asks of the file system.
type FS interface {
	ReadFile(path string) ([]byte, error)
	EvalSymlinks(path string) (string, error)
	Stat(path string) (fs.FileInfo, error)
	Lstat(path string) (fs.FileInfo, error)
}

// OS is the FS of this machine.
type OS struct{}

func (OS) EvalSymlinks(path string) (string, error) { return filepath.EvalSymlinks(path) }
func (OS) Stat(path string) (fs.FileInfo, error)    { return os.Stat(path) }
func (OS) Lstat(path string) (fs.FileInfo, error)   { return os.Lstat(path) }

// most is what a file may have. A toolchain file comes with a checkout, where it may be a link to a device without end.
const most = 16 << 20

var errTooLarge = errors.New("the file has more than 16 MiB")

// ReadFile is os.ReadFile for files that have an end soon.
func (OS) ReadFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if len(data) > most {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errTooLarge}
	}
	return data, err
}

// Finder finds the toolchain in force. A Finder is for one process and not for
// several goroutines: it keeps the settings and the host once it had to look.
type Finder struct {
	FS   FS
	Env  *Env
	Plus names.Ref // of +toolchain on the command line, or nil

	// Load reads the settings; nil means Load of this package. Whoever wants to read
	// again on ErrIncomplete does it in there.
	Load func() (*Settings, error)

	settings *Settings
	host     string
}

// Load reads $RUSTUP_HOME/settings.toml. One that is not there is empty settings.
func Load(fsys FS, rustupHome string) (*Settings, error) {
	path := filepath.Join(rustupHome, "settings.toml")
	data, err := fsys.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Settings{}, nil
	}
	if err != nil {
		return nil, Unreadable(path, err)
	}
	return Parse(path, data)
}

// Settings gives the settings, read at the first call.
func (f *Finder) Settings() (*Settings, error) {
	if f.settings != nil {
		return f.settings, nil
	}
	load := f.Load
	if load == nil {
		load = func() (*Settings, error) { return Load(f.FS, f.Env.RustupHome) }
	}
	s, err := load()
	if err != nil {
		return nil, err
	}
	f.settings = s
	return s, nil
}

// Host is the triple that names are resolved against.
func (f *Finder) Host() (string, error) {
	if f.host != "" {
		return f.host, nil
	}
	s, err := f.Settings()
	if err != nil {
		return "", err
	}
	if f.host = s.DefaultHost; f.host == "" {
		f.host = names.Host(f.Env.HostOverride)
	}
	return f.host, nil
}

// Find gives the toolchain in force in cwd, which must be what WorkingDir says.
// In this order, and nothing is looked at that is not needed:
//
//  1. +toolchain on the command line
//  2. RUSTUP_TOOLCHAIN
//  3. from cwd up to the root, in each directory: an override in settings.toml, then
//     a toolchain file. So a file in a deeper directory goes before an override of a
//     higher one.
//  4. the default of settings.toml, else that of the fallback file
//
// Whether the toolchain is installed is looked at only where the name is valid on
// that condition (a custom name or a host in a toolchain file). ErrNotSelected says
// that there is no toolchain.
func (f *Finder) Find(cwd string) (*Override, error) {
	if f.Plus != nil {
		return f.override(f.Plus, FromCommandLine, "")
	}
	if f.Env.Toolchain != "" {
		return f.fromEnvironment()
	}
	o, warnings, err := f.walk(cwd)
	if o == nil && err == nil {
		o, err = f.byDefault()
	}
	if o != nil {
		o.Warnings = append(warnings, o.Warnings...)
	}
	return o, err
}

func (f *Finder) fromEnvironment() (*Override, error) {
	ref, err := names.ParseLocal(f.Env.Toolchain)
	if err != nil {
		return nil, &NameError{Where: "RUSTUP_TOOLCHAIN", Next: "correct it or unset it", Cause: err}
	}
	return f.override(ref, FromEnvironment, "")
}

// Check looks whether there is sense in what stock reads before any command begins,
// whether the command needs it or not: the settings, and RUSTUP_TOOLCHAIN.
func (f *Finder) Check() error {
	_, err := f.Settings()
	if err == nil && f.Env.Toolchain != "" {
		_, err = f.fromEnvironment()
	}
	return err
}

// override resolves a name that something chose.
func (f *Finder) override(ref names.Ref, source Source, place string) (*Override, error) {
	host := ""
	if names.NeedsHost(ref) {
		var err error
		if host, err = f.Host(); err != nil {
			return nil, err
		}
	}
	tc, err := ref.Resolve(host)
	if err != nil {
		return nil, err
	}
	if p, ok := tc.(names.Path); ok && !f.isDir(filepath.Join(string(p), "bin")) {
		return nil, &names.Error{Reason: names.NoBinDirectory, Name: string(p)}
	}
	return &Override{Toolchain: tc, Source: source, Place: place}, nil
}

func (f *Finder) isDir(path string) bool {
	info, err := f.FS.Stat(path)
	return err == nil && info.IsDir()
}

// byDefault is the last resort. A default is a name, never a path.
func (f *Finder) byDefault() (*Override, error) {
	s, err := f.Settings()
	if err != nil {
		return nil, err
	}
	name, place := s.DefaultToolchain, "default_toolchain in settings.toml"
	if name == "" {
		place = "default_toolchain in " + f.Env.Fallback
		if name, err = f.fallback(); err != nil {
			return nil, err
		}
	}
	if name == "" {
		return nil, ErrNotSelected
	}
	ref, err := names.ParseNamed(name)
	if err != nil {
		return nil, &NameError{Where: place, Next: "choose another with: rustup default stable", Cause: err}
	}
	return f.override(ref, FromDefault, "")
}

// fallback is the administrator's default. A file that is missing or not for this
// user's eyes is none; one that is wrong is told, since someone meant it.
func (f *Finder) fallback() (string, error) {
	if f.Env.Fallback == "" {
		return "", nil
	}
	data, err := f.FS.ReadFile(f.Env.Fallback)
	if err != nil {
		return "", nil
	}
	return ParseFallback(f.Env.Fallback, data)
}

// OverrideKey is the name of a directory in the overrides: the canonical path if
// there is such a directory, else the path as it was given.
func OverrideKey(fsys FS, cwd, path string) string {
	whole := path
	if !filepath.IsAbs(path) {
		whole = under(cwd, path)
	}
	resolved, err := fsys.EvalSymlinks(whole)
	if err != nil {
		return lossy(path)
	}
	return lossy(canonical(resolved))
}
