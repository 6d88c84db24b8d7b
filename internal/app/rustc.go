package app

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"berth/internal/exe"
)

// rustcPatience is how long rustc may take to say its version.
const rustcPatience = 10 * time.Second

// RustcVersion is the first line of `rustc --version` of the toolchain whose tree
// is at path, or stock's words for its absence. It costs a process.
func (a *App) RustcVersion(ctx context.Context, path string) string {
	rustc := filepath.Join(path, "bin", "rustc"+exe.Suffix)
	ctx, cancel := context.WithTimeout(ctx, rustcPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, rustc, "--version")
	env := a.ChildEnv()
	env.PutLibraries(path)
	cmd.Env = env.List()
	cmd.WaitDelay = time.Second // what rustc left behind may hold the pipe
	out, err := cmd.Output()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "(timeout reading rustc version)"
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return "(error reading rustc version)"
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	return strings.TrimRight(string(line), "\r")
}
