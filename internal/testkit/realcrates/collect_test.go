package realcrates

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListsAreInOrder(t *testing.T) {
	for name, list := range map[string][]Crate{"crates": List(), "projects": Projects()} {
		if len(list) < 7 || !slices.IsSortedFunc(list, func(a, b Crate) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("%s: %d crates, expected more, by name", name, len(list))
		}
		for _, c := range list {
			if c.Name == "" || !strings.Contains(c.Version, ".") {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
	if len(List()) < 250 {
		t.Errorf("%d crates", len(List()))
	}
}

// public is a registry that stands in for the public one. left and right cannot be together, and user needs extra only where tie is not.
func public(t *testing.T) *registryserver.Server {
	t.Helper()
	base := cratekit.New("base", "1.0.0")
	sum, err := base.Digest()
	if err != nil {
		t.Fatal(err)
	}
	// A lock as it is published, with what is not the newest any more.
	program := cratekit.New("program", "1.0.0", "base 1")
	program.Files = map[string]string{"Cargo.lock": fmt.Sprintf(`version = 4

[[package]]
name = "base"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = %q

[[package]]
name = "program"
version = "1.0.0"
dependencies = [
 "base",
]
`, sum)}
	left, right := cratekit.New("left", "1.0.0", "base <1.5"), cratekit.New("right", "1.0.0")
	left.Links, right.Links = "z", "z"
	return registryserver.Run(t, registryserver.Options{}, program, left, right,
		base, cratekit.New("base", "1.6.0", "extra"), cratekit.New("extra", "1.0.0"),
		cratekit.New("user", "1.0.0", "base 1"), cratekit.New("tie", "1.0.0", "base =1.0.0"))
}

func TestCollect(t *testing.T) {
	registry, cargo, out := public(t), stock.NewCargo(t), t.TempDir()
	c := Collector{
		Cargo: cargo.Path(), Out: out, Log: t.Output(), Projects: []Crate{{"program", "1.0.0"}},
		Crates: []Crate{{"left", "1.0.0"}, {"right", "1.0.0"}, {"tie", "1.0.0"}, {"user", "1.0.0"}},
	}
	for name, value := range map[string]string{"PATH": filepath.Dir(cargo.Path()) + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME": cargo.Home} {
		t.Setenv(name, value)
	}
	if err := os.MkdirAll(c.home(), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.home(), "config.toml"), []byte(registry.Replace()), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"projects/program-1.0.0/Cargo.lock", "mirror/program-1.0.0.crate", "mirror/base-1.0.0.crate", "mirror/index/us/er/user", "mirror/index/ex/tr/extra",
	} {
		if _, err := os.Stat(filepath.Join(out, file)); err != nil {
			t.Error(err)
		}
	}
	before := registry.Requests("/api/*")
	if err := c.Run(t.Context()); err != nil || registry.Requests("/api/*") != before {
		t.Errorf("again: %v, and %d more downloads", err, registry.Requests("/api/*")-before)
	}
	c.Crates = append(c.Crates, Crate{"nowhere", "1.0.0"})
	if err := c.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a crate that does not exist: %v", err)
	}
}

// TestCollectFromThePublicRegistry is for a CI that may reach it. The one crate needs no other, and its archive has a Cargo.lock.
func TestCollectFromThePublicRegistry(t *testing.T) {
	if os.Getenv("BERTH_TEST_PUBLIC_REGISTRY") == "" {
		return
	}
	cargo := stock.NewCargo(t)
	t.Setenv("PATH", filepath.Dir(cargo.Path())+string(os.PathListSeparator)+os.Getenv("PATH"))
	tiny := Crate{"autocfg", "1.5.0"}
	c := Collector{Cargo: cargo.Path(), Out: t.TempDir(), Log: t.Output(), Crates: []Crate{tiny}, Projects: []Crate{tiny}}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"projects/autocfg-1.5.0/Cargo.lock", "mirror/autocfg-1.5.0.crate", "mirror/index/au/to/autocfg"} {
		if _, err := os.Stat(filepath.Join(c.Out, file)); err != nil {
			t.Error(err)
		}
	}
}
