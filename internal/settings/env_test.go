package settings

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func env(pairs ...string) Lookup {
	return (&stock{env: pairs}).lookup(nil)
}

func TestEnvWithNothingSet(t *testing.T) {
	for name, lookup := range map[string]Lookup{
		"unset": env("HOME=/h", "USERPROFILE=/h"),
		// An empty value is no value, whatever the variable.
		"empty": func(name string) (string, bool) {
			if name == "HOME" || name == "USERPROFILE" {
				return "/h", true
			}
			return "", true
		},
	} {
		got, err := FromEnviron(lookup, "/cwd")
		want := &Env{
			RustupHome: under("/h", ".rustup"), CargoHome: under("/h", ".cargo"), Fallback: fallbackFile(""),
			MaxRetries: 3, BacktrackLimit: 21, DownloadTimeout: 180 * time.Second,
		}
		if err != nil || got.Check() != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v, %v", name, got, err, got.Check())
		}
	}
}

func TestEnvWithEverythingSet(t *testing.T) {
	got, err := FromEnviron(env(
		"RUSTUP_HOME=/r", "CARGO_HOME=/c", "RUSTUP_TOOLCHAIN=nightly", "RUSTUP_OVERRIDE_HOST_TRIPLE=a-b-c",
		"RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=/f", "RUST_RECURSION_COUNT=7", "RUSTUP_AUTO_INSTALL=0",
		"RUSTUP_DIST_SERVER=file:///d", "RUSTUP_DIST_ROOT=file:///old/dist",
		"RUSTUP_STAGED_MANIFEST=1", "RUSTUP_CONCURRENT_DOWNLOADS=4", "RUSTUP_DOWNLOAD_TIMEOUT=5", "RUSTUP_MAX_RETRIES=0",
		"RUSTUP_BACKTRACK_LIMIT=-3", "RUSTUP_IO_THREADS=2", "RUSTUP_LOG=debug", "RUSTUP_HARDLINK_PROXIES=1", "CI=false",
	), "/cwd")
	want := &Env{
		RustupHome: "/r", CargoHome: "/c", Toolchain: "nightly", HostOverride: "a-b-c", Fallback: fallbackFile("/f"), Recursion: 7,
		AutoInstall: AutoInstallDisable, DistServer: "file:///d", StagedManifest: true, NoSelfUpdate: true,
		ConcurrentDownloads: 4, DownloadTimeout: 5 * time.Second, MaxRetries: 0, BacktrackLimit: 1,
		Log: "debug", HardlinkProxy: true,
	}
	if err != nil || got.Check() != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, %v", got, err, got.Check())
	}
}

func TestEnvOddValues(t *testing.T) {
	get := func(pairs ...string) *Env {
		t.Helper()
		e, err := FromEnviron(env(append(pairs, "HOME=/h", "USERPROFILE=/h")...), "/cwd")
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	if e := get("RUSTUP_DIST_ROOT=file:///old/dist"); e.DistServer != "file:///old" {
		t.Error(e.DistServer)
	}
	if e := get("RUSTUP_MAX_RETRIES=many", "RUSTUP_CONCURRENT_DOWNLOADS=-1"); e.MaxRetries != 3 || e.ConcurrentDownloads != 0 {
		t.Errorf("%+v", e)
	}
	for _, bad := range []string{"RUSTUP_IO_THREADS=0", "RUSTUP_DOWNLOAD_TIMEOUT=soon", "RUSTUP_DOWNLOAD_TIMEOUT=-1"} {
		name, value, _ := strings.Cut(bad, "=")
		if err := get(bad).Check(); err == nil || !strings.Contains(err.Error(), "'"+value+"' in "+name) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for value, want := range map[string][2]bool{"": {true, false}, "0": {false, false}, "1": {true, true}, "no": {true, true}} {
		e := get("RUSTUP_AUTO_INSTALL=" + value)
		got := [2]bool{e.InstallsAutomatically(&Settings{}), e.InstallsAutomatically(&Settings{AutoInstall: AutoInstallDisable})}
		if got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}

func TestUpdatesItself(t *testing.T) {
	for _, test := range []struct {
		vars []string
		set  SelfUpdate
		want SelfUpdate
	}{
		{nil, "", SelfUpdateEnable},
		{nil, SelfUpdateCheckOnly, SelfUpdateCheckOnly},
		{[]string{"CI=true"}, SelfUpdateCheckOnly, SelfUpdateDisable},
		{[]string{"CI=false"}, "", SelfUpdateDisable},
		{[]string{"CI="}, "", SelfUpdateEnable},
		{[]string{"CI=true", "RUSTUP_CI=1"}, "", SelfUpdateEnable},
		{[]string{"CI=true", "RUSTUP_CI="}, "", SelfUpdateDisable},
	} {
		e, err := FromEnviron(env(append(test.vars, "HOME=/h", "USERPROFILE=/h")...), "/cwd")
		if err != nil {
			t.Fatal(err)
		}
		if got := e.UpdatesItself(&Settings{AutoSelfUpdate: test.set}); got != test.want {
			t.Errorf("%v, %q: %s", test.vars, test.set, got)
		}
	}
}

func TestHomesAreStocks(t *testing.T) {
	s := newStock(t)
	dir := filepath.Dir(s.home)
	for name, vars := range map[string][]string{
		"given":       {"RUSTUP_HOME=" + dir + "/given"},
		"relative":    {"RUSTUP_HOME=./some/../where"},
		"below HOME":  {"RUSTUP_HOME=", "HOME=" + dir},
		"HOME, slash": {"RUSTUP_HOME=", "HOME=" + dir + "/"},
	} {
		e, err := FromEnviron(s.lookup(vars), dir)
		if err != nil {
			t.Fatal(err)
		}
		stdout, stderr, err := s.run(dir, vars, "show", "home")
		if err != nil || stdout != e.RustupHome+"\n" {
			t.Errorf("%s: stock says %s%s, we say %s", name, stdout, stderr, e.RustupHome)
		}
	}
}

// TestHomeBehindALink: ".." leads out of where a link leads, as the system has it.
func TestHomeBehindALink(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(parts ...string) string {
		return strings.Join(append([]string{dir}, parts...), string(filepath.Separator))
	}
	if err := os.MkdirAll(at("far", "away"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("far", "away"), at("link")); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		at("link", "..", "home"):       at("far", "home"),
		at("link", "..", "..", "a..b"): at("a..b"),
		at("far", "..", "home"):        at("far", "..", "home"),
		at("none", "..", "home"):       at("none", "..", "home"),
		at("link", "home", ""):         at("link", "home", ""),
		at("link", ".."):               at("far"),
	} {
		e, err := FromEnviron(env([]string{"RUSTUP_HOME=" + given, "CARGO_HOME=" + given}...), dir)
		if err != nil || e.RustupHome != want || e.CargoHome != want {
			t.Errorf("%s: %s, %s (%v), expected %s", given, e.RustupHome, e.CargoHome, err, want)
		}
	}
}

func TestWorkingDirIsTheRealOne(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("a", "b"), link); err != nil {
		t.Fatal(err)
	}
	t.Chdir(link) // sets PWD too
	if got, err := WorkingDir(); err != nil || got != filepath.Join(dir, "a", "b") {
		t.Error(got, err)
	}
}
