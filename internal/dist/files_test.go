package dist

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestConfigAsRustup(t *testing.T) {
	for _, name := range []string{"add-more", "add-two", "after-update", "install-default-with", "install-minimal", "remove-all"} {
		doc := readFile(t, "testdata/config/"+name+".toml")
		config, err := ParseConfig(doc)
		if err != nil {
			t.Fatal(err)
		}
		sameBytes(t, config.Marshal(), doc)
	}
	for _, file := range installedFiles(t, ConfigFile) {
		doc := readFile(t, file)
		config, err := ParseConfig(doc)
		if err != nil {
			t.Fatal(err)
		}
		sameBytes(t, config.Marshal(), doc)
	}
}

func TestConfigContent(t *testing.T) {
	config, err := ParseConfig(readFile(t, "testdata/config/add-more.toml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Component{{"rust-std", "wasm32-wasip1", true}, {"rust-src", "", true}}
	if got := config.Components[:2]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if !config.Has(Component{Pkg: "rust-src"}) || config.Has(Component{Pkg: "rust-src", Target: linux}) || (*Config)(nil).Has(Component{}) {
		t.Error("Has is wrong")
	}
	inline, err := ParseConfig([]byte("components = [{ target = '*', pkg = 'a' }]\nconfig_version = '1'"))
	if err != nil || !reflect.DeepEqual(inline.Components, []Component{{Pkg: "a"}}) {
		t.Errorf("got %v, %v", inline, err)
	}
}

func TestParseConfigErrors(t *testing.T) {
	for doc, want := range map[string]string{
		"":                     `line 1, column 1: expected config_version = "1", found none`,
		"config_version = '2'": `line 1, column 18: configuration version "2" is not supported, expected "1"`,
		"config_version = '1'": "line 1, column 21: expected components, found none",
		"[config_version]":     `"config_version": expected a string, got a table`,
		"[[config_version]]":   `"config_version": expected a string, got an array of tables`,
		"[components]":         `"components": expected an array of tables, got a table`,
		"components = 1":       "line 1, column 14: expected an array of tables, got a number",
		"config_version = '1'\n[[components]]\npkg = 'a'":                "line 2, column 3: component a: expected target",
		"config_version = '1'\n[[components]]\npkg = '..'":               "line 3, column 1: package: expected a name",
		"config_version = '1'\ncomponents = []\n[[components]]":          `line 3, column 3: "components" is defined twice`,
		"config_version = '1'\ncomponents = []\ncomponents = []":         `line 3, column 1: "components" is defined twice`,
		"config_version = '1'\n[[components]]\n[components.pkg]\na = ''": `"components": expected an array of tables, got a table`,
	} {
		_, err := ParseConfig([]byte(doc))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "toolchain configuration: ") {
			t.Errorf("%q: got %v, want %s", doc, err, want)
		}
	}
}

func TestComponents(t *testing.T) {
	const doc = "rustc-x86_64-unknown-linux-gnu\nrust-src\nrust-std-thumbv8m.main-none-eabi\n"
	names, err := ParseComponents([]byte(doc))
	if err != nil || len(names) != 3 || string(MarshalComponents(names)) != doc {
		t.Errorf("got %q, %v", names, err)
	}
	if got := CustomTargets(names); !slices.Equal(got, []string{"thumbv8m.main-none-eabi"}) {
		t.Errorf("targets: got %q", got)
	}
	if names, err := ParseComponents(nil); err != nil || names != nil {
		t.Errorf("got %q, %v", names, err)
	}
	for _, doc := range []string{"a\n\nb\n", "../a", "a/b", `a\b`, strings.Repeat("a", maxConfig+1)} {
		if _, err := ParseComponents([]byte(doc)); err == nil || !strings.HasPrefix(err.Error(), "components file: ") {
			t.Errorf("%.20q: got %v", doc, err)
		}
	}
}

func TestCheckInstallerVersion(t *testing.T) {
	for _, ok := range []string{"3", "3\n"} {
		if err := CheckInstallerVersion([]byte(ok)); err != nil {
			t.Error(err)
		}
	}
	if err := CheckInstallerVersion([]byte("4\n")); err == nil || !strings.Contains(err.Error(), "unsupported metadata version in existing installation: \"4\"") {
		t.Errorf("got %v", err)
	}
}

func TestUpdateHash(t *testing.T) {
	for _, doc := range []string{hash, hash + "\n", hash + "  channel-rust-stable.toml\n", hash + "0"} {
		if got, err := ParseChecksum([]byte(doc)); err != nil || got != hash {
			t.Errorf("%q: got %q, %v", doc, got, err)
		}
	}
	for _, doc := range []string{"", hash[1:], "<html>" + hash, strings.ToUpper(hash)} {
		if got, err := ParseChecksum([]byte(doc)); err == nil || got != "" {
			t.Errorf("%q: got %q", doc, got)
		}
	}
	if got := UpdateHash(hash); got != "0123456789abcdef0123" {
		t.Errorf("got %q", got)
	}
	for stored, want := range map[string]bool{
		"0123456789abcdef0123": true, "0123456789abcdef0123\n": false, "0123456789abcdef012": false, "": false, hash: false,
	} {
		if got := UpToDate([]byte(stored), hash); got != want {
			t.Errorf("%q: got %v", stored, got)
		}
	}
	if UpToDate(nil, "") {
		t.Error("no hash stands for no manifest")
	}
}
