package settings

import (
	"errors"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"berth/internal/names"
)

// walk looks for an override of a directory from cwd upwards; nil is none. There may be warnings all the same.
func (f *Finder) walk(cwd string) (o *Override, warnings []string, err error) {
	s, err := f.Settings()
	if err != nil {
		return nil, nil, err
	}
	keys := overrideKeys{fsys: f.FS, overrides: s.Overrides}
	for dir := cwd; ; {
		o, err := f.inDirectory(dir, &keys, &warnings)
		if o != nil || err != nil {
			return o, warnings, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, warnings, nil
		}
		dir = parent
	}
}

func (f *Finder) inDirectory(dir string, keys *overrideKeys, warnings *[]string) (*Override, error) {
	if name, ok := keys.lookup(dir); ok {
		ref, err := names.ParseNamed(name)
		if err != nil {
			return nil, &NameError{
				Where: "the override of '" + lossy(dir) + "' in settings.toml", Next: "run: rustup override unset --path " + lossy(dir),
				Cause: err, OfDirectory: true,
			}
		}
		return f.override(ref, FromDirectory, dir)
	}
	path, data := f.toolchainFile(dir, warnings)
	if path == "" {
		return nil, nil
	}
	tf, err := ParseToolchainFile(path, data)
	if err != nil {
		return nil, err
	}
	return f.fromFile(path, tf)
}

// overrideKeys looks directories up. Their keys are canonical, and canonical paths
// cost a system call for each of their parts, so the first answer is used for the
// directories above: what a canonical path goes through is canonical.
type overrideKeys struct {
	fsys      FS
	overrides map[string]string
	plain     bool // the last directory was its own canonical path
}

func (k *overrideKeys) lookup(dir string) (name string, ok bool) {
	if len(k.overrides) == 0 {
		return "", false
	}
	key := lossy(canonical(dir))
	if !k.plain {
		key = OverrideKey(k.fsys, "", dir)
		k.plain = key == canonical(dir)
	}
	name, ok = k.overrides[key]
	return name, ok
}

// toolchainFile reads the toolchain file of a directory, if it has one. As in stock,
// what cannot be read is not there: a directory of that name (a checkout of a project
// called so), a file of someone else, one that is not text or has no end. Only of the
// last two, which somebody put there, is the user told.
func (f *Finder) toolchainFile(dir string, warnings *[]string) (path string, data []byte) {
	plain, toml := filepath.Join(dir, toolchainFileName), filepath.Join(dir, toolchainFileNameTOML)
	data, isThere := f.readText(plain, warnings)
	tomlData, tomlIsThere := f.readText(toml, warnings)
	switch {
	case isThere && tomlIsThere:
		first, second := f.resolved(plain), f.resolved(toml)
		*warnings = append(*warnings, "both "+lossy(first)+" and "+lossy(second)+" exist; using contents of "+lossy(first))
		return plain, data
	case isThere:
		return plain, data
	case tomlIsThere:
		return toml, tomlData
	}
	return "", nil
}

func (f *Finder) readText(path string, warnings *[]string) ([]byte, bool) {
	data, err := f.FS.ReadFile(path)
	if errors.Is(err, errTooLarge) {
		*warnings = append(*warnings, "ignoring '"+lossy(path)+"', which has more than 16 MiB; correct or remove it")
	}
	if err != nil {
		return nil, false
	}
	if !utf8.Valid(data) {
		*warnings = append(*warnings, "ignoring '"+lossy(path)+"', which is not UTF-8; save it as UTF-8 or remove it")
		return nil, false
	}
	return data, true
}

func (f *Finder) resolved(path string) string {
	if resolved, err := f.FS.EvalSymlinks(path); err == nil {
		return canonical(resolved)
	}
	return path
}

// fromFile makes the override of a toolchain file.
func (f *Finder) fromFile(path string, tf *ToolchainFile) (*Override, error) {
	o, err := f.chosenBy(path, tf)
	if err != nil {
		return nil, err
	}
	if _, official := o.Toolchain.(names.Official); !official {
		return o, nil
	}
	o.Components, o.Targets = tf.Components, tf.Targets
	if tf.Profile != nil {
		profile, ok := ParseProfile(*tf.Profile)
		if !ok {
			return nil, tf.profileAt.wrong("unknown profile name: '"+*tf.Profile+"'; valid profile names are: minimal, default, complete", `write profile = "minimal", for example`)
		}
		o.Profile = profile
	}
	return o, nil
}

// chosenBy is the toolchain of a toolchain file: a channel, a path, or the default
// toolchain, to which the file only adds.
func (f *Finder) chosenBy(path string, tf *ToolchainFile) (*Override, error) {
	switch {
	case tf.Channel != nil:
		ref, err := f.channel(tf)
		if err != nil {
			return nil, err
		}
		return f.override(ref, FromFile, path)
	case tf.Path != nil:
		o, err := f.atPath(path, *tf.Path)
		if bad, ok := errors.AsType[*names.Error](err); ok {
			return nil, tf.pathAt.because(err, err.Error(), bad.Hint())
		}
		return o, err
	}
	o, err := f.byDefault()
	if err != nil {
		return nil, err
	}
	o.Source, o.Place = FromFile, path
	return o, nil
}

func (f *Finder) atPath(file, path string) (*Override, error) {
	p, err := names.ParsePath(path)
	if err != nil {
		return nil, err
	}
	return f.override(p, FromFile, file)
}

// channel checks the channel of a toolchain file. The file goes with a project to
// other machines and must not name what only this one can have: so a host, or a
// custom toolchain, is allowed only while that very toolchain is installed.
func (f *Finder) channel(tf *ToolchainFile) (names.Ref, error) {
	name := *tf.Channel
	ref, err := names.ParseNamed(name)
	if err != nil {
		return nil, tf.channelAt.because(err, "invalid toolchain name '"+name+"' detected in override file", `expected a channel such as "stable" or "1.80.0"`)
	}
	switch ref := ref.(type) {
	case names.Partial:
		if ref.HasTarget() && !f.listed(name) {
			return nil, tf.channelAt.wrong("target tuple in channel name '"+name+"'", "leave the host out, or run: rustup toolchain install "+name)
		}
	case names.Custom:
		switch bare, marked := strings.CutPrefix(name, "\ufeff"); {
		case f.isDir(f.below(ref.String())):
		case marked: // nobody sees it, and where the file is not TOML it belongs to the name, as in stock
			return nil, tf.channelAt.wrong("a byte order mark before '"+bare+"'", "save the file as UTF-8 without it")
		default:
			return nil, tf.channelAt.wrong("custom toolchain '"+name+"' is not installed", customNext(name))
		}
	}
	return ref, nil
}

// customNext is what to do about a name that is no channel's and not installed: more often it is a slip.
func customNext(name string) string {
	if near := names.NearChannel(name); near != "" {
		return `a channel with a similar name exists: "` + near + `"`
	}
	return "correct the name, or run: rustup toolchain link " + name + " <path>"
}

// listed tells whether toolchain list would show exactly this name: links count
// even when they lead nowhere, plain files do not.
func (f *Finder) listed(name string) bool {
	tc, err := names.ParseDirectory(name)
	if err != nil {
		return false
	}
	info, err := f.FS.Lstat(f.below(tc.String()))
	return err == nil && !info.Mode().IsRegular()
}

func (f *Finder) below(name string) string {
	return filepath.Join(f.Env.RustupHome, "toolchains", name)
}
