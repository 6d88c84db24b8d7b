package newpkg

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"berth/internal/crate"
)

// nameOf is the name that was given, or that of the directory.
func nameOf(o Options) (string, error) {
	if o.Name != nil {
		return *o.Name, nil
	}
	name := lastElement(o.Path)
	switch {
	case name == "":
		return "", fmt.Errorf("cannot take the package's name from the path %q; give it with --name", o.Path)
	case !utf8.ValidString(name):
		return "", fmt.Errorf("the directory's name %q is not UTF-8; give the package's name with --name", name)
	}
	return name, nil
}

// lastElement passes over . but not over .., behind which no name is known.
func lastElement(path string) string {
	volume := filepath.VolumeName(path)
	elements := strings.FieldsFunc(path[len(volume):], func(r rune) bool { return r < utf8.RuneSelf && isSeparator(byte(r)) })
	for i := len(elements) - 1; i >= 0; i-- {
		switch elements[i] {
		case ".":
			continue
		case "..":
			return ""
		}
		return elements[i]
	}
	return ""
}

// checkName refuses names that cannot be, and warns of those that make trouble.
func (m *maker) checkName() error {
	name := m.name
	if err := crate.CheckPackageName(name); err != nil {
		return m.badName(err.Error())
	}
	switch {
	case isKeyword(name):
		return m.badName(fmt.Sprintf("invalid package name `%s`: it is a Rust keyword", name))
	case slices.Contains([]string{"deps", "examples", "build", "incremental"}, name):
		if m.bin {
			return m.badName(fmt.Sprintf("invalid package name `%s`: a binary of this name would lie where cargo's build directory has a folder", name))
		}
		m.Voice.Warnf("package `%s` can have no binary of its name: cargo's build directory has a folder there", name)
	case name == "test":
		return m.badName("invalid package name `test`: Rust has a library of this name built in")
	}
	m.warnOfName()
	return nil
}

func (m *maker) warnOfName() {
	name := m.name
	if slices.Contains([]string{"core", "std", "alloc", "proc_macro", "proc-macro"}, name) {
		m.Voice.Warnf("package name `%s` is that of a part of Rust's standard library, and will be taken for it; another name is better", name)
	}
	if isReservedOnWindows(name) {
		m.Voice.Warnf("package name `%s` cannot be a file's name on Windows, so the package will not work there", name)
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		m.Voice.Warnf("package name `%s` has letters that are not ASCII, which crate names cannot have", name)
	}
	if lower := strings.ToLower(name); lower != name {
		m.Voice.Warnf("package name `%s` has capitals, which is not usual: consider `%s`", name, lower)
	}
}

// badName adds what can be done about a name.
func (m *maker) badName(text string) error {
	if m.Options.Name == nil {
		text += "\nnote: the directory's name is the package's name\nhelp: give another one with --name <NAME>"
	}
	if m.bin && isCrateName(m.name) {
		text += fmt.Sprintf("\nhelp: only the program may have this name: choose another one for the package, and put it in src/bin/%s.rs", m.name)
	}
	return errors.New(text)
}

func isCrateName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '-' && r != '_'
	})
}

func isKeyword(name string) bool {
	return slices.Contains(strings.Fields("Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for if impl in let "+
		"loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe unsized use virtual where while yield"), name)
}

func isReservedOnWindows(name string) bool {
	lower := strings.ToLower(name)
	switch lower {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(lower) == 4 && (lower[:3] == "com" || lower[:3] == "lpt") && '1' <= lower[3] && lower[3] <= '9'
}

// findRegistry takes the flag's registry, or registry.default.
func (m *maker) findRegistry() error {
	if m.Registry != "" {
		return crate.CheckRegistryName(m.Registry)
	}
	v, err := m.Config.String("registry.default")
	m.Registry = v.Val
	return err
}

// warnOfPath: a path that cannot stand in PATH makes trouble when tests look for libraries.
func (m *maker) warnOfPath() {
	if strings.ContainsAny(m.Path, notInPathList) {
		m.Voice.Warnf("the path `%s` has a character that cannot stand in PATH (one of %s); another name is better", m.Path, strings.Join(strings.Split(notInPathList, ""), " "))
	}
}
