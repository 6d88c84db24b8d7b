package buildscript

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/semver"
)

// pkg has a library that is called p_q, and one target of each kind.
func pkg() *manifest.Package {
	return &manifest.Package{
		Summary: &crate.Summary{ID: crate.PackageID{Name: "p-q", Version: semver.Version{Major: 1}, Source: crate.PublicSource()}},
		Targets: []manifest.Target{
			{Kind: manifest.Lib, Name: "p_q", CrateTypes: []string{"cdylib"}}, {Kind: manifest.Bin, Name: "b"}, {Kind: manifest.Test, Name: "t"},
			{Kind: manifest.Bench, Name: "n"}, {Kind: manifest.Example, Name: "e"}, {Kind: manifest.Example, Name: "el", CrateTypes: []string{"rlib"}},
		},
	}
}

func TestParse(t *testing.T) {
	text := strings.Join([]string{
		"cargo:rustc-link-search=native=/o/out/lib", "cargo::rustc-link-search=/usr", "cargo::rustc-link-lib=static=z", "cargo:rustc-flags=-l m -L/o/out",
		"cargo::rustc-cfg=a", "cargo::rustc-check-cfg=cfg(a)", "cargo::rustc-env=A=b=c", "cargo::metadata=k=v", "cargo:free=text", "cargo::rerun-if-changed=x y",
		"cargo::rerun-if-env-changed=Z", "cargo::warning=w", "cargo::error=e", "cargo::rustc-link-arg=1", "cargo::rustc-link-arg-cdylib=2", "cargo::rustc-link-arg-bins=3",
		"cargo::rustc-link-arg-bin=b=4", "cargo::rustc-link-arg-tests=5", "cargo::rustc-link-arg-benches=6", "cargo::rustc-link-arg-examples=7", "talk", "cargo", "\xff",
	}, "\n")
	out, err := Parse([]byte(text), Script{Package: pkg(), OutDir: "/o/out"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Output{
		Search: []Search{{"native=/o/out/lib", true}, {"/usr", false}, {"/o/out", true}}, Libs: []string{"static=z", "m"},
		LinkArgs: []LinkArg{{LinkAll, "", "1"}, {LinkCdylib, "", "2"}, {LinkBins, "", "3"}, {LinkBin, "b", "4"}, {LinkTests, "", "5"}, {LinkBenches, "", "6"}, {LinkExamples, "", "7"}},
		Cfgs:     []string{"a"}, CheckCfgs: []string{"cfg(a)"}, Env: []Pair{{"A", "b=c"}}, Metadata: []Pair{{"k", "v"}, {"free", "text"}},
		RerunIfChanged: []string{"x y"}, RerunIfEnvChange: []string{"Z"}, Messages: []Message{{false, "w"}, {true, "e"}},
	}
	if !reflect.DeepEqual(out, want) || !hasErrors(out.Messages) {
		t.Errorf("%+v\nexpected %+v", out, want)
	}
}

func TestAppliesTo(t *testing.T) {
	want := map[LinkKind]string{LinkAll: "p_q b t n e el", LinkCdylib: "p_q", LinkBins: "b", LinkBin: "b", LinkTests: "t", LinkBenches: "n", LinkExamples: "e"}
	for kind, names := range want {
		var got []string
		for i := range pkg().Targets {
			if target := &pkg().Targets[i]; (LinkArg{Kind: kind, Bin: "b"}).AppliesTo(target, false) {
				got = append(got, target.Name)
			}
		}
		if strings.Join(got, " ") != names {
			t.Errorf("%d applies to %v, expected %s", kind, got, names)
		}
	}
	if (LinkArg{Kind: LinkCdylib}).AppliesTo(&pkg().Targets[0], true) || (LinkArg{Kind: LinkBin, Bin: "c"}).AppliesTo(&pkg().Targets[1], false) {
		t.Error("applies to the tests of a cdylib, or to another binary")
	}
}

func TestMoved(t *testing.T) {
	out, err := Parse([]byte("cargo:rustc-link-search=/old/out/x\ncargo:root=/old/out\ncargo:rustc-env=A=/old/out/../out"), Script{Package: pkg(), OutDir: "/new/out", Written: "/old/out"})
	if err != nil || !reflect.DeepEqual(out.Search, []Search{{"/new/out/x", true}}) || out.Metadata[0].Value != "/new/out" || out.Env[0].Value != "/new/out/../out" {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestBootstrap(t *testing.T) {
	text := []byte("cargo:rustc-env=RUSTC_BOOTSTRAP=1")
	for bootstrap, allowed := range map[string]bool{"": false, "1": true, "0": false, "other": false, "other,p_q": true, "p-q": false} {
		out, err := Parse(text, Script{Package: pkg(), Bootstrap: bootstrap})
		if (err == nil) != allowed {
			t.Errorf("%q: %v", bootstrap, err)
		}
		if allowed && (len(out.Env) > 0 || len(out.Messages) != 1 || out.Messages[0].Error) {
			t.Errorf("%q: %+v", bootstrap, out)
		}
		if !allowed && !strings.Contains(err.Error(), "`RUSTC_BOOTSTRAP=p_q`") {
			t.Errorf("%q: %v", bootstrap, err)
		}
	}
}

func TestLogged(t *testing.T) {
	messages, failed := Logged([]byte("cargo:warning=a\r\n cargo::error=not\ncargo::warning=b \ncargo::error=c\ncargo:error=free"))
	if want := []Message{{false, "a"}, {false, "b "}, {true, "c"}}; !failed || !reflect.DeepEqual(messages, want) {
		t.Errorf("%+v, %v", messages, failed)
	}
}

func TestOverride(t *testing.T) {
	load := func(text string) (*Output, error) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte("[target.t.foo]\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Load(config.Options{Dir: dir, Home: dir, Files: config.Disk{}})
		if err != nil {
			t.Fatal(err)
		}
		target, err := cfg.Target("t")
		if err != nil {
			t.Fatal(err)
		}
		return Override("target.t.foo", target.Links["foo"])
	}
	out, err := load("rustc-link-lib = [\"a\", \"b\"]\nrustc-link-search = [\"native=/x\"]\nrustc-flags = \"-L/y -l c\"\nrustc-cfg = [\"k\"]\nrustc-check-cfg = [\"cfg(k)\"]\n" +
		"rustc-link-arg = [\"1\"]\nrustc-link-arg-bins = [\"2\"]\nroot = \"/r\"\nrustc-link-arg-bin = \"x\"\n[target.t.foo.rustc-env]\nB = \"2\"\nA = \"1\"\n")
	want := &Output{
		Search: []Search{{"/y", false}, {"native=/x", false}}, Libs: []string{"c", "a", "b"}, LinkArgs: []LinkArg{{LinkAll, "", "1"}, {LinkBins, "", "2"}},
		Cfgs: []string{"k"}, CheckCfgs: []string{"cfg(k)"}, Env: []Pair{{"A", "1"}, {"B", "2"}}, Metadata: []Pair{{"root", "/r"}, {"rustc-link-arg-bin", "x"}},
	}
	if err != nil || !reflect.DeepEqual(out, want) {
		t.Errorf("%+v, %v\nexpected %+v", out, err, want)
	}
	for text, problem := range map[string]string{
		"warning = \"w\"": "not supported", "rustc-link-lib = \"a\"": "an array of strings", "rustc-flags = [\"-la\"]": "a string", "rustc-flags = \"-C x\"": "only `-l` and `-L`",
		"root = 1": "a string", "rustc-env = \"A\"": "a table",
	} {
		if _, err := load(text); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v, expected %q", text, err, problem)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"cargo::metadata=a=b", "cargo:rustc-flags=-L x -l", "cargo::rustc-link-arg-bin=b=", "cargo::error=", "cargo:\ncargo::", "cargo::rustc-env=RUSTC_BOOTSTRAP=1", "cargo::error=\xb8"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		messages, _ := Logged([]byte(text))
		out, err := Parse([]byte(text), Script{Package: pkg(), OutDir: "/out"})
		if err != nil {
			if e, ok := err.(*Error); !ok || !strings.HasPrefix(e.Line, "cargo:") || e.Message == "" {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		// A line that is no UTF-8 is shown as far as it can be, and not read, as with stock.
		if utf8.ValidString(text) && len(messages) > len(out.Messages) {
			t.Errorf("%q: logged %v, read %v", text, messages, out.Messages)
		}
		again, err := Parse([]byte(text), Script{Package: pkg(), OutDir: "/out"})
		if err != nil || !reflect.DeepEqual(out, again) {
			t.Errorf("%q: %+v, then %+v, %v", text, out, again, err)
		}
	})
}
