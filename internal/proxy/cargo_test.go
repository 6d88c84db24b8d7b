package proxy

import "testing"

func TestHasKey(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                    false,
		"rustc = 'x'":                         true,
		"[build]\nrustc=\"x\"":                true,
		"build.rustc = 'x'":                   true,
		"build = { rustc = 'x' }":             true,
		"build = {jobs=1,rustc = 'x' }":       true,
		"\"rustc\" = 'x'":                     true,
		"'rustc'\t=\t'x'":                     true,
		"rustc-wrapper = 'x'":                 false,
		"rustc-workspace-wrapper = 'x'":       false,
		"my-rustc = 'x'":                      false,
		"rustcflags = []":                     false,
		"jobs = 1 # rustc is elsewhere":       false,
		"rustc-wrapper = 'x'\nrustc = 'y'\n":  true,
		"[target.x]\nlinker = 'rustc'\n[env]": false,
	} {
		if got := hasKey([]byte(text), "rustc"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestComponentsOfTools(t *testing.T) {
	for _, tool := range Tools() {
		if componentOf(tool) == "" && tool != "rust-analyzer" {
			t.Errorf("no component for %s", tool)
		}
	}
	if IsTool("rustup") || !IsTool("cargo-fmt") || len(Tools()) != 13 {
		t.Errorf("%v", Tools())
	}
}
