package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	here  = "a/b/.cargo/config.toml"
	above = "a/.cargo/config.toml"
	home  = "home/config.toml"
)

func TestPrecedence(t *testing.T) {
	files := memory{here: "k='here'\nl=['here']", above: "k='above'\nu='above'\nl=['above']", home: "k='home'\nu='home'\nh='home'\nl=['home']"}
	for _, c := range []struct {
		key  string
		env  []string
		args []string
		want string
	}{
		{"k", nil, nil, "here"},
		{"u", nil, nil, "above"},
		{"h", nil, nil, "home"},
		{"k", []string{"CARGO_K=env"}, nil, "env"},
		{"k", []string{"CARGO_K="}, nil, ""},
		{"k", []string{"CARGO_K=env"}, []string{"k='cli'"}, "cli"},
		{"k", nil, []string{"k='one'", "k='two'"}, "two"},
		{"x.y-z", []string{"CARGO_X_Y_Z=env"}, nil, "env"},
		{"none", nil, nil, "(unset)"},
	} {
		w := load(t, files, c.env, c.args...)
		if v := good[Value[string]](t)(w.String(c.key)); v.Or("(unset)") != c.want {
			t.Errorf("%s with %q and %q: %q, expected %q", c.key, c.env, c.args, v.Val, c.want)
		}
	}
	w := load(t, files, []string{"CARGO_L=e1  e2"}, "l=['cli']")
	if got := good[Value[[]string]](t)(w.Strings("l")); fmt.Sprint(got.Val) != "[home above here e1 e2 cli]" {
		t.Errorf("list %v", got)
	}
}

