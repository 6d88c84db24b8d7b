package compile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"berth/internal/buildscript"
	"berth/internal/cfgexpr"
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/rustc"
	"berth/internal/semver"
	"berth/internal/shellquote"
	"berth/internal/unit"
)

// graphOf makes a graph of lines such as "a lib b c", "m proc-macro", "x bin a": a name, types of crates, dependencies
// that come in later lines. The first line is the root.
func graphOf(t testing.TB, lto string, lines ...string) *unit.Graph {
	t.Helper()
	g := &unit.Graph{}
	byName := map[string]*unit.Unit{}
	for _, line := range slices.Backward(lines) {
		words := strings.Fields(line)
		u := newUnit(words[0], words[1])
		u.Profile.LTO = lto
		for _, name := range words[2:] {
			if byName[name] == nil {
				t.Fatalf("%s: no %s", line, name)
			}
			u.Deps = append(u.Deps, unit.Dep{Unit: byName[name], Extern: name, Linked: true})
		}
		u.Index = len(g.Units)
		byName[words[0]] = u
		g.Units = append(g.Units, u)
	}
	g.Roots = []*unit.Unit{byName[strings.Fields(lines[0])[0]]}
	return g
}

func newUnit(name, types string) *unit.Unit {
	id := crate.PackageID{Name: name, Version: semver.Version{Major: 1}, Source: crate.PathSource("/w/" + name)}
	target := &manifest.Target{Kind: manifest.Lib, CrateTypes: strings.Split(types, ","), Name: name, Path: "/w/" + name + "/src/lib.rs", Edition: manifest.Edition2021}
	switch types {
	case "bin":
		target.Kind, target.CrateTypes = manifest.Bin, nil
	case "proc-macro":
		target.ForHost, target.ProcMacro = true, true
	case "script":
		target.Kind, target.CrateTypes, target.ForHost, target.Name = manifest.CustomBuild, nil, true, "build-script-build"
	}
	pkg := &manifest.Package{Summary: &crate.Summary{ID: id}, Dir: "/w/" + name, Targets: []manifest.Target{*target}}
	return &unit.Unit{ID: id, Package: pkg, Manifest: "/w/" + name + "/Cargo.toml", Target: target, Member: true, Local: true,
		Profile: unit.Profile{Name: "dev", Root: "debug", OptLevel: "0", Debuginfo: "2", Panic: "unwind", DebugAssertions: true, OverflowChecks: true}}
}

func compilerOf(g *unit.Graph, targets ...*Target) *Compiler {
	host := &Target{Name: "x86_64-unknown-linux-gnu", Cfg: cfgexpr.NewSet(), Files: unixFiles(), Library: "/sysroot/lib"}
	s := Settings{Root: "/w", Rustc: "/bin/rustc", Rustdoc: "/bin/rustdoc", Cargo: "/bin/cargo", Targets: map[unit.Kind]*Target{unit.Host: host}, Jobs: 2}
	for _, t := range targets {
		s.Targets[unit.Kind(t.Name)] = t
	}
	return New(g, s)
}

func unixFiles() map[string]Affixes {
	return map[string]Affixes{"bin": {"", ""}, "rlib": {"lib", ".rlib"}, "dylib": {"lib", ".so"}, "cdylib": {"lib", ".so"}, "staticlib": {"lib", ".a"}, "proc-macro": {"lib", ".so"}}
}

// apart is a place for each unit, by its name.
type apart struct{}

func (apart) Dir(u *unit.Unit) string             { return "/u/" + u.ID.Name }
func (a apart) Out(u *unit.Unit) string           { return a.Dir(u) }
func (a apart) From(_, dep *unit.Unit) string     { return a.Dir(dep) }
func (apart) Incremental(*unit.Unit) string       { return "/inc" }
func (apart) Final(unit.Kind) string              { return "/t/debug" }
func (apart) Profile(unit.Kind) string            { return "/t/debug" }
func (apart) Scratch(unit.Kind) string            { return "/t/tmp" }
func (apart) Said(*unit.Unit) *buildscript.Output { return &buildscript.Output{} }

