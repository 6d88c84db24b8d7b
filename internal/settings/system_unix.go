//go:build unix

package settings

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// fallbackFile is where an administrator may put a default toolchain for everybody.
func fallbackFile(override string) string {
	if override != "" {
		return override
	}
	return "/etc/rustup/settings.toml"
}

// userHome is $HOME, or else what the password file has for the user: services and
// containers run without HOME. The package os/user would bring libc into each proxy.
func userHome(v vars) (string, error) {
	if home := v.text("HOME"); home != "" {
		return home, nil
	}
	passwd, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return "", errors.New("HOME is not set and /etc/passwd cannot be read")
	}
	if home := homeInPasswd(string(passwd), os.Getuid()); home != "" {
		return home, nil
	}
	return "", errors.New("HOME is not set and the user is not in /etc/passwd")
}

// homeInPasswd finds the sixth field of the user's line.
func homeInPasswd(passwd string, uid int) string {
	for line := range strings.Lines(passwd) {
		fields := strings.Split(strings.TrimRight(line, "\n"), ":")
		if len(fields) >= 7 && fields[2] == strconv.Itoa(uid) {
			return fields[5]
		}
	}
	return ""
}

// canonical is the form of a canonical path that stands in settings.toml.
func canonical(path string) string { return path }

// WorkingDir is the directory that Find starts from: the real one. os.Getwd would
// give $PWD, which may lead through a link, and the parents of the two differ.
func WorkingDir() (string, error) { return syscall.Getwd() }