// TestPaths: what a file says is relative to the folder above its .cargo, the rest to the working directory.
func TestPaths(t *testing.T) {
	files := memory{here: "here='x/y'", above: "up='./x'\nname='tool'\nabs='" + at("abs") + "'\ninclude=['inc/more.toml']", "a/.cargo/inc/more.toml": "inc='x'", home: "home='x'", "a/b/cli.toml": "cli='x'"}
	w := load(t, files, []string{"CARGO_ENV=x"}, "cli.toml", "arg='x'")
	for key, want := range map[string]string{
		"here": "a/b/x/y", "up": "a/./x", "name": "a/tool", "abs": "abs", "inc": "a/.cargo/x", "home": "x", "env": "a/b/x", "arg": "a/b/x", "cli": "a/x",
	} {
		v := good[Value[string]](t)(w.String(key))
		got := strings.ReplaceAll(w.Path(v), `\`, "/")
		if got != strings.ReplaceAll(at(""), `\`, "/")+want {
			t.Errorf("%s: %s, expected %s", key, got, want)
		}
	}
	if v, _ := w.String("name"); w.Program(v) != "tool" {
		t.Errorf("a name without a slash is %q", w.Program(v))
	}
	if v, _ := w.String("up"); !strings.HasPrefix(w.Program(v), at("a")) {
		t.Errorf("a program with a slash is %q", w.Program(v))
	}
}

// TestHomeAbove: a home that is an ancestor's .cargo is read once, in its place.
func TestHomeAbove(t *testing.T) {
	files := memory{".cargo/config.toml": "l=['top']", above: "l=['home']", here: "l=['here']"}
	w := &world{}
	c, err := Load(Options{Dir: at("a/b"), Home: at("a/.cargo"), Files: files})
	if err != nil {
		t.Fatal(err)
	}
	w.Config = c
	if got := good[Value[[]string]](t)(w.Strings("l")); fmt.Sprint(got.Val) != "[top home here]" {
		t.Errorf("list %v", got)
	}
}

func TestScalars(t *testing.T) {
	files := memory{here: "i=1\nb=true\ns='x'\nl=[1]\nbig=3000000000\nneg=-1\n"}
	w := load(t, files, []string{"CARGO_EI=12", "CARGO_EB=false", "CARGO_BAD=yes", "CARGO_I=two"}, "c=1")
	if v := good[Value[int64]](t)(w.Integer("ei")); v.Val != 12 || v.Origin.String() != "environment variable `CARGO_EI`" {
		t.Errorf("%+v", v)
	}
	if v := good[Value[bool]](t)(w.Bool("eb")); v.Val || !v.Set {
		t.Errorf("%+v", v)
	}
	_, err := w.Integer("i")
	bad(t, err, "`i`: expected an integer, found \"two\"", "environment variable `CARGO_I`")
	_, err = w.Bool("bad")
	bad(t, err, "expected true or false, found \"yes\"")
	_, err = w.Integer("s")
	bad(t, err, "expected an integer for `s`, found a string", at(here)+":3:3", "s='x'")
	_, err = w.String("c")
	bad(t, err, "expected a string for `c`, found an integer", "--config:1:3")
	_, err = w.Strings("s")
	bad(t, err, "expected an array of strings for `s`, found a string")
	_, err = w.Words("l")
	bad(t, err, "expected strings only for `l`, found an integer", ":4:4")
	_, err = w.String("i.x")
	bad(t, err, "expected a table for `i`, found an integer", ":1:3")
}

func TestWrongVariables(t *testing.T) {
	w := load(t, memory{}, []string{"CARGO_net_retry=1", "CARGO_NET_GIT-FETCH-WITH-CLI=true", "cargo_x=1", "=C:=x", "CARGO_NET_OFFLINE=\xff"})
	n := good[Net](t)(w.Net())
	if n.Retry.Set || n.GitFetchWithCLI.Set || n.Offline {
		t.Errorf("%+v", n)
	}
	w.warned(t, "`CARGO_NET_GIT-FETCH-WITH-CLI` has no effect: for `net.git-fetch-with-cli` it has to be written `CARGO_NET_GIT_FETCH_WITH_CLI`", "`CARGO_net_retry` has no effect")
}

func TestMergeErrors(t *testing.T) {
	for _, c := range []struct {
		files memory
		parts []string
	}{
		{memory{here: "[a]\nb='x'", above: "[a]\nb=['x']"}, []string{"`a.b` is an array here, and a string in " + at(here), at(above) + ":2:3"}},
		{memory{here: "a.'b c'=1", above: "a.'b c'.d=1"}, []string{"`a.\"b c\"` is a table here, and an integer in"}},
		{memory{here: "a=1.5"}, []string{"a float cannot stand in a configuration", at(here) + ":1:3"}},
		{memory{here: "a="}, []string{at(here) + ":1:"}},
		{memory{here: "a=1\nb='\xff'"}, []string{at(here) + ":2: a byte that is not UTF-8"}},
		{memory{here: "x=1\ninclude=['gone.toml']"}, []string{"read configuration: open " + at("a/b/.cargo/gone.toml"), at(here) + ":2:10"}},
		{memory{here: "include=['x.toml']", "a/b/.cargo/x.toml": "a=1.0"}, []string{at("a/b/.cargo/x.toml") + ":1:3"}},
		{memory{here: "include=['../.cargo/config.toml']"}, []string{"is read already"}},
	} {
		_, err := Load(Options{Dir: at("a/b"), Home: at("home"), Files: c.files})
		bad(t, err, c.parts...)
	}
}

