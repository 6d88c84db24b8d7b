package ui

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Link is a part of a status line that leads somewhere, on terminals that know of ESC ] 8 ; ; address ESC \.
type Link struct{ Text, Address string }

// FileLink leads to a file, by its path. The host is named, so that a terminal does not look for it on another one.
func FileLink(path string) Link {
	at := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	if runtime.GOOS == "windows" {
		at.Path = "/" + at.Path
	} else if host, err := os.Hostname(); err == nil {
		at.Host = host
	}
	return Link{path, at.String()}
}

// StatusLink is [UI.Statusf] of a line with a link between two texts.
func (u *UI) StatusLink(verb, before string, to Link, after string) {
	if u == nil || !u.links || u.level < levelInfo {
		u.Statusf(verb, "%s%s%s", before, to.Text, after)
		return
	}
	u.hear(SaidStatus, verb, before+to.Text+after)
	u.line(u.errPen.paint(Heading, fmt.Sprintf("%12s", clean(verb))) + " " + safe(before) +
		"\x1b]8;;" + clean(to.Address) + "\x1b\\" + safe(to.Text) + "\x1b]8;;\x1b\\" + safe(after))
}

// showsLinks decides by what terminals say of themselves, as Cargo does, unless the configuration does.
func (e environ) showsLinks(wanted *bool) bool {
	if e.style != Cargo {
		return false
	}
	if wanted != nil {
		return *wanted
	}
	program, version := e.get("TERM_PROGRAM"), e.get("VTE_VERSION")
	if program == "iTerm.app" {
		return false // it does not get along with Cargo's
	}
	if force, set := e.lookup("FORCE_HYPERLINK"); set {
		return strings.TrimSpace(force) != "0"
	}
	if number, err := strconv.Atoi(version); err == nil && number >= 5000 {
		return true
	}
	for _, name := range []string{"DOMTERM", "WT_SESSION", "KONSOLE_VERSION"} {
		if _, set := e.lookup(name); set {
			return true
		}
	}
	return slices.Contains([]string{"Hyper", "terminology", "WezTerm", "vscode", "ghostty", "zed"}, program) ||
		slices.Contains([]string{"xterm-kitty", "alacritty", "alacritty-direct"}, e.get("TERM")) || e.get("COLORTERM") == "xfce4-terminal"
}
