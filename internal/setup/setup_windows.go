package setup

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"

	"berth/internal/lockfs"
)

// profileLines: here the registry has PATH, for all shells.
func (s *Setup) profileLines() []string { return nil }

func (s *Setup) isEnvFile(string) bool { return false }

// linkProgram gives the program another name: symbolic links need rights here
// that few have.
func linkProgram(program, at string, _ bool) error {
	if err := os.Link(program, at); err != nil {
		return &LinkError{Dir: filepath.Dir(program), Err: err}
	}
	return nil
}

// makeWay moves a program that may be running aside: it cannot be renamed over or
// removed, but it can be renamed.
func makeWay(held *lockfs.FileLock, to, aside lockfs.Filesystem) error {
	if !to.Exists() {
		return nil
	}
	return held.Rename("setup.aside", to, aside)
}

// removeFile moves away what the system does not let us remove: what is still
// running stays at aside until the next time.
func removeFile(held *lockfs.FileLock, file, aside lockfs.Filesystem) error {
	if held.Remove("setup.undo.file", file) == nil {
		return nil
	}
	return held.Rename("setup.undo.aside", file, aside)
}

// registryPath stands in the record for the entry of PATH.
const registryPath = `HKCU\Environment\Path`

// placePath puts bin first on the user's PATH.
func (s *Setup) placePath(held *lockfs.FileLock, wanted bool) error {
	if !wanted {
		s.UI.Infof("PATH is left to you: add %s", s.bin().Display())
		return nil
	}
	dir := s.bin().Display()
	if add(&s.record.Lines, registryPath) {
		if err := s.writeRecord(held); err != nil {
			return err
		}
	}
	return changePath(func(list []string) []string {
		for _, d := range list {
			if strings.EqualFold(d, dir) {
				return list
			}
		}
		s.UI.Infof("adding %s to PATH; open a new console to have it", dir)
		return append([]string{dir}, list...)
	})
}

func (s *Setup) removePath(*lockfs.FileLock) error {
	if !slices.Contains(s.record.Lines, registryPath) {
		return nil
	}
	dir := s.bin().Display()
	return changePath(func(list []string) (kept []string) {
		for _, d := range list {
			if !strings.EqualFold(d, dir) {
				kept = append(kept, d)
			}
		}
		return kept
	})
}

// changePath edits PATH of the user's environment and keeps the value's type:
// many have %variables% in it.
func changePath(change func([]string) []string) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, "Environment", registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer key.Close()
	old, kind, err := key.GetStringValue("Path")
	if err != nil && !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	var list []string
	if old != "" {
		list = strings.Split(old, ";")
	}
	now := strings.Join(change(list), ";")
	switch {
	case now == old:
		return nil
	case kind == registry.SZ:
		err = key.SetStringValue("Path", now)
	default:
		err = key.SetExpandStringValue("Path", now)
	}
	if err == nil {
		announce()
	}
	return err
}

// announce tells all that runs on the desktop that the environment is another one: what starts consoles would give them
// the old one until the next login. Nobody has to listen, so nothing is said of those who do not.
func announce() {
	const (
		everybody     = 0xffff // HWND_BROADCAST
		settingChange = 0x1a   // WM_SETTINGCHANGE
		abortIfHung   = 2      // SMTO_ABORTIFHUNG
		patience      = 5000   // milliseconds for each
	)
	what, err := windows.UTF16PtrFromString("Environment")
	send := windows.NewLazySystemDLL("user32.dll").NewProc("SendMessageTimeoutW")
	if err != nil || send.Find() != nil {
		return
	}
	_, _, _ = send.Call(everybody, settingChange, 0, uintptr(unsafe.Pointer(what)), abortIfHung, patience, 0)
}
