// Package settings reads what people decided: settings.toml, toolchain files, the
// RUSTUP_* environment, and from all of them which toolchain is in force in a
// directory ([Finder.Find]).
//
// Guarantee: a settings.toml that [Parse] takes is written by [Settings.Marshal] byte
// for byte as stock rustup 1.29 would write it, so that berth and stock can take turns
// on one file. Nothing here writes files or locks; the values are the caller's own.
//
// The edge: reading beside stock may yield an empty file or the beginning of one,
// because stock truncates it and then writes. Parse reports what cannot be whole as
// [ErrIncomplete], and [LooksCut] what could be; the caller, who has the lock and
// the patience, reads again. As in stock, unknown keys are dropped on writing; other
// than in stock, a key whose value is "" is a key that is not there.
//
// Find is on the path of every rustc call. It opens two names a directory, reads
// settings.toml at most once and not at all where RUSTUP_TOOLCHAIN holds a full name,
// as it does below every proxy.
package settings

import (
	"bytes"
	"slices"
	"strings"

	"berth/internal/tomlquote"
)

// Settings is the content of settings.toml.
type Settings struct {
	DefaultHost      string // triple, or empty: that of the machine
	DefaultToolchain string // as written, perhaps partial; empty: none
	Profile          Profile
	PGPKeys          string // of old versions; kept and not used
	AutoSelfUpdate   SelfUpdate
	AutoInstall      AutoInstall
	// Overrides maps directories (see OverrideKey) to toolchains, perhaps partial ones.
	Overrides map[string]string
}

// Profile is a set of components to install; empty means not chosen.
type Profile string

// The profiles.
const (
	Minimal  Profile = "minimal"
	Default  Profile = "default"
	Complete Profile = "complete"
)

// ParseProfile reads a profile of a toolchain file, where the first letter is
// enough and nothing at all is the default.
func ParseProfile(s string) (Profile, bool) {
	switch s {
	case "minimal", "m":
		return Minimal, true
	case "default", "d", "":
		return Default, true
	case "complete", "c":
		return Complete, true
	}
	return "", false
}

// SelfUpdate says what update does about the program itself; empty means enable.
type SelfUpdate string

// The modes of self update.
const (
	SelfUpdateEnable    SelfUpdate = "enable"
	SelfUpdateDisable   SelfUpdate = "disable"
	SelfUpdateCheckOnly SelfUpdate = "check-only"
)

// AutoInstall says whether a toolchain that is needed and missing is installed;
// empty means enable.
type AutoInstall string

// The modes of automatic installation.
const (
	AutoInstallEnable  AutoInstall = "enable"
	AutoInstallDisable AutoInstall = "disable"
)

// version is the only one that is read and written: stock is as strict.
const version = "12"

// Parse reads a settings file. The path is for errors alone.
func Parse(path string, data []byte) (*Settings, error) {
	f := &file{kind: "settings", path: path, data: data, next: "correct it, or move the file away to begin with empty settings"}
	s, err := parseSettings(f)
	if fe, ok := err.(*FileError); ok && fe.Cause == nil && !bytes.HasSuffix(data, []byte("\n")) {
		fe.Cause = ErrIncomplete
	}
	return s, err
}

func parseSettings(f *file) (*Settings, error) {
	if len(bytes.TrimSpace(f.data)) == 0 {
		return nil, &FileError{Kind: f.kind, Path: f.path, Problem: "the file is empty", Next: f.next, Cause: ErrIncomplete}
	}
	root, err := f.parse()
	if err != nil {
		return nil, err
	}
	if err := f.checkVersion(root); err != nil {
		return nil, err
	}
	s := &Settings{}
	for _, key := range []struct {
		name    string
		to      *string
		example string
		allowed string // separated by bars; empty: any
	}{
		{"default_host_triple", &s.DefaultHost, "x86_64-unknown-linux-gnu", ""},
		{"default_toolchain", &s.DefaultToolchain, "stable", ""},
		{"profile", (*string)(&s.Profile), "minimal", "minimal|default|complete"},
		{"pgp_keys", &s.PGPKeys, "", ""},
		{"auto_self_update", (*string)(&s.AutoSelfUpdate), "disable", "enable|disable|check-only"},
		{"auto_install", (*string)(&s.AutoInstall), "enable", "enable|disable"},
	} {
		if *key.to, err = f.choice(root, key.name, key.name+` = "`+key.example+`"`, key.allowed); err != nil {
			return nil, err
		}
	}
	if s.Overrides, err = f.overrides(root); err != nil {
		return nil, err
	}
	return s, nil
}

