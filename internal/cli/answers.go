package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/exe"
)

// answerer is who a path leads to.
type answerer string

const (
	byNobody answerer = "nothing"
	byBerth  answerer = "berth"
	byRustup answerer = "stock rustup"
	byOther  answerer = "a program of its own"
)

// answers looks where a path leads; a program that calls itself rustup is asked
// for its version, which costs a process.
func (d *diagnosis) answers(ctx context.Context, path string) answerer {
	info, err := os.Stat(path)
	if err != nil {
		return byNobody
	}
	if self, err := os.Executable(); err == nil {
		if own, err := os.Stat(self); err == nil && os.SameFile(own, info) {
			return byBerth
		}
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return byOther
	}
	switch strings.TrimSuffix(filepath.Base(real), exe.Suffix) {
	case "berth":
		return byBerth
	case "rustup":
		return asked(ctx, real)
	}
	beside := filepath.Join(filepath.Dir(real), "rustup"+exe.Suffix)
	if rustup, err := os.Stat(beside); err == nil && rustup.Size() == info.Size() {
		return asked(ctx, beside) // hard links, or copies
	}
	return byOther
}

// asked runs `rustup --help`, which looks at nothing: that of berth names berth.
func asked(ctx context.Context, rustup string) answerer {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, rustup, "--help")
	cmd.WaitDelay = time.Second // what it has started may hold the pipe
	out, err := cmd.Output()
	if err == nil && strings.Contains(string(out), "(berth ") {
		return byBerth
	}
	return byRustup
}

// onPath lists every program of a name on PATH, each once, where it is first.
func onPath(list, tool string) (found []string) {
	for _, dir := range filepath.SplitList(list) {
		path := filepath.Join(dir, tool+exe.Suffix)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && dir != "" && !slices.Contains(found, path) {
			found = append(found, path)
		}
	}
	return found
}
