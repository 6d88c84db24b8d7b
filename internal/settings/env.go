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
	UpdateRoot     string // RUSTUP_UPDATE_ROOT
	SelfVersion    string // RUSTUP_VERSION
	StagedManifest bool   // RUSTUP_STAGED_MANIFEST
	NoSelfUpdate   bool   // CI without RUSTUP_CI: rustup leaves itself alone in a CI job, but for its own

	ConcurrentDownloads int           // RUSTUP_CONCURRENT_DOWNLOADS; 0: unset
	DownloadTimeout     time.Duration // RUSTUP_DOWNLOAD_TIMEOUT
	MaxRetries          int           // RUSTUP_MAX_RETRIES
	BacktrackLimit      int           // RUSTUP_BACKTRACK_LIMIT
	IOThreads           int           // RUSTUP_IO_THREADS; 0: unset
	UnpackRAM           int64         // RUSTUP_UNPACK_RAM; 0: unset
	PermitCopyRename    bool          // RUSTUP_PERMIT_COPY_RENAME
	UseCurl, UseRustls  Choice        // RUSTUP_USE_CURL, RUSTUP_USE_RUSTLS

	Log           string // RUSTUP_LOG
	TraceDir      string // RUSTUP_TRACE_DIR
	Backtrace     bool   // RUST_BACKTRACE or RUSTUP_BACKTRACE is 1 and RUSTUP_NO_BACKTRACE is not
	TermColor     When   // RUSTUP_TERM_COLOR
	TermProgress  When   // RUSTUP_TERM_PROGRESS_WHEN
	TermWidth     int    // RUSTUP_TERM_WIDTH; 0: ask the terminal
	HardlinkProxy bool   // RUSTUP_HARDLINK_PROXIES

	WindowsPathAddBin  string // RUSTUP_WINDOWS_PATH_ADD_BIN: 0, 1 or append
	SkipPathCheck      bool   // RUSTUP_INIT_SKIP_PATH_CHECK
	SkipSudoCheck      bool   // RUSTUP_INIT_SKIP_SUDO_CHECK
	SkipMSVCCheck      bool   // RUSTUP_INIT_SKIP_MSVC_CHECK
	SkipExistenceCheck bool   // RUSTUP_INIT_SKIP_EXISTENCE_CHECKS

	invalid error
}

// When says whether something is done for any output, none, or only for terminals.
type When uint8

// The values of When.
const (
	Auto When = iota
	Always
	Never
)

// Choice is a switch that may also be left alone.
type Choice uint8

// The values of Choice.
const (
	Unset Choice = iota
	Off
	On
)

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
		UpdateRoot:     v.text("RUSTUP_UPDATE_ROOT"),
		SelfVersion:    v.text("RUSTUP_VERSION"),
		StagedManifest: v.given("RUSTUP_STAGED_MANIFEST"),
		NoSelfUpdate:   v.given("CI") && !v.given("RUSTUP_CI"),
		Log:            v.text("RUSTUP_LOG"),
		TraceDir:       v.text("RUSTUP_TRACE_DIR"),
		TermColor:      v.when("RUSTUP_TERM_COLOR"),
		TermProgress:   v.when("RUSTUP_TERM_PROGRESS_WHEN"),
		TermWidth:      v.number("RUSTUP_TERM_WIDTH", 0),
		HardlinkProxy:  v.given("RUSTUP_HARDLINK_PROXIES"),
		Backtrace:      v.backtrace(),
	}
	e.readTransfer(v)
	e.readInstaller(v)
	return e, e.readHomes(v, cwd)
}

// readTransfer reads what steers downloads and unpacking.
func (e *Env) readTransfer(v vars) {
	e.ConcurrentDownloads = v.number("RUSTUP_CONCURRENT_DOWNLOADS", 0)
	e.MaxRetries = v.number("RUSTUP_MAX_RETRIES", 3)
	e.BacktrackLimit = 21
	if n, err := strconv.ParseInt(v.text("RUSTUP_BACKTRACK_LIMIT"), 10, 32); err == nil {
		e.BacktrackLimit = max(int(n), 1)
	}
	if n, err := strconv.ParseInt(v.text("RUSTUP_UNPACK_RAM"), 10, 64); err == nil {
		e.UnpackRAM = max(n, 0)
	}
	e.PermitCopyRename = v.given("RUSTUP_PERMIT_COPY_RENAME")
	e.UseCurl, e.UseRustls = v.choice("RUSTUP_USE_CURL"), v.choice("RUSTUP_USE_RUSTLS")

	var timeout, threads error
	e.IOThreads, threads = v.positive("RUSTUP_IO_THREADS", 0)
	seconds, timeout := v.positive("RUSTUP_DOWNLOAD_TIMEOUT", 180)
	e.DownloadTimeout = time.Duration(seconds) * time.Second
	e.invalid = errors.Join(threads, timeout)
}

func (e *Env) readInstaller(v vars) {
	e.WindowsPathAddBin = v.text("RUSTUP_WINDOWS_PATH_ADD_BIN")
	e.SkipPathCheck = v.given("RUSTUP_INIT_SKIP_PATH_CHECK")
	e.SkipSudoCheck = v.given("RUSTUP_INIT_SKIP_SUDO_CHECK")
	e.SkipMSVCCheck = v.given("RUSTUP_INIT_SKIP_MSVC_CHECK")
	e.SkipExistenceCheck = v.given("RUSTUP_INIT_SKIP_EXISTENCE_CHECKS")
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

func (v vars) when(name string) When {
	switch s := v.text(name); {
	case strings.EqualFold(s, "always"):
		return Always
	case strings.EqualFold(s, "never"):
		return Never
	}
	return Auto
}

func (v vars) choice(name string) Choice {
	switch v.text(name) {
	case "":
		return Unset
	case "0":
		return Off
	}
	return On
}

func (v vars) autoInstall() AutoInstall {
	switch v.choice("RUSTUP_AUTO_INSTALL") {
	case Off:
		return AutoInstallDisable
	case On:
		return AutoInstallEnable
	}
	return ""
}

func (v vars) distServer() string {
	if s := v.text("RUSTUP_DIST_SERVER"); s != "" {
		return s
	}
	return strings.TrimSuffix(v.text("RUSTUP_DIST_ROOT"), "/dist")
}

func (v vars) backtrace() bool {
	wanted := v.text("RUST_BACKTRACE") == "1" || v.text("RUSTUP_BACKTRACE") == "1"
	return wanted && v.text("RUSTUP_NO_BACKTRACE") != "1"
}