// checkVersion fails for every version but one: another may mean anything.
func (f *file) checkVersion(root *table) error {
	v, found, err := f.text(root, "version", `version = "`+version+`"`)
	switch {
	case err != nil:
		return err
	case !found:
		return f.wrong(0, "'version' is missing", `add the line: version = "`+version+`"`)
	case v == "2":
		e := f.wrong(root.get("version").value.at, "version 2 is that of very old releases", "move the file away and run: rustup default stable")
		e.Cause = ErrOutdated
		return e
	case v != version:
		return f.wrong(root.get("version").value.at, "version '"+v+"' is not known, expected "+version, "")
	}
	return nil
}

// choice is the string under key, which has to be one of the allowed.
func (f *file) choice(root *table, key, example, allowed string) (string, error) {
	words := strings.Split(allowed, "|")
	s, found, err := f.text(root, key, example)
	if err != nil || !found || allowed == "" || slices.Contains(words, s) {
		return s, err
	}
	return "", f.wrong(root.get(key).value.at, "'"+key+"' is '"+s+"', expected one of "+strings.Join(words, ", "), "")
}

func (f *file) overrides(root *table) (map[string]string, error) {
	t, err := f.section(root, "overrides")
	if err != nil || t == nil || len(t.entries) == 0 {
		return nil, err
	}
	overrides := make(map[string]string, len(t.entries))
	for _, e := range t.entries {
		name, _, err := f.text(t, e.key, `"<directory>" = "<toolchain>"`)
		if err != nil {
			return nil, err
		}
		overrides[e.key] = name
	}
	return overrides, nil
}

// LooksCut tells whether data may be the beginning of a longer settings file,
// although it parses: stock ends each line, and ends the file with the overrides.
// A file that a person wrote may look so too. Before changing such a file, read it again.
func LooksCut(data []byte) bool {
	return !bytes.HasSuffix(data, []byte("\n")) || !bytes.Contains(data, []byte("\n[overrides]\n"))
}

// Marshal writes the settings as stock does.
func (s *Settings) Marshal() []byte {
	b := make([]byte, 0, 256+128*len(s.Overrides))
	for _, line := range [...]struct{ key, value string }{
		{"version", version},
		{"default_host_triple", s.DefaultHost},
		{"default_toolchain", s.DefaultToolchain},
		{"profile", string(s.Profile)},
		{"pgp_keys", s.PGPKeys},
		{"auto_self_update", string(s.AutoSelfUpdate)},
		{"auto_install", string(s.AutoInstall)},
	} {
		if line.value != "" {
			b = append(tomlquote.AppendValue(append(append(b, line.key...), " = "...), line.value), '\n')
		}
	}
	b = append(b, "\n[overrides]\n"...)
	dirs := make([]string, 0, len(s.Overrides))
	for dir := range s.Overrides {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		b = append(tomlquote.AppendValue(append(tomlquote.AppendKey(b, dir), " = "...), s.Overrides[dir]), '\n')
	}
	return b
}

// ParseFallback reads the one key of the fallback file of an administrator that is
// used: the default toolchain for those who have none.
func ParseFallback(path string, data []byte) (defaultToolchain string, err error) {
	f := &file{kind: "fallback settings", path: path, data: data, next: "correct it or remove the file"}
	root, err := f.parse()
	if err != nil {
		return "", err
	}
	defaultToolchain, _, err = f.text(root, "default_toolchain", `default_toolchain = "stable"`)
	return defaultToolchain, err
}
