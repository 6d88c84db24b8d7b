package app

import (
	"fmt"
	"time"

	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/toolchain"
	"berth/internal/ui"
)

// voice speaks for the packages below, which know no user interface. It asks for
// the UI each time, since flags may change it after the home was opened.
type voice struct{ app *App }

func (v voice) Infof(format string, args ...any)  { v.app.UI.Infof(format, args...) }
func (v voice) Warnf(format string, args ...any)  { v.app.UI.Warnf(format, args...) }
func (v voice) Debugf(format string, args ...any) { v.app.UI.Debugf("toolchain", format, args...) }

// Announce gives stock's line about the components that will be downloaded.
func (v voice) Announce(names ...string) { v.progress().Announce(names...) }

// Task adds a row. Components are made side by side, so rows come from several
// goroutines; all of one run belong together.
func (v voice) Task(name string) toolchain.Task { return v.progress().Task(name) }

func (v voice) progress() *ui.Progress {
	v.app.progress.Lock()
	defer v.app.progress.Unlock()
	if v.app.rows == nil {
		v.app.rows = v.app.UI.Progress()
	}
	return v.app.rows
}

func (v voice) retrying(r download.Retry) {
	v.app.UI.Warnf("%s; retrying in %s", download.Problem(r.Err), r.Wait.Round(100*time.Millisecond))
}

func (v voice) answered(url, byteRange string, status int) {
	if byteRange != "" {
		byteRange = " (" + byteRange + ")"
	}
	v.app.UI.Debugf("download", "GET %s%s: %d", url, byteRange, status)
}

// notice tells what this process waits for.
type notice struct{ app *App }

func (n notice) Waiting(w lockfs.Waiting) (done func()) {
	return n.app.UI.Wait(w.Lock, Describe(w.Holder, w.Others), w.Progress).Done
}

func (n notice) NoLocks(path string) {
	n.app.UI.Warnf("the file system of %s does not support file locks: "+
		"processes that change this home at the same moment cannot see each other, and work may be done twice; "+
		"put RUSTUP_HOME on a local disk", path)
}

// Describe names a holder for people: `rustup update` (pid 12 since 14:02:11).
func Describe(h lockfs.Holder, others int) string {
	if h.PID == 0 {
		return ""
	}
	text := fmt.Sprintf("process %d", h.PID)
	if h.Command != "" {
		text = fmt.Sprintf("`%s` (pid %d", h.Command, h.PID)
		if !h.Since.IsZero() {
			text += " since " + h.Since.Local().Format(time.TimeOnly)
		}
		text += ")"
	}
	if h.Stopped {
		text += ", which is stopped (`kill -CONT` lets it go on)"
	}
	switch {
	case others == 1:
		text += " and one other"
	case others > 1:
		text += fmt.Sprintf(" and %d others", others)
	}
	return text
}

// The compiler holds the adapters against what they are for.
var (
	_ toolchain.Voice = voice{}
	_ toolchain.Task  = (*ui.Task)(nil)
	_ lockfs.Notice   = notice{}
)
