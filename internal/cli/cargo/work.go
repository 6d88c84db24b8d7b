package cargo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"

	"berth/internal/cargohome"
	"berth/internal/config"
	"berth/internal/lockfs"
	"berth/internal/ops"
	"berth/internal/rustc"
	"berth/internal/ui"
	"berth/internal/workspace"
)

// voice lets package ops speak.
type voice struct {
	ui   *ui.UI
	mute *atomic.Bool
}

func (s *session) voice() voice { return voice{s.UI, &s.mute} }

func (v voice) Status(verb, text string) {
	if !v.mute.Load() {
		v.ui.Statusf(verb, "%s", text)
	}
}

func (v voice) Warn(text string) {
	if !v.mute.Load() {
		v.ui.Warnf("%s", text)
	}
}

func (v voice) Note(text string) {
	if !v.mute.Load() {
		v.ui.Infof("%s", text)
	}
}

// work is what package ops does a verb's work with.
func (s *session) work() (*ops.Run, error) {
	cfg, err := s.configuration()
	if err != nil {
		return nil, err
	}
	dir, err := s.Dir()
	if err != nil {
		return nil, err
	}
	// A graph and its manifests live as long as the command, which is short: collecting among them took a seventh of the
	// time of `metadata` of nu.
	debug.SetGCPercent(400)
	home := cargohome.OpenFor(lockfs.At(s.Env.CargoHome), func() (lockfs.Filesystem, bool) { return lockfs.UserDir(s.Lookup, "locks") })
	run := &ops.Run{
		Config: cfg, Home: home, Cwd: dir, Voice: s.voice(), LockKept: s.lockKept(), Nightly: s.isNightly(), Verbose: s.verbose > 0, Looked: s.looked, Began: s.began,
		Rustc: func(ctx context.Context) (*rustc.Version, error) { return s.compiler(ctx) },
	}
	run.NoPublic = cfg.CheckPublicIndex()
	run.LockPath, run.NoLockPath = lockPath(cfg)
	s.openSources(run, home, cfg)
	return run, nil
}

// lockPath is where resolver.lockfile-path has the Cargo.lock; empty where it says nothing.
func lockPath(cfg *config.Config) (string, error) {
	settings, err := cfg.Resolver()
	if err != nil || !settings.LockfilePath.Set {
		return "", err
	}
	path := cfg.Path(settings.LockfilePath)
	if filepath.Base(path) != "Cargo.lock" {
		return "", errors.New("the `resolver.lockfile-path` must be a path to a Cargo.lock file")
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return "", fmt.Errorf("`resolver.lockfile-path` `%s` is a directory but expected a file", path)
	}
	return path, nil
}

// load loads the workspace of a manifest. One that asks for what is unstable is the
// toolchain's to work on.
func (s *session) load(manifestPath string) (*ops.Run, *workspace.Workspace, error) {
	run, err := s.work()
	if err != nil {
		return nil, nil, err
	}
	ws, err := run.Load(manifestPath)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range append(ws.Members(), ws.Root) {
		if len(m.CargoFeatures) > 0 {
			return nil, nil, errHandOver
		}
	}
	return run, ws, nil
}

// isNightly says whether the toolchain's cargo lets manifests and configurations ask
// for what is unstable.
func (s *session) isNightly() bool {
	channel := s.cargo.Release.Pre
	if other, ok := s.Lookup("__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS"); ok { // rust-analyzer sets it
		channel = other
	}
	if strings.HasPrefix(channel, "nightly") || strings.HasPrefix(channel, "dev") {
		return true
	}
	bootstrap, _ := s.Lookup("RUSTC_BOOTSTRAP")
	return bootstrap == "1"
}

// asksForUnstable says whether the configuration does, or its variables, of a cargo that listens.
func (s *session) asksForUnstable() bool {
	if s.config == nil || !s.isNightly() {
		return false
	}
	if slices.ContainsFunc(s.Environ(), func(entry string) bool { return strings.HasPrefix(entry, "CARGO_UNSTABLE_") }) {
		return true
	}
	n, err := s.config.Lookup(config.ParseKey("unstable"))
	return err == nil && n != nil
}

// choiceError ends a command whose -p or --target was left without a value: it says
// what there is to choose from.
type choiceError struct{ text string }

func (e *choiceError) Error() string { return e.text }

// membersError lists what -p could be given.
func membersError(ws *workspace.Workspace) error {
	var b strings.Builder
	b.WriteString("\"--package <SPEC>\" requires a SPEC format value, which can be any package ID specifier in the dependency graph.\n" +
		"`cargo help pkgid` tells how they are written.\n\nPossible packages/workspace members:\n")
	for _, m := range ws.Members() {
		fmt.Fprintf(&b, "    %s\n", m.Package.Name())
	}
	return &choiceError{b.String()}
}
