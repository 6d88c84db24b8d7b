package settings

import (
	"errors"
	"os"
	"strings"
)

// fallbackFile is nowhere: the file is read on Unix only.
func fallbackFile(string) string { return "" }

func userHome(v vars) (string, error) {
	if home := v.text("USERPROFILE"); home != "" {
		return home, nil
	}
	return "", errors.New("USERPROFILE is not set")
}

// canonical is the form of a canonical path that stands in settings.toml. Stock asks
// Windows for it and gets paths with the prefix that turns parsing off.
func canonical(path string) string {
	switch {
	case strings.HasPrefix(path, `\\?\`):
		return path
	case strings.HasPrefix(path, `\\`):
		return `\\?\UNC` + path[1:]
	}
	return `\\?\` + path
}

// WorkingDir is the directory that Find starts from.
func WorkingDir() (string, error) { return os.Getwd() }
