package settings

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Lookup finds a variable of the environment; os.LookupEnv is one.
type Lookup func(name string) (value string, found bool)

// Env is what the environment decides, each variable read once and as its own type.
// A variable with an empty value counts as unset, so that `RUSTUP_TOOLCHAIN= cargo`
// works; numbers that cannot be read count as unset too, except for the two that
// stock complains about (see Check).
type Env struct {
	RustupHome string // RUSTUP_HOME, absolute
	CargoHome  string // CARGO_HOME, absolute

	Toolchain    string // RUSTUP_TOOLCHAIN
	HostOverride string // RUSTUP_OVERRIDE_HOST_TRIPLE
	Fallback     string // RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS, or where the system has the file; empty: nowhere
	Recursion    int    // RUST_RECURSION_COUNT
	AutoInstall  AutoInstall

	DistServer     string // RUSTUP_DIST_SERVER, else RUSTUP_DIST_ROOT without its /dist; empty: the default
	StagedManifest bool   // RUSTUP_STAGED_MANIFEST
	NoSelfUpdate   bool   // CI without RUSTUP_CI: rustup leaves itself alone in a CI job, but for its own

	ConcurrentDownloads int           // RUSTUP_CONCURRENT_DOWNLOADS; 0: unset
	DownloadTimeout     time.Duration // RUSTUP_DOWNLOAD_TIMEOUT
	MaxRetries          int           // RUSTUP_MAX_RETRIES
	BacktrackLimit      int           // RUSTUP_BACKTRACK_LIMIT

	Log           string // RUSTUP_LOG
	HardlinkProxy bool   // RUSTUP_HARDLINK_PROXIES

	invalid error
}

// FromEnviron reads the environment. Relative homes lie below cwd. It fails only
// where a home is needed and nobody says where it is.
func FromEnviron(lookup Lookup, cwd string) (*Env, error) {
	v := vars{lookup}
	e := &Env{
		Toolchain:      v.text("RUSTUP_TOOLCHAIN"),
		HostOverride:   v.text("RUSTUP_OVERRIDE_HOST_TRIPLE"),
		Fallback:       fallbackFile(v.text("RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS")),
		Recursion:      v.number("RUST_RECURSION_COUNT", 0),
		AutoInstall:    v.autoInstall(),
		DistServer:     v.distServer(),
		StagedManifest: v.given("RUSTUP_STAGED_MANIFEST"),
		NoSelfUpdate:   v.given("CI") && !v.given("RUSTUP_CI"),
		Log:            v.text("RUSTUP_LOG"),
		HardlinkProxy:  v.given("RUSTUP_HARDLINK_PROXIES"),
	}
	e.readTransfer(v)
	return e, e.readHomes(v, cwd)
}

// readTransfer reads what steers downloads. How many threads unpack is not RUSTUP_IO_THREADS' to say here, but stock
// refuses values that are none, whatever is done.
func (e *Env) readTransfer(v vars) {
	e.ConcurrentDownloads = v.number("RUSTUP_CONCURRENT_DOWNLOADS", 0)
	e.MaxRetries = v.number("RUSTUP_MAX_RETRIES", 3)
	e.BacktrackLimit = 21
	if n, err := strconv.ParseInt(v.text("RUSTUP_BACKTRACK_LIMIT"), 10, 32); err == nil {
		e.BacktrackLimit = max(int(n), 1)
	}
	_, threads := v.positive("RUSTUP_IO_THREADS", 0)
	seconds, timeout := v.positive("RUSTUP_DOWNLOAD_TIMEOUT", 180)
	e.DownloadTimeout = time.Duration(seconds) * time.Second
	e.invalid = errors.Join(threads, timeout)
}

// Check reports the variables whose value stock refuses. It is asked before a
// download or unpacking and not when reading: a bad timeout must not stop rustc.
func (e *Env) Check() error { return e.invalid }

// InstallsAutomatically tells whether a toolchain that is needed and missing is
// installed without asking: the environment decides, else the settings.
func (e *Env) InstallsAutomatically(s *Settings) bool {
	if e.AutoInstall != "" {
		return e.AutoInstall == AutoInstallEnable
	}
	return s.AutoInstall != AutoInstallDisable
}

// UpdatesItself is what update does about the program itself, and whether check
// speaks of it: the environment decides, else the settings.
func (e *Env) UpdatesItself(s *Settings) SelfUpdate {
	switch {
	case e.NoSelfUpdate:
		return SelfUpdateDisable
	case s.AutoSelfUpdate == "":
		return SelfUpdateEnable
	}
	return s.AutoSelfUpdate
}

// vars reads variables as types.
type vars struct{ lookup Lookup }

func (v vars) text(name string) string {
	s, _ := v.lookup(name)
	return s
}

func (v vars) given(name string) bool { return v.text(name) != "" }

func (v vars) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(v.text(name)); err == nil && n >= 0 {
		return n
	}
	return otherwise
}

func (v vars) positive(name string, otherwise int) (int, error) {
	s := v.text(name)
	if s == "" {
		return otherwise, nil
	}
	if n, err := strconv.ParseInt(s, 10, 32); err == nil && n > 0 {
		return int(n), nil
	}
	return otherwise, errors.New("invalid value '" + s + "' in " + name + ", expected a natural number greater than zero; correct it or unset it")
}

func (v vars) autoInstall() AutoInstall {
	switch v.text("RUSTUP_AUTO_INSTALL") {
	case "":
		return ""
	case "0":
		return AutoInstallDisable
	}
	return AutoInstallEnable
}

func (v vars) distServer() string {
	if s := v.text("RUSTUP_DIST_SERVER"); s != "" {
		return s
	}
	return strings.TrimSuffix(v.text("RUSTUP_DIST_ROOT"), "/dist")
}
