package pack

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/manifest"
	sources "berth/internal/source/path"
)

// archive is what is gathered for one package.
type archive struct {
	m     *manifest.Manifest
	voice Voice
	files []File
	names map[string]int // by name in lower case: how often
}

func (a *archive) put(f File) {
	a.files = append(a.files, f)
	a.names[strings.ToLower(f.Rel)]++
}

func (a *archive) has(rel string) bool {
	return slices.ContainsFunc(a.files, func(f File) bool { return f.Rel == rel })
}

// sources takes what is on the disk.
func (a *archive) sources(entries []sources.Entry) error {
	for _, e := range entries {
		if err := a.checkName(e.Rel); err != nil {
			return err
		}
		switch e.Rel {
		case "Cargo.lock":
		case vcsName, originalName:
			return fmt.Errorf("invalid inclusion of reserved file name %s in package source", e.Rel)
		default:
			a.put(File{e.Rel, e.Path, false})
		}
	}
	return nil
}

// manifest puts the rewritten Cargo.toml in the place of the one that was found, under whatever case.
func (a *archive) manifest() {
	if a.names["cargo.toml"] == 0 {
		a.voice.Warn("no `Cargo.toml` file found when packaging `" + a.m.Package.Name() + "` (note the case of the file name).")
		return
	}
	a.files = slices.DeleteFunc(a.files, func(f File) bool { return strings.EqualFold(f.Rel, "Cargo.toml") })
	a.put(File{originalName, a.m.Path, false})
	a.put(File{"Cargo.toml", a.m.Path, true})
}

// named adds the files that license-file and readme name, which may lie outside of the package.
func (a *archive) named() error {
	var missing []string
	for _, field := range []struct {
		label string
		value *string
	}{{"license-file", a.m.Package.LicenseFile}, {"readme", a.m.Package.Readme}} {
		if field.value == nil {
			continue
		}
		file := filepath.FromSlash(*field.value)
		full := file
		if !filepath.IsAbs(file) {
			full = filepath.Join(a.m.Package.Dir, file)
		}
		if !isFile(full) {
			relative := ""
			if !filepath.IsAbs(file) {
				relative = " (relative to `" + a.m.Package.Dir + "`)"
			}
			missing = append(missing, fmt.Sprintf("%s `%s` does not appear to exist%s.\nPlease update the %s setting in the manifest at `%s`.",
				field.label, *field.value, relative, field.label, a.m.Path))
			continue
		}
		a.addNamed(field.label, *field.value, full)
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s", strings.Join(missing, "\n"))
	}
	return nil
}

func (a *archive) addNamed(label, value, full string) {
	if rel, err := filepath.Rel(a.m.Package.Dir, full); err == nil && filepath.IsLocal(rel) {
		if rel = filepath.ToSlash(rel); !a.has(rel) {
			a.put(File{rel, full, false})
		}
		return
	}
	name := path.Base(filepath.ToSlash(value))
	if !a.has(name) {
		a.put(File{name, full, false})
		return
	}
	a.voice.Warn(fmt.Sprintf("%s `%s` appears to be a path outside of the package, but there is already a file named `%s` in the root of the package. "+
		"The archived crate will contain the copy in the root of the package. Update the %s to point to the path relative to the root of the package to remove this warning.",
		label, value, name, label))
}
