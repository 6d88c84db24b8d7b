package dist

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func names(list []Component) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Name())
	}
	return strings.Join(all, " ")
}

func plan(t *testing.T, c Change) *Plan {
	t.Helper()
	p, err := c.Plan()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each step is a command that rustup 1.29.0 was given in turn; testdata/config holds the record that it left.
func TestPlanLeavesTheRecordThatRustupLeaves(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	base := Change{Toolchain: "nightly", Host: linux, New: m}
	requested := func(profile Profile, components, targets string) []Component {
		list, err := m.Requested(profile, linux, strings.Fields(components), strings.Fields(targets))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	resolve := func(config *Config, words string, with func(*View, Component) (Component, error)) (list []Component) {
		v := &View{Host: linux, Manifest: m, Config: config}
		for _, word := range strings.Fields(words) {
			c, err := v.Find(word, "")
			if err == nil {
				c, err = with(v, c)
			}
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, c)
		}
		return list
	}
	add := func(c *Change, words string) { c.Add = Successive(c.Config, resolve(c.Config, words, (*View).Added)) }
	remove := func(c *Change, words string) { c.Remove = resolve(c.Config, words, (*View).Removed) }
	for _, step := range []struct {
		name   string
		change func(c *Change)
	}{
		{"install-minimal", func(c *Change) { c.Old, c.Add = nil, requested(Minimal, "", "") }},
		{"add-two", func(c *Change) { add(c, "clippy rust-docs") }},
		{"add-more", func(c *Change) { add(c, "rust-src rustc rust-std-wasm32-wasip1") }},
		{"remove-two", func(c *Change) { remove(c, "clippy rust-std-wasm32-wasip1") }},
		{"install-with-existing", func(c *Change) { c.Add = requested("", "clippy cargo", "wasm32-wasip1") }},
		{"remove-all", func(c *Change) {
			remove(c, "clippy rust-docs rust-src cargo rustc rust-std rust-std-wasm32-wasip1")
		}},
		{"install-default-with", func(c *Change) {
			c.Old, c.Config, c.Add = nil, nil, requested(Default, "clippy rust-src", "wasm32-wasip1")
		}},
	} {
		t.Run(step.name, func(t *testing.T) {
			c := base
			c.Old = m
			step.change(&c)
			p := plan(t, c)
			record := &Config{Components: p.Components}
			sameBytes(t, record.Marshal(), readFile(t, "testdata/config/"+step.name+".toml"))
			base.Config = record
		})
	}
}

func TestPlanUpdateKeepsTheOrder(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	newer, err := ParseManifest([]byte(strings.ReplaceAll(string(readFile(t, "testdata/manifest/rich.toml")), "(0123456789", "(9123456789")))
	if err != nil {
		t.Fatal(err)
	}
	config, err := ParseConfig(readFile(t, "testdata/config/before-update.toml"))
	if err != nil {
		t.Fatal(err)
	}
	c := Change{Toolchain: "nightly", Host: linux, Old: m, New: newer, Config: config}
	p := plan(t, c)
	sameBytes(t, (&Config{p.Components}).Marshal(), readFile(t, "testdata/config/after-update.toml"))
	if len(p.Install) != len(config.Components) || names(p.Uninstall) != names(config.Components) {
		t.Errorf("a new manifest replaces everything: got %d in, %d out", len(p.Install), len(p.Uninstall))
	}
	for i, d := range p.Install {
		if !d.Component.Equal(p.Components[i]) || checkHash(d.Hash) != nil {
			t.Errorf("download %d: %v", i, d)
		}
	}

	c.Old = newer
	c.Add = []Component{{Pkg: "rust-docs", Target: linux}}
	if p = plan(t, c); !p.Nothing() || names(p.UpToDate) != "rust-docs-"+linux {
		t.Errorf("what is there is up to date: got %+v", p)
	}
}

func TestPlanDifference(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	config := &Config{[]Component{{Pkg: "rustc", Target: linux}, {Pkg: "cargo", Target: linux}}}
	p := plan(t, Change{
		Toolchain: "nightly", Host: linux, Old: m, New: m, Config: config,
		Add:    []Component{{Pkg: "rust-src"}, {Pkg: "rustc", Target: linux}},
		Remove: []Component{{Pkg: "cargo", Target: linux}},
	})
	if names(p.Components) != "rust-src rustc-"+linux || names(p.Uninstall) != "cargo-"+linux || names(p.UpToDate) != "rustc-"+linux {
		t.Errorf("got %+v", p)
	}
	if len(p.Install) != 1 || p.Install[0].Format != XZ || p.Install[0].Name() != "rust-src" {
		t.Errorf("got %+v", p.Install)
	}
}

func TestPlanRenamesAndOldRecords(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	config := &Config{[]Component{
		{Pkg: "clippy", Target: linux}, {Pkg: "rust-src", Target: linux}, {Pkg: "clippy-preview", Target: linux}, {Pkg: "rust-src"},
	}}
	p := plan(t, Change{Toolchain: "nightly", Host: linux, New: m, Config: config})
	if got, want := names(p.Components), "clippy-preview-"+linux+" rust-src"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if names(p.Uninstall) != names(config.Components) {
		t.Errorf("out: got %s", names(p.Uninstall))
	}
}

func TestPlanFromVersion1(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	p := plan(t, Change{Toolchain: "nightly", Host: linux, New: m, V1: true})
	want, err := m.ProfileComponents(Default, linux)
	if err != nil || names(p.Components) != names(want) {
		t.Errorf("got %s, %v", names(p.Components), err)
	}
}

// The sentences, the order and the kinds of the missing are rustup's.
func TestPlanUnavailable(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	config, err := ParseConfig(readFile(t, "testdata/config/install-minimal.toml"))
	if err != nil {
		t.Fatal(err)
	}
	add, err := m.Requested("", linux, []string{"rls", "nope"}, []string{"bogus"})
	if err != nil {
		t.Fatal(err)
	}
	c := Change{Toolchain: "nightly", Host: linux, Old: m, New: m, Config: config, Add: add}
	_, err = c.Plan()
	var unavailable *UnavailableError
	if !errors.As(err, &unavailable) {
		t.Fatalf("got %v", err)
	}
	missing := unavailable.Release()
	const want = "some components are unavailable for download for channel 'nightly': 'nope' for target 'x86_64-unknown-linux-gnu', " +
		"'rls' for target 'x86_64-unknown-linux-gnu', 'rust-std' for target 'bogus'"
	for _, e := range []error{err, missing} {
		if got, _, _ := strings.Cut(e.Error(), "\n"); got != want {
			t.Errorf("%T: got %s", e, got)
		}
	}
	if got := missing.Skipped(nil, linux); got != "nope, rls, rust-std-bogus" {
		t.Errorf("got %s", got)
	}

	c.Force = true
	p := plan(t, c)
	if names(p.Skipped) != names(add) || !p.Nothing() || names(p.Components) != names(config.Components) {
		t.Errorf("forced: got %+v", p)
	}
	for _, one := range []struct{ component, want string }{
		{"rls-preview", "component 'rls' for target 'x86_64-unknown-linux-gnu' is unavailable for download for channel 'nightly'"},
	} {
		c := Change{Toolchain: "nightly", Host: linux, Old: m, New: m, Config: config, Add: []Component{{Pkg: one.component, Target: linux}}}
		_, err := c.Plan()
		if got, _, _ := strings.Cut(err.Error(), "\n"); got != one.want {
			t.Errorf("got %s", got)
		}
	}
}

// Components for one target are listed by name alone.
func TestUnavailableSameTarget(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	e := &UnavailableError{"1.99.0", []Component{{Pkg: "rls-preview", Target: linux}, {Pkg: "rust-src"}}, m}
	if got, _, _ := strings.Cut(e.Error(), "\n"); got != "some components are unavailable for download for channel '1.99.0': 'rls', 'rust-src'" {
		t.Errorf("got %s", got)
	}
}

// An update to a release that dropped a component names it; forced, the component is gone from the record for good.
func TestPlanDropped(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	gone := Component{Pkg: "rust-analysis", Target: linux}
	config := &Config{[]Component{gone, {Pkg: "rustc", Target: linux}}}
	c := Change{Toolchain: "nightly", Host: linux, New: m, Config: config}
	_, err := c.Plan()
	var unavailable *UnavailableError
	if !errors.As(err, &unavailable) || names(unavailable.Components) != gone.Name() {
		t.Fatalf("got %v", err)
	}
	c.Force = true
	p := plan(t, c)
	if names(p.Components) != "rustc-"+linux || names(p.Skipped) != gone.Name() || names(p.Uninstall) != names(config.Components) {
		t.Errorf("got %+v", p)
	}
}

func TestPlanRefuses(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	rustc := []Component{{Pkg: "rustc", Target: linux}}
	for name, test := range map[string]struct {
		change Change
		want   string
	}{
		"both":          {Change{Add: rustc, Remove: rustc, Config: &Config{rustc}}, "can't both add and remove components"},
		"not installed": {Change{Remove: rustc}, "component rustc-x86_64-unknown-linux-gnu is not installed"},
		"no host":       {Change{Host: "nowhere"}, "target 'nowhere' not found in channel"},
	} {
		test.change.New = m
		if test.change.Host == "" {
			test.change.Host = linux
		}
		if _, err := test.change.Plan(); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A plan must not change what it was made from: manifests and records are shared.
func TestPlanChangesNothing(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	before := m.Marshal()
	config := &Config{[]Component{{Pkg: "gone", Target: linux}, {Pkg: "rustc", Target: linux}, {Pkg: "cargo", Target: linux}}}
	kept := slices.Clone(config.Components)
	adds := []Component{{Pkg: "rust-src"}, {Pkg: "rls-preview", Target: linux}}
	keptAdds := slices.Clone(adds)
	for _, old := range []*Manifest{nil, m} {
		p := plan(t, Change{Host: linux, Old: old, New: m, Config: config, Add: adds, Remove: kept[2:], Force: true})
		for i := range p.Components {
			p.Components[i].Pkg = "changed"
		}
	}
	if !slices.Equal(config.Components, kept) || !slices.Equal(adds, keptAdds) || string(m.Marshal()) != string(before) {
		t.Error("the plan wrote into its input")
	}
}