func TestSections(t *testing.T) {
	files := memory{here: `
[http]
proxy = "host:1"
low-speed-limit = 5
timeout = 6
cainfo = "ca.pem"
check-revoke = true
ssl-version.min = "tlsv1.2"
tiemout = 1
[net]
retry = 0
[net.ssh]
known-hosts = ["a", "b"]
known-host = 1
[term]
quiet = true
progress = { when = "always", width = 80 }
[build]
jobs = "default"
target = ["x86_64-unknown-none", "specs/my.json"]
target-dir = "out"
build-dir = "{workspace-root}/b"
rustflags = "-C x"
zzzzzzzzzz = 1
[resolver]
incompatible-rust-versions = "fallback"
[cargo-new]
vcs = "none"
[install]
root = "r"
`}
	w := load(t, files, []string{"CARGO_HTTP_TIMEOUT=7", "CARGO_HTTP_SSL_VERSION_MAX=tlsv1.3", "CARGO_BUILD_RUSTFLAGS=-D y", "CARGO_BUILD_TARGET_DIR=envdir", "RUSTC_WRAPPER=./w"})
	h := good[HTTP](t)(w.HTTP())
	if h.Proxy.Val != "host:1" || h.LowSpeedLimit.Val != 5 || h.Timeout.Val != 7 || !h.CheckRevoke.Val || h.SSLVersion.Min.Val != "tlsv1.2" || h.SSLVersion.Max.Val != "tlsv1.3" || h.Debug.Set {
		t.Errorf("%+v", h)
	}
	n := good[Net](t)(w.Net())
	if !n.Retry.Set || n.Retry.Val != 0 || len(n.KnownHosts.Val) != 2 || n.KnownHosts.Val[1].Origin.Name != at(here) {
		t.Errorf("%+v", n)
	}
	term := good[Term](t)(w.Term())
	if !term.Quiet.Val || term.Progress.When.Val != "always" || term.Progress.Width.Val != 80 {
		t.Errorf("%+v", term)
	}
	b := good[Build](t)(w.Build())
	if b.Jobs.Word.Val != "default" || b.Jobs.Number.Set || !reflect.DeepEqual(b.Target.Val, []string{"x86_64-unknown-none", w.Path(Value[string]{Val: "specs/my.json", Origin: b.Target.Origin})}) ||
		!reflect.DeepEqual(b.Rustflags.Val, []string{"-C", "x", "-D", "y"}) {
		t.Errorf("%+v", b)
	}
	if dir, set, err := w.TargetDir(); err != nil || !set || dir != at("a/b/envdir") {
		t.Error(dir, set, err)
	}
	if dir, set, err := w.BuildDir(map[string]string{"workspace-root": at("ws")}); err != nil || !set || strings.ReplaceAll(dir, `\`, "/") != strings.ReplaceAll(at("ws/b"), `\`, "/") {
		t.Error(dir, set, err)
	}
	_, _, err := w.BuildDir(nil)
	bad(t, err, "unknown placeholder `{workspace-root}` in `{workspace-root}/b`", at(here))
	for template, want := range map[string]string{"{workspace-roof}": "is `{workspace-root}` meant?", "a{b": "unexpected `{`", "a}b": "unexpected `}`", "{}": "expected {cargo-cache-home}, {workspace-root}"} {
		w := load(t, memory{here: "build.build-dir='" + template + "'"}, nil)
		_, _, err := w.BuildDir(map[string]string{"workspace-root": "x", "cargo-cache-home": "{workspace-root}"})
		bad(t, err, want)
	}
	if dir, _, err := load(t, memory{here: "build.build-dir='{cargo-cache-home}/x'"}, nil).BuildDir(map[string]string{"workspace-root": "x", "cargo-cache-home": at("{workspace-root}")}); err != nil || !strings.HasPrefix(dir, at("{workspace-root}")) {
		t.Error(dir, err)
	}
	if tool, set, err := w.Tool("rustc-wrapper"); !set || err != nil || !strings.HasPrefix(tool, at("a/b")) {
		t.Error(tool, set, err)
	}
	if r := good[Resolver](t)(w.Resolver()); r.IncompatibleRustVersions.Val != "fallback" {
		t.Errorf("%+v", r)
	}
	if v := good[string](t)(w.VCS()); v != "none" {
		t.Error(v)
	}
	w.warned(t, "unused config key `build.zzzzzzzzzz` in `"+at(here)+"`", "unused config key `http.tiemout` in `"+at(here)+"`; is `timeout` meant?", "unused config key `net.ssh.known-host`")
}

func TestSectionErrors(t *testing.T) {
	read := map[string]func(*Config) error{
		"http":     func(c *Config) error { _, err := c.HTTP(); return err },
		"net":      func(c *Config) error { _, err := c.Net(); return err },
		"term":     func(c *Config) error { _, err := c.Term(); return err },
		"build":    func(c *Config) error { _, err := c.Build(); return err },
		"resolver": func(c *Config) error { _, err := c.Resolver(); return err },
		"env":      func(c *Config) error { _, err := c.Env(); return err },
		"source":   func(c *Config) error { _, err := c.Sources(); return err },
		"target":   func(c *Config) error { _, err := c.TargetCfgs(); return err },
		"paths":    func(c *Config) error { _, err := c.PathOverrides(); return err },
		"registry": func(c *Config) error { _, _, err := c.PublicRegistry(); return err },
		"profile":  func(c *Config) error { _, err := c.Profile("dev"); return err },
		"doc":      func(c *Config) error { _, err := c.Browser(); return err },
	}
	for _, c := range []struct{ section, text, want string }{
		{"http", "http=1", "expected a table for `http`, found an integer"},
		{"http", "http.timeout=-1", "`http.timeout`: the number -1 is out of range"},
		{"http", "http.low-speed-limit=4294967296", "the number 4294967296 is out of range"},
		{"http", "http.ssl-version=1", "expected a string, or a table with `min` and `max` for `http.ssl-version`, found an integer"},
		{"http", "http.ssl-version.min=1", "expected a string for `http.ssl-version.min`"},
		{"net", "net.retry='x'", "expected an integer for `net.retry`, found a string"},
		{"net", "net.ssh.known-hosts='x'", "expected an array of strings for `net.ssh.known-hosts`"},
		{"term", "term.progress.when='sometimes'", "expected one of [\"auto\" \"never\" \"always\"], found \"sometimes\""},
		{"term", "term.progress.when='always'", "needs `term.progress.width`"},
		{"build", "build.jobs=true", "expected an integer or \"default\" for `build.jobs`, found a boolean"},
		{"build", "build.jobs=2147483648", "out of range"},
		{"build", "build.target=1", "expected a string or an array of strings for `build.target`"},
		{"build", "build.target=[1]", "expected strings only for `build.target`"},
		{"build", "build.rustflags=1", "expected a string or an array of strings for `build.rustflags`"},
		{"resolver", "resolver.incompatible-rust-versions='no'", "expected one of"},
		{"env", "env.CARGO_HOME='x'", "`CARGO_HOME` cannot be set in [env]"},
		{"env", "env.X=1", "expected a string, or a table with `value`, `force` and `relative` for `env.X`"},
		{"env", "env.X={force=true}", "`env.X` has no `value`"},
		{"env", "env.X={value='x',force=1}", "expected true or false for `env.X.force`"},
		{"source", "source=1", "expected a table for `source`"},
		{"source", "source.a=1", "expected a table for `source.a`"},
		{"source", "source.a.git=1", "expected a string for `source.a.git`"},
		{"target", "target.'cfg(x)'.runner=[]", "expected a program and its arguments, found nothing"},
		{"paths", "paths='x'", "expected an array of strings for `paths`"},
		{"registry", "registry.index='x'", "this key is not supported any more"},
		{"profile", "profile.dev=1", "expected a table for `profile.dev`"},
		{"doc", "doc.browser=1", "expected a string or an array of strings for `doc.browser`"},
	} {
		w := load(t, memory{here: c.text}, nil)
		bad(t, read[c.section](w.Config), c.want)
	}
}

func TestAliases(t *testing.T) {
	w := load(t, memory{here: "[alias]\na='x  y'\nl=['p','q r']\nn=1\nc-d='x'"}, []string{"CARGO_ALIAS_A=e f", "CARGO_ALIAS_NEW=n", "CARGO_ALIAS_L=more"})
	for _, c := range []struct {
		name string
		want []string
	}{{"a", []string{"e", "f"}}, {"new", []string{"n"}}, {"l", []string{"p", "q r", "more"}}, {"none", nil}, {"c-d", []string{"x"}}} {
		words, set, err := w.Alias(c.name)
		if err != nil || set != (c.want != nil) || !slices.Equal(words, c.want) {
			t.Errorf("%s: %q %v %v", c.name, words, set, err)
		}
	}
	_, _, err := w.Alias("n")
	bad(t, err, "expected an array of strings for `alias.n`, found an integer")
	if got := fmt.Sprint(w.Aliases()); got != "map[a:[e f] c-d:[x] l:[p q r more]]" {
		t.Error(got)
	}
}

func TestEnvTable(t *testing.T) {
	w := load(t, memory{here: "[env]\nA='a'\nB={value='b',force=true}\nC={value='c/d',relative=true}\nHAS='x'\nF={value='f',force=true}"}, []string{"HAS=1", "F=1"})
	got := good[[]Variable](t)(w.Env())
	want := []Variable{{Name: "A", Value: "a"}, {Name: "B", Value: "b"},
		{Name: "C", Value: w.Path(Value[string]{Val: "c/d", Origin: Origin{File, at(here)}}), Relative: true}, {Name: "F", Value: "f"}, {Name: "HAS", Value: "x", Overruled: true}}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestSourcesAndRegistries(t *testing.T) {
	files := memory{here: `
[source.crates-io]
replace-with = "v"
[source.v]
directory = "vendor"
direktory = 1
[registries.my-reg]
index = "sparse+http://x/"
credential-provider = ["./prov", "arg"]
[registry]
default = "my-reg"
global-credential-providers = ["cargo:token", "one two"]
[credential-alias]
al = ["p", "q"]
`, "home/credentials.toml": "[registries.my-reg]\ntoken='hush'\n[registry]\ntoken='quiet'"}
	w := load(t, files, []string{"CARGO_REGISTRIES_MY_REG_SECRET_KEY=hidden", "CARGO_REGISTRIES_ENV_INDEX=sparse+http://y/"})
	sources := good[[]Source](t)(w.Sources())
	if len(sources) != 2 || sources[0].ReplaceWith.Val != "v" || w.Path(sources[1].Directory) != at("a/b/vendor") {
		t.Errorf("%+v", sources)
	}
	r, known, err := w.Registry("my-reg")
	if err != nil || !known || r.Token.Set || r.Index.Val != "sparse+http://x/" {
		t.Errorf("%+v %v %v", r, known, err)
	}
	if command := w.Command(r.CredentialProvider); len(command) != 2 || !strings.HasPrefix(command[0], at("a/b")) {
		t.Errorf("%q", command)
	}
	with := good[*Config](t)(w.WithCredentials())
	r, _, err = with.Registry("my-reg")
	if err != nil || r.Token.Val.Reveal() != "hush" || r.Token.Origin.Name != at("home/credentials.toml") || r.SecretKey.Val.Reveal() != "hidden" || r.Index.Val == "" {
		t.Errorf("%+v %v", r, err)
	}
	public, known, err := with.PublicRegistry()
	if err != nil || !known || public.Token.Val.Reveal() != "quiet" {
		t.Errorf("%+v %v", public, err)
	}
	encoded, _ := json.Marshal(struct{ S Secret }{r.Token.Val})
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %q %x", r, r, r, r.Token.Val, r.Token.Val, r.Token.Val), string(encoded)} {
		for _, secret := range []string{"hush", "hidden", fmt.Sprintf("%x", "hush")} {
			if strings.Contains(text, secret) {
				t.Errorf("a secret is in %s", text)
			}
		}
	}
	_, known, err = w.Registry("other")
	if known || err != nil {
		t.Error(known, err)
	}
	_, err = w.RegistryIndex("other")
	bad(t, err, "registry `other` is not known", "CARGO_REGISTRIES_OTHER_INDEX")
	if v := good[Value[string]](t)(w.RegistryIndex("env")); v.Val != "sparse+http://y/" {
		t.Errorf("%+v", v)
	}
	for index, want := range map[string]string{"sparse+http://y/": "[env]", "sparse+http://x/": "[my-reg]", "none": "[]"} {
		if got := good[[]string](t)(w.RegistryNames(func(i string) bool { return i == index })); fmt.Sprint(got) != want {
			t.Errorf("%s: %v", index, got)
		}
	}
	providers := good[[]Value[[]string]](t)(w.CredentialProviders())
	if len(providers) != 2 || fmt.Sprint(providers[1].Val) != "[one two]" {
		t.Errorf("%+v", providers)
	}
	if v := good[Value[[]string]](t)(w.CredentialAlias("al")); fmt.Sprint(v.Val) != "[p q]" {
		t.Errorf("%+v", v)
	}
	w.warned(t, "unused config key `source.v.direktory` in `"+at(here)+"`; is `directory` meant?")
}

// TestTokensStayHidden: no message shows a line of a credentials file, or one that may hold a token.
func TestTokensStayHidden(t *testing.T) {
	for name, text := range map[string]string{
		"syntax": "[registry]\ntoken = hush", "kind": "[registry]\ntoken = 5.5 # hush", "float": "hush = 1.5", "table": "[registry]\ntoken.hush = 'hush'", "key": "registry=['hush']", "other": "[registry]\nindex = 5 # hush",
	} {
		w := load(t, memory{here: "registry.token='x'", "home/credentials.toml": text}, nil)
		with, err := w.WithCredentials()
		if err == nil {
			_, _, err = with.PublicRegistry()
		}
		bad(t, err, at("home/credentials.toml"))
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"registry.token = hush", "[registries.a]\nsecret-key = 1.5 # hush"} {
		_, err := Load(Options{Dir: at("a/b"), Home: at("home"), Files: memory{here: text}})
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Error(err)
		}
	}
}

func TestOldCredentials(t *testing.T) {
	w := load(t, memory{"home/credentials": "token='old'"}, nil)
	with := good[*Config](t)(w.WithCredentials())
	if r, _, err := with.PublicRegistry(); err != nil || r.Token.Val.Reveal() != "old" {
		t.Errorf("%+v %v", r, err)
	}
	w.warned(t, "is an old name")
}

func TestTargets(t *testing.T) {
	files := memory{here: `
[target.x86_64-unknown-linux-gnu]
linker = "ld"
runner = "run me"
rustflags = ["-A"]
[target.x86_64-unknown-linux-gnu.foo]
rustc-link-lib = ["z"]
[target.'cfg(unix)']
rustflags = "-B -C"
zzz = 1
[target.'cfg(all())']
runner = ["r"]
`}
	w := load(t, files, []string{"CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=./ld", "CARGO_TARGET_OTHER_RUNNER=a b"})
	target := good[Target](t)(w.Target("x86_64-unknown-linux-gnu"))
	if w.Program(target.Linker) != at("a/b")+string(root()[len(root())-1])+"./ld" || fmt.Sprint(target.Runner.Val, target.Rustflags.Val) != "[run me] [-A]" || len(target.Links) != 1 {
		t.Errorf("%+v %s", target, w.Program(target.Linker))
	}
	if other := good[Target](t)(w.Target("other")); fmt.Sprint(other.Runner.Val) != "[a b]" {
		t.Errorf("%+v", other)
	}
	cfgs := good[[]Target](t)(w.TargetCfgs())
	if len(cfgs) != 2 || cfgs[0].Key != "cfg(all())" || fmt.Sprint(cfgs[1].Rustflags.Val) != "[-B -C]" {
		t.Errorf("%+v", cfgs)
	}
	w.warned(t, "unused key `zzz` in [target] config table `cfg(unix)`")
}

func TestProfiles(t *testing.T) {
	w := load(t, memory{here: "[profile.dev]\nopt-level=1\ndebug=true\npackage.'a b'.opt-level=2"}, []string{"CARGO_PROFILE_DEV_OPT_LEVEL=3", "CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false",
		"CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL=s", "CARGO_PROFILE_X_LTO=thin", "CARGO_PROFILE_X_HINT_MOSTLY_UNUSED=true", "CARGO_PROFILE_X_RUSTFLAGS=-Cx"})
	n := good[*Node](t)(w.Profile("dev"))
	if n.Get("opt-level").Integer() != 3 || !n.Get("debug").Boolean() || n.Get("debug-assertions").Kind() != Boolean || n.Get("build-override").Get("opt-level").Text() != "s" ||
		n.Get("package").Get("a b").Get("opt-level").Integer() != 2 {
		t.Errorf("%+v", n)
	}
	if n := good[*Node](t)(w.Profile("x")); n.Get("lto").Text() != "thin" || !n.Get("hint-mostly-unused").Boolean() || n.Get("rustflags").Text() != "-Cx" {
		t.Errorf("%+v", n)
	}
	if n := good[*Node](t)(w.Profile("y")); n != nil {
		t.Errorf("%+v", n)
	}
}

func TestPrograms(t *testing.T) {
	if (Key{}).NonMerging() || !ParseKey("doc.browser").NonMerging() || !ParseKey("target.x").childAsWritten("runner").NonMerging() || ParseKey("target.x.y.runner").NonMerging() {
		t.Error("wrong keys are programs")
	}
	w := load(t, memory{here: "doc.browser=['a','b']", home: "doc.browser=['c']"}, nil)
	if got := good[[]string](t)(w.Browser()); fmt.Sprint(got) != "[a b]" {
		t.Error(got)
	}
}
