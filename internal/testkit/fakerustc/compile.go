package fakerustc

import (
	"os"
	"path/filepath"
	"strings"
)

// wish is what a compiler is asked to make.
type wish struct {
	crate, suffix, dir, source string
	types                      []string
	link, metadata, test       bool
}

func read(args []string) wish {
	var w wish
	for i, arg := range args {
		value := ""
		if i+1 < len(args) {
			value = args[i+1]
		}
		switch {
		case arg == "--crate-name":
			w.crate = value
		case arg == "--crate-type":
			w.types = append(w.types, value)
		case arg == "--out-dir":
			w.dir = value
		case arg == "--test":
			w.test = true
		case strings.HasPrefix(arg, "--emit="):
			w.link = strings.Contains(arg, "link")
			w.metadata = strings.Contains(arg, "metadata")
		case strings.HasPrefix(arg, "extra-filename="):
			w.suffix = strings.TrimPrefix(arg, "extra-filename=")
		case strings.HasSuffix(arg, ".rs") && w.source == "":
			w.source = arg
		}
	}
	if w.test || len(w.types) == 0 {
		w.types = []string{"bin"}
	}
	return w
}

// compile makes files with the names that they have on Linux.
func compile(args []string) error {
	w := read(args)
	name := w.crate + w.suffix
	var files []string
	if w.metadata {
		files = append(files, "lib"+name+".rmeta")
	}
	for _, crateType := range w.types {
		switch {
		case !w.link:
		case crateType == "bin":
			if err := w.executable(name); err != nil {
				return err
			}
		case crateType == "lib" || crateType == "rlib":
			files = append(files, "lib"+name+".rlib")
		case crateType == "staticlib":
			files = append(files, "lib"+name+".a")
		default:
			files = append(files, "lib"+name+".so")
		}
	}
	rule := filepath.Join(w.dir, name+".d") + ": " + strings.ReplaceAll(w.source, " ", `\ `) + "\n"
	if err := os.WriteFile(filepath.Join(w.dir, name+".d"), []byte(rule), 0o644); err != nil {
		return err
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(w.dir, file), nil, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// executable is this program again, under the name that was asked for.
func (w wish) executable(name string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	path := filepath.Join(w.dir, name)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	if os.Link(self, path) == nil {
		return nil
	}
	data, err := os.ReadFile(self)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o755)
}
