//go:build unix

package settings

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestHomeThatIsAFile(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	write(t, home, "", 0o644)
	_, err := Load(OS{}, home)
	if e, ok := errors.AsType[*FileError](err); !ok || !strings.Contains(e.Next, "RUSTUP_HOME") {
		t.Error(err)
	}
}

func TestHomeInPasswd(t *testing.T) {
	const passwd = "root:x:0:0:root:/root:/bin/sh\n# comment\nbroken:x:7\nci:x:1000:1000:C I,,,:/home/ci:/bin/sh"
	for uid, want := range map[int]string{0: "/root", 1000: "/home/ci", 7: "", 1: ""} {
		if got := homeInPasswd(passwd, uid); got != want {
			t.Errorf("%d: %q", uid, got)
		}
	}
}

func TestHomeError(t *testing.T) {
	err := error(&HomeError{"CARGO_HOME", errors.New("HOME is not set")})
	if err.Error() != "the home directory is not known: HOME is not set; set CARGO_HOME to an absolute path" {
		t.Error(err)
	}
}
