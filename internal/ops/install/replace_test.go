package install_test

import (
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/installed"
	"berth/internal/ops/install"
	"berth/internal/semver"
)

// TestReplacedNamesTheRegistry: what was installed from the same registry is shown with the name that the registry has now.
func TestReplacedNamesTheRegistry(t *testing.T) {
	id := func(address, name, version string) crate.PackageID {
		source, err := crate.RegistrySource(address, name)
		if err != nil {
			t.Fatal(err)
		}
		v, err := semver.Parse(version)
		if err != nil {
			t.Fatal(err)
		}
		return crate.PackageID{Name: "tool", Version: v, Source: source}
	}
	taken := install.Taken{
		"a": &installed.Package{ID: id("sparse+http://127.0.0.1:1/", "", "1.0.0")},
		"b": &installed.Package{ID: id("sparse+http://127.0.0.1:2/", "", "1.0.0")},
	}
	var said []string
	for _, line := range taken.Lines(id("sparse+http://127.0.0.1:1/", "mine", "2.0.0"), []string{"a", "b"}) {
		said = append(said, line[1])
	}
	text := strings.Join(said, "\n")
	if !strings.Contains(text, "`tool v1.0.0 (registry `mine`)` with") || !strings.Contains(text, "`tool v1.0.0 (registry `sparse+http://127.0.0.1:2/`)` with") {
		t.Errorf("said\n%s", text)
	}
}