func TestLTO(t *testing.T) {
	for _, c := range []struct {
		lto   string
		lines []string
		want  string // of each unit, in the order of the lines
	}{
		{"false", []string{"x bin a", "a lib"}, "embed-bitcode=no embed-bitcode=no"},
		{"off", []string{"x bin a", "a lib"}, "lto=off,embed-bitcode=no lto=off,embed-bitcode=no"},
		{"thin", []string{"x bin a m", "a lib", "m proc-macro d", "d lib"}, "lto=thin linker-plugin-lto embed-bitcode=no embed-bitcode=no"},
		{"true", []string{"x bin a m", "a lib d", "m proc-macro d", "d lib"}, "lto linker-plugin-lto embed-bitcode=no -"},
		{"fat", []string{"x bin a", "a dylib b", "b lib"}, "lto=fat embed-bitcode=no embed-bitcode=no"},
		{"fat", []string{"x bin a", "a cdylib,rlib b", "b lib"}, "lto=fat - -"},
		{"fat", []string{"x staticlib a", "a lib"}, "lto=fat linker-plugin-lto"},
		{"fat", []string{"x lib a", "a lib"}, "linker-plugin-lto linker-plugin-lto"},
		{"fat", []string{"x dylib a", "a lib"}, "embed-bitcode=no embed-bitcode=no"},
	} {
		g := graphOf(t, c.lto, c.lines...)
		chosen := chooseLTO(g)
		var got []string
		for i := range c.lines {
			args := chosen[len(c.lines)-1-i].args()
			text := strings.Join(slices.DeleteFunc(args, func(a string) bool { return a == "-C" }), ",")
			if text == "" {
				text = "-"
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %q: %v, expected %s", c.lto, c.lines, got, c.want)
		}
	}
}

func TestAssertions(t *testing.T) {
	for _, c := range []struct {
		opt             string
		debug, overflow bool
		want            string
	}{
		{"0", true, true, ""}, {"0", true, false, "overflow-checks=off"}, {"0", false, false, "debug-assertions=off"}, {"0", false, true, "debug-assertions=off overflow-checks=on"},
		{"3", false, false, ""}, {"3", false, true, "overflow-checks=on"}, {"3", true, true, "debug-assertions=on"}, {"s", true, false, "debug-assertions=on overflow-checks=off"},
	} {
		args := assertionArgs(&unit.Profile{OptLevel: c.opt, DebugAssertions: c.debug, OverflowChecks: c.overflow})
		if got := strings.ReplaceAll(strings.Join(args, " "), "-C ", ""); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestNames: what a unit's files are called on systems that are not here.
func TestNames(t *testing.T) {
	windows := func(triple string) *Target {
		return &Target{Name: triple, Arg: triple, Files: map[string]Affixes{"bin": {"", ".exe"}, "rlib": {"lib", ".rlib"}, "dylib": {"", ".dll"}, "cdylib": {"", ".dll"}, "staticlib": {"", ".lib"}}}
	}
	mac := unixFiles()
	mac["dylib"], mac["cdylib"] = Affixes{"lib", ".dylib"}, Affixes{"lib", ".dylib"}
	for _, c := range []struct {
		target *Target
		types  string
		want   string
	}{
		{&Target{Name: "x86_64-unknown-linux-gnu", Files: unixFiles()}, "bin", "a_b-H>a-b a_b-H.dwp>a-b.dwp"},
		{&Target{Name: "x86_64-unknown-linux-gnu", Files: unixFiles()}, "lib", "liba_b-H.rlib>liba_b.rlib liba_b-H.rmeta>"},
		{&Target{Name: "x86_64-unknown-linux-gnu", Files: unixFiles()}, "cdylib,rlib", "liba_b.so>liba_b.so liba_b.so.dwp>liba_b.so.dwp liba_b.rlib>liba_b.rlib"},
		{windows("x86_64-pc-windows-msvc"), "bin", "a_b.exe>a-b.exe a_b.pdb>a_b.pdb"},
		{windows("x86_64-pc-windows-msvc"), "cdylib", "a_b.dll>a_b.dll a_b.dll.lib>a_b.dll.lib a_b.dll.exp>a_b.dll.exp a_b.pdb>a_b.pdb"},
		{windows("x86_64-pc-windows-gnu"), "bin", "a_b-H.exe>a-b.exe a_b-H.exe.dwp>a-b.exe.dwp"},
		{windows("x86_64-pc-windows-gnu"), "dylib", "a_b.dll>a_b.dll liba_b.dll.a>liba_b.dll.a a_b.dll.dwp>a_b.dll.dwp"},
		{&Target{Name: "aarch64-apple-darwin", Files: mac}, "bin", "a_b-H>a-b a_b-H.dSYM>a-b.dSYM"},
		{&Target{Name: "aarch64-apple-darwin", Files: mac}, "dylib", "liba_b.dylib>liba_b.dylib liba_b.dylib.dSYM>liba-b.dylib.dSYM"},
		{&Target{Name: "wasm32-unknown-emscripten", Files: map[string]Affixes{"bin": {"", ".js"}}}, "bin", "a_b.js>a-b.js a_b.wasm>a_b.wasm a_b.wasm.map>a_b.wasm.map a_b.js.dwp>a-b.js.dwp"},
		{&Target{Name: "wasm32-unknown-unknown", Files: map[string]Affixes{"bin": {"", ".wasm"}}}, "proc-macro", "cannot produce proc-macro for `a-b v1.0.0 (/w/a-b)` as the target `wasm32-unknown-unknown` does not support these crate types"},
	} {
		g := graphOf(t, "false", "a-b "+c.types)
		u := g.Units[0]
		u.Kind = unit.Kind(c.target.Name)
		compiler := compilerOf(g, c.target)
		outputs, err := compiler.Outputs(u)
		var got []string
		for _, o := range outputs {
			got = append(got, strings.ReplaceAll(o.Name, compiler.Name(u), "H")+">"+o.Final)
		}
		text := strings.Join(got, " ")
		if err != nil {
			text = err.Error()
		}
		if text != c.want {
			t.Errorf("%s of %s:\n%s\nexpected\n%s", c.types, c.target.Name, text, c.want)
		}
	}
}

// TestHashes: what makes a unit another one, and what does not.
func TestHashes(t *testing.T) {
	base := func(change func(*unit.Graph, *Compiler)) (metadata, name string) {
		g := graphOf(t, "false", "x lib a", "a lib")
		c := compilerOf(g)
		change(g, c)
		c = New(g, c.Settings)
		return c.Metadata(g.Roots[0]), c.Name(g.Roots[0])
	}
	meta, name := base(func(*unit.Graph, *Compiler) {})
	if meta == name || len(name) != 16 {
		t.Errorf("metadata %s, name %s", meta, name)
	}
	for _, c := range []struct {
		what       string
		meta, name bool // changes
		change     func(*unit.Graph, *Compiler)
	}{
		{"nothing", false, false, func(*unit.Graph, *Compiler) {}},
		{"a profile's name", false, false, func(g *unit.Graph, _ *Compiler) { g.Units[1].Profile.Name = "other" }},
		{"a profile", true, true, func(g *unit.Graph, _ *Compiler) { g.Units[1].Profile.OptLevel = "1" }},
		{"a dependency's profile", true, true, func(g *unit.Graph, _ *Compiler) { g.Units[0].Profile.Debuginfo = "0" }},
		{"features", true, true, func(g *unit.Graph, _ *Compiler) { g.Units[1].Features = []string{"f"} }},
		{"mode", true, true, func(g *unit.Graph, _ *Compiler) { g.Units[1].Mode = unit.Test }},
		{"version", true, true, func(g *unit.Graph, _ *Compiler) { g.Units[1].ID.Version.Minor = 1 }},
		{"flags", false, true, func(_ *unit.Graph, c *Compiler) { c.Targets[unit.Host].Rustflags = []string{"--cfg", "x"} }},
		{"flags with paths", false, true, func(_ *unit.Graph, c *Compiler) {
			c.Targets[unit.Host].Rustflags = []string{"--cfg", "x", "--remap-path-prefix=a=b"}
		}},
		{"flags behind --", false, true, func(g *unit.Graph, c *Compiler) { c.Extra = func(u *unit.Unit) []string { return []string{"-v"} } }},
		{"the compiler", true, true, func(_ *unit.Graph, c *Compiler) { c.Version = &rustc.Version{Verbose: "rustc 1.96\n"} }},
		{"the workspace's wrapper", true, true, func(_ *unit.Graph, c *Compiler) { c.WorkspaceWrapper = "/clippy" }},
		{"the outer wrapper", false, false, func(_ *unit.Graph, c *Compiler) { c.Wrapper = "/sccache" }},
		{"another directory of the workspace", false, false, func(g *unit.Graph, c *Compiler) {
			c.Root = "/v"
			for _, u := range g.Units {
				u.ID.Source = crate.PathSource("/v/" + u.ID.Name)
			}
		}},
		{"another directory in the workspace", true, true, func(g *unit.Graph, c *Compiler) { g.Units[1].ID.Source = crate.PathSource("/w/y") }},
	} {
		m, n := base(c.change)
		if (m != meta) != c.meta || (n != name) != c.name {
			t.Errorf("%s: metadata changes: %v, name changes: %v", c.what, m != meta, n != name)
		}
	}
}

// TestRemapped: where flags hold paths on purpose, none of them is in a name.
func TestRemapped(t *testing.T) {
	names := map[string]bool{}
	for _, flag := range []string{"--remap-path-prefix=a=b", "--remap-path-prefix=c=d", "--remap-path-prefix"} {
		g := graphOf(t, "false", "x lib")
		c := compilerOf(g)
		c.Targets[unit.Host].Rustflags = []string{flag, "e=f"}
		names[New(g, c.Settings).Name(g.Roots[0])] = true
	}
	if len(names) != 1 {
		t.Errorf("%v", names)
	}
}

// TestStatic: what is known before anything is made says nothing of places.
func TestStatic(t *testing.T) {
	g := graphOf(t, "false", "x lib a m", "a lib", "m proc-macro d", "d dylib")
	c := compilerOf(g)
	for _, u := range g.Units {
		u.Local, u.Member = false, false
		source, err := crate.GitSource("https://example.com/"+u.ID.Name, crate.GitRef{})
		if err != nil {
			t.Fatal(err)
		}
		u.ID.Source = source
		for _, text := range append(c.Command(u, nil).Environ(nil), c.Command(u, nil).Args...) {
			if strings.Contains(text, "/w") || strings.Contains(text, "/u/") || strings.Contains(text, "/t") {
				t.Errorf("%s: %s", u.ID.Name, text)
			}
		}
	}
	full := c.Command(g.Roots[0], apart{})
	for _, want := range []string{"-L dependency=/u/a -L dependency=/u/m --extern a=/u/a/liba-" + c.Name(g.Units[2]) + ".rmeta --extern m=/u/m/libm-" + c.Name(g.Units[1]) + ".so --cap-lints allow"} {
		if !strings.HasSuffix(strings.Join(full.Args, " "), want) {
			t.Errorf("%q\nexpected at the end %q", full.Args, want)
		}
	}
	// The compiler loads m, and with it d.
	if path, _ := full.Lookup(libraryPath); !strings.HasPrefix(path, "/u/d") {
		t.Errorf("%s=%s", libraryPath, path)
	}
}

// Features that flags turn on are told to scripts, and stay out of the unit's own, which others read meanwhile.
func TestFeaturesOfFlags(t *testing.T) {
	set, err := cfgexpr.ParseSet("feature=\"more\"\nunix")
	if err != nil {
		t.Fatal(err)
	}
	g := graphOf(t, "false", "s bin")
	all := []string{"a", "b"}
	g.Units[0].Mode, g.Units[0].Features = unit.RunBuildScript, all[:1]
	c := compilerOf(g)
	c.Targets[unit.Host].Cfg = set
	if got, _ := c.Command(g.Units[0], nil).Lookup("CARGO_CFG_FEATURE"); got != "a,more" || all[1] != "b" {
		t.Errorf("%s, and beside the features of the unit %s", got, all[1])
	}
}

// Stock quotes the arguments and not the program.
func TestShown(t *testing.T) {
	c := &Command{Program: "/a b/rustc", Args: []string{"--cfg", `x="y"`}, Env: []Variable{{Name: "B", Value: "2 3"}, {Name: "A", Value: "1"}, {Name: "C", Unset: true}}}
	if got, want := c.String(), "/a b/rustc --cfg "+shellquote.Word(`x="y"`); got != want {
		t.Errorf("%s, expected %s", got, want)
	}
	if got, want := c.Verbose(), shellquote.Variable("A", "1")+" "+shellquote.Variable("B", "2 3")+" "+c.String(); got != want {
		t.Errorf("%s, expected %s", got, want)
	}
}

func TestLearnedText(t *testing.T) {
	stdout := "___\nlib___.rlib\nlib___.a\n/sys root\noff\npacked\n___\nproc_macro\nunix\ntarget_os=\"linux\"\n"
	stderr := "warning: dropping unsupported crate type `dylib` for target `t`\nwarning: dropping unsupported crate type `cdylib` for target `t`\nwarning: dropping unsupported crate type `proc-macro` for target `t`\n"
	target := &Target{Name: "t"}
	if err := target.read(rustc.Answer{Stdout: stdout, Stderr: stderr}); err != nil {
		t.Fatal(err)
	}
	if want := map[string]Affixes{"bin": {"", ""}, "rlib": {"lib", ".rlib"}, "staticlib": {"lib", ".a"}}; !reflect.DeepEqual(target.Files, want) ||
		!slices.Equal(target.Splits, []string{"off", "packed"}) || target.Library != "/sys root/lib/rustlib/t/lib" || len(target.Cfg.List()) != 2 {
		t.Errorf("%+v", target)
	}
	for _, text := range []string{"", "___\n", strings.Split(stdout, "off")[0], "nonsense\n"} {
		if err := (&Target{Name: "t"}).read(rustc.Answer{Stdout: text, Stderr: stderr}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func BenchmarkMesh(b *testing.B) {
	var lines []string
	names := ""
	for i := range 500 {
		lines = append(lines, fmt.Sprintf("c%d lib%s", i, names))
		names += fmt.Sprintf(" c%d", i)
	}
	slices.Reverse(lines)
	g := graphOf(b, "false", lines...)
	b.Run("New", func(b *testing.B) {
		for b.Loop() {
			compilerOf(g)
		}
	})
	c := compilerOf(g)
	b.Run("Static", func(b *testing.B) {
		for b.Loop() {
			for _, u := range g.Units {
				c.Command(u, nil)
			}
		}
	})
	b.Run("Last", func(b *testing.B) {
		for b.Loop() {
			c.Command(g.Roots[0], apart{})
		}
	})
}
