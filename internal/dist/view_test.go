package dist

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const linux = "x86_64-unknown-linux-gnu"

// minimal is a nightly of testdata with the minimal profile.
func minimal(t *testing.T) *View {
	t.Helper()
	config, err := ParseConfig(readFile(t, "testdata/config/install-minimal.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return &View{
		Toolchain: "nightly-" + linux,
		Channel:   "nightly",
		Host:      linux,
		Manifest:  parseFile(t, "testdata/manifest/rich.toml"),
		Config:    config,
	}
}

func listed(t *testing.T, list []Status, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range list {
		switch {
		case s.Available && s.Installed:
			names = append(names, s.Name+" (installed)")
		case s.Available:
			names = append(names, s.Name)
		}
	}
	return names
}

// The lists are what rustup 1.29.0 prints.
func TestLists(t *testing.T) {
	v := minimal(t)
	components, err := v.Components()
	want := []string{
		"cargo-x86_64-unknown-linux-gnu (installed)",
		"clippy-x86_64-unknown-linux-gnu",
		"rust-docs-x86_64-unknown-linux-gnu",
		"rust-src",
		"rust-std-wasm32-wasip1",
		"rust-std-x86_64-unknown-linux-gnu (installed)",
		"rustc-x86_64-unknown-linux-gnu (installed)",
	}
	if got := listed(t, components, err); !slices.Equal(got, want) {
		t.Errorf("components: got %q", got)
	}
	targets, err := v.Targets()
	want = []string{"wasm32-wasip1", "x86_64-unknown-linux-gnu (installed)"}
	if got := listed(t, targets, err); !slices.Equal(got, want) {
		t.Errorf("targets: got %q", got)
	}
}

// A manifest that lost the toolchain's host must not bring a list down.
func TestListsWithoutHost(t *testing.T) {
	v := minimal(t)
	v.Host = "i586-unknown-linux-gnu"
	var noHost *NoHostError
	if _, err := v.Components(); !errors.As(err, &noHost) {
		t.Errorf("got %v", err)
	}
	v.Manifest = &Manifest{}
	if _, err := v.Targets(); !errors.Is(err, errNoRust) {
		t.Errorf("got %v", err)
	}
}

// The first lines are what rustup 1.29.0 says to `component add` and `component remove`.
func TestFindComponents(t *testing.T) {
	const toolchain = "toolchain 'nightly-x86_64-unknown-linux-gnu' "
	const forHost = " for target 'x86_64-unknown-linux-gnu'"
	for _, test := range []struct{ verb, name, target, want string }{
		{"add", "clippy", "", "clippy-preview-" + linux},
		{"add", "clippy-preview", "", "clippy-preview-" + linux},
		{"add", "clippy-" + linux, "", "clippy-preview-" + linux},
		{"add", "clippy-preview-" + linux, "", "clippy-preview-" + linux},
		{"add", "rust-src", "", "rust-src"},
		{"add", "rust-src", "wasm32-wasip1", "rust-src"},
		{"add", "rust-std", "wasm32-wasip1", "rust-std-wasm32-wasip1"},
		{"add", "rust-std-wasm32-wasip1", "", "rust-std-wasm32-wasip1"},
		{"add", "rls", "", "rls-preview-" + linux},
		{"add", "clipy", "", toolchain + "does not contain component 'clipy'" + forHost + "; did you mean 'clippy'?"},
		{"add", "foo", "", toolchain + "does not contain component 'foo'" + forHost + "; did you mean 'rls'?"},
		{"add", "rust-src-" + linux, "", toolchain + "does not contain component 'rust-src-x86_64-unknown-linux-gnu'" + forHost},
		{"add", "rust-std", "wasm32-wasip2", toolchain + "has no prebuilt artifacts available for target 'wasm32-wasip2'"},
		{"add", "rust-std", "i686-pc-windows-gnu", toolchain + "has no prebuilt artifacts available for target 'i686-pc-windows-gnu'"},
		{"add", "rust-std", "wasm32-wasip12", toolchain + "does not support target 'wasm32-wasip12'; did you mean 'wasm32-wasip1'?"},
		{"add", "rust-std", "bogus", toolchain + "does not support target 'bogus'"},
		{"remove", "rustc", "", "rustc-" + linux},
		{"remove", "rust-doc", "", toolchain + "does not contain component 'rust-doc'" + forHost + "; did you mean 'rust-std'?"},
		{"remove", "rls", "", toolchain + "does not contain component 'rls'" + forHost + "; did you mean 'rustc'?"},
		{"remove", "rust-analyzer", "", toolchain + "does not contain component 'rust-analyzer'" + forHost},
		{"remove", "cargo", "wasm32-wasip2", toolchain + "does not have target 'wasm32-wasip2' installed"},
	} {
		v := minimal(t)
		c, err := v.Find(test.name, test.target)
		if err != nil {
			t.Fatal(err)
		}
		resolve := v.Added
		if test.verb == "remove" {
			resolve = v.Removed
		}
		c, err = resolve(c)
		got := c.Name()
		if err != nil {
			got, _, _ = strings.Cut(err.Error(), "\n")
		}
		if got != test.want {
			t.Errorf("%s %s --target %q\ngot  %s\nwant %s", test.verb, test.name, test.target, got, test.want)
		}
	}
}

func TestFindRemovedTarget(t *testing.T) {
	v := minimal(t)
	v.Config.Components = append(v.Config.Components, Std("wasm32-wasip1"), Component{Pkg: "rust-src"})
	_, err := v.Removed(Std("wasm32-wasip3"))
	var missing *TargetNotInstalledError
	if !errors.As(err, &missing) || missing.Suggestion != "wasm32-wasip1" {
		t.Errorf("got %v", err)
	}
	c, err := v.Removed(Component{Pkg: "rust-src", Target: linux})
	if err != nil || c.Name() != "rust-src" {
		t.Errorf("got %v, %v", c, err)
	}
	v.Config = nil
	if _, err = v.Removed(Std(linux)); !errors.As(err, &missing) || missing.Suggestion != "" {
		t.Errorf("nothing installed: got %v", err)
	}
}

// Advice must name the next step; these are read by people and compared with nothing.
func TestAdvice(t *testing.T) {
	v := minimal(t)
	m := v.Manifest
	lacking := UnavailableError{"nightly", []Component{{Pkg: "rls-preview", Target: linux}}, m}
	stable, version := lacking, lacking
	stable.Toolchain, version.Toolchain = "stable", "1.99.0"
	for _, err := range []error{
		&lacking, lacking.Release(), stable.Release(), version.Release(),
		v.unknown(Std("bogus"), ""),
		&UnavailableTargetError{v.Toolchain, "t"}, &UnknownTargetError{v.Toolchain, "t", ""}, &TargetNotInstalledError{v.Toolchain, "t", ""},
		&NoHostError{"t"}, &NoProfileError{Complete},
		&ObsoleteError{"1.0.0"}, &NoReleaseError{Channel: "nightly-2026-01-02"}, &NoReleaseError{Channel: "stable"}, &NoReleaseError{"1.999.0-" + linux, true},
	} {
		first, rest, _ := strings.Cut(err.Error(), "\n")
		if !strings.Contains(rest, "help: ") || strings.HasSuffix(err.Error(), ".") || strings.HasSuffix(first, ".") || strings.Contains(err.Error(), "%!") {
			t.Errorf("%T: %s", err, err)
		}
	}
}

func TestNames(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	for _, test := range []struct {
		c                                Component
		name, short, display, describing string
	}{
		{Component{Pkg: "clippy-preview", Target: "t"}, "clippy-preview-t", "clippy", "clippy-t", "'clippy' for target 't'"},
		{Component{Pkg: "rustc", Target: "t"}, "rustc-t", "rustc", "rustc-t", "'rustc' for target 't'"},
		{Component{Pkg: "rust-src"}, "rust-src", "rust-src", "rust-src", "'rust-src'"},
	} {
		got := []string{test.c.Name(), m.ShortName(test.c), m.DisplayName(test.c), m.Describe(test.c)}
		if want := []string{test.name, test.short, test.display, test.describing}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	// rustup shows this package by the last of its ten names.
	if got := parseFile(t, "testdata/manifest/spelled.toml").ShortName(Component{Pkg: "rustc"}); got != "é" {
		t.Errorf("got %q", got)
	}
}

func TestSorted(t *testing.T) {
	got := Sorted([]Component{{"b", "t", true}, {"b", "", false}, {"a", "u", false}, {"b", "t", false}, {"a", "t", false}})
	want := []Component{{"a", "t", false}, {"a", "u", false}, {"b", "", false}, {"b", "t", true}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestProfiles(t *testing.T) {
	rich, bare := parseFile(t, "testdata/manifest/rich.toml"), parseFile(t, "testdata/manifest/bare.toml")
	for _, test := range []struct {
		m       *Manifest
		profile Profile
		host    string
		want    string
	}{
		{rich, Minimal, linux, "rustc cargo rust-std"},
		{rich, Default, linux, "rustc cargo rust-std rust-docs clippy-preview"},
		{rich, Complete, linux, "rustc cargo rust-std rust-docs clippy-preview rust-src"},
		{rich, Minimal, "i686-pc-windows-gnu", "cargo rust-mingw"},
		{bare, Complete, linux, "rustc rust-std"},
	} {
		list, err := test.m.ProfileComponents(test.profile, test.host)
		var names []string
		for _, c := range list {
			names = append(names, c.Pkg)
			if c.IsExtension || (c.Target != test.host && c.Pkg != "rust-src") {
				t.Errorf("%s: %v", test.profile, c)
			}
		}
		if got := strings.Join(names, " "); err != nil || got != test.want {
			t.Errorf("%s for %s: got %s, %v, want %s", test.profile, test.host, got, err, test.want)
		}
	}
	var noHost *NoHostError
	if _, err := rich.ProfileComponents(Minimal, "nowhere"); !errors.As(err, &noHost) {
		t.Errorf("got %v", err)
	}
	var noProfile *NoProfileError
	if _, err := parseFile(t, "testdata/manifest/spelled.toml").ProfileComponents(Complete, linux); !errors.As(err, &noProfile) {
		t.Errorf("got %v", err)
	}
}

func TestParseProfile(t *testing.T) {
	for name, want := range map[string]Profile{"minimal": Minimal, "m": Minimal, "default": Default, "d": Default, "": Default, "complete": Complete, "c": Complete} {
		if got, err := ParseProfile(name); err != nil || got != want {
			t.Errorf("%q: got %s, %v", name, got, err)
		}
	}
	if _, err := ParseProfile("huge"); err == nil || !strings.Contains(err.Error(), "unknown profile name: 'huge'; valid profile names are: minimal, default, complete") {
		t.Errorf("got %v", err)
	}
}
