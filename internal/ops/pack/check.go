package pack

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/crate"
	"berth/internal/jsonquote"
	"berth/internal/manifest"
)

// checkName refuses names that some systems cannot have.
func (a *archive) checkName(rel string) error {
	name := rel[strings.LastIndexByte(rel, '/')+1:]
	if !utf8.ValidString(name) {
		return fmt.Errorf("path does not have a unicode filename which may not unpack on all platforms: %s", strings.ToValidUTF8(rel, "\ufffd"))
	}
	if !utf8.ValidString(rel) {
		return fmt.Errorf("non-utf8 path in source directory: %s", strings.ToValidUTF8(rel, "\ufffd"))
	}
	for _, bad := range `/\<>:"|?*` {
		if strings.ContainsRune(name, bad) {
			return fmt.Errorf("cannot package a filename with a special character `%c`: %s", bad, rel)
		}
	}
	if slices.ContainsFunc(strings.Split(rel, "/"), isWindowsDevice) {
		a.voice.Warn("file " + rel + " is a reserved Windows filename, it will not work on Windows platforms")
	}
	return nil
}

func isWindowsDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch stem {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "com") || strings.HasPrefix(stem, "lpt")) && stem[3] >= '1' && stem[3] <= '9'
}

// checkBuildScripts refuses a build script that is missing, or that the archive would not have.
func checkBuildScripts(m *manifest.Manifest) error {
	for _, t := range m.Package.Targets {
		if t.Kind != manifest.CustomBuild {
			continue
		}
		inside := false
		if rel, err := filepath.Rel(m.Package.Dir, t.Path); err == nil {
			inside = filepath.IsLocal(rel)
		}
		switch {
		case !isFile(t.Path):
			return fmt.Errorf("the source file of the build script does not exist: %s; correct `build` in %s", t.Path, m.Path)
		case !inside:
			return fmt.Errorf("the source file of the build script, %s, is not in the package at %s, and so not in its archive; move it there and correct `build` in %s",
				t.Path, m.Package.Dir, m.Path)
		}
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func existing(path string) string {
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// Lines is the listing as --list prints it.
func (l Listing) Lines() string {
	var out strings.Builder
	for _, f := range l.Files {
		out.WriteString(filepath.FromSlash(f.Rel) + "\n")
	}
	return out.String()
}

// JSON is the listing as --message-format json prints it, with the line's end.
func (l Listing) JSON() []byte {
	out := append([]byte(`{"id":`), jsonquote.Append(nil, crate.SpecOf(l.Package.Package.ID()).String())...)
	out = append(out, `,"files":{`...)
	last := ""
	for i, f := range l.Files {
		if i > 0 && f.Rel == last {
			continue
		}
		if i > 0 {
			out = append(out, ',')
		}
		last = f.Rel
		out = append(jsonquote.Append(out, filepath.FromSlash(f.Rel)), `:{"kind":`...)
		kind := "copy"
		if f.Made {
			kind = "generate"
		}
		out = jsonquote.Append(out, kind)
		if f.Path != "" {
			out = jsonquote.Append(append(out, `,"path":`...), f.Path)
		}
		out = append(out, '}')
	}
	return append(out, "}}\n"...)
}
