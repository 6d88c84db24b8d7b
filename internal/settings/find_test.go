package settings

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/names"
)

func TestFindAgreesWithStock(t *testing.T) {
	s := newStock(t)
	for _, c := range situations() {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			w, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			c = c.filled(strings.NewReplacer("$W", w, "$TOOL", s.tool))
			cwd := c.make(t, s, w)
			args := []string{"show", "active-toolchain"}
			if c.plus != "" {
				args = append([]string{"+" + c.plus}, args...)
			}
			stdout, stderr, stockErr := s.run(cwd, []string{"RUSTUP_TOOLCHAIN=" + c.env}, args...)
			o, err := c.find(t, s, cwd)

			if c.want != "" {
				if stdout != c.want+"\n" || stockErr != nil {
					t.Errorf("stock says %s%s, want %s", stdout, stderr, c.want)
				}
				if err != nil || shown(o) != c.want {
					t.Errorf("we say %v, %v, want %s", o, err, c.want)
				}
				return
			}
			if c.theirs == "" {
				c.theirs = c.problem
			}
			if stockErr == nil || !strings.Contains(stderr, c.theirs) {
				t.Errorf("stock says %s%s, want %s", stdout, stderr, c.theirs)
			}
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("we say %v, %v, want %s", o, err, c.problem)
			}
		})
	}
}

func (c situation) filled(r *strings.Replacer) situation {
	for _, text := range []*string{&c.settings, &c.env, &c.want, &c.problem, &c.theirs} {
		*text = r.Replace(*text)
	}
	files := map[string]string{}
	for name, content := range c.files {
		files[name] = r.Replace(content)
	}
	c.files = files
	return c
}

// make lays the situation out and gives the directory to be in.
func (c situation) make(t *testing.T, s *stock, w string) (cwd string) {
	write(t, s.settingsPath(), "version = \"12\"\n"+c.settings+"\n", 0o644)
	fallback := filepath.Join(filepath.Dir(s.home), "fallback.toml")
	if err := os.RemoveAll(fallback); err != nil {
		t.Fatal(err)
	}
	if c.fallback != "" {
		write(t, fallback, c.fallback, 0o644)
	}
	if err := os.MkdirAll(filepath.Join(w, "a", "b", "c"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range c.files {
		write(t, filepath.Join(w, name), content, 0o644)
	}
	for name, target := range c.links {
		if err := os.Symlink(target, filepath.Join(w, name)); err != nil {
			t.Fatal(err)
		}
	}
	if c.cwd == "" {
		c.cwd = "a/b/c"
	}
	cwd, err := filepath.EvalSymlinks(filepath.Join(w, c.cwd))
	if err != nil {
		t.Fatal(err)
	}
	return cwd
}

func (c situation) find(t *testing.T, s *stock, cwd string) (*Override, error) {
	env, err := FromEnviron(s.lookup([]string{"RUSTUP_TOOLCHAIN=" + c.env}), cwd)
	if err != nil {
		t.Fatal(err)
	}
	f := Finder{FS: OS{}, Env: env}
	if c.plus != "" {
		if f.Plus, err = names.ParseNamed(c.plus); err != nil {
			t.Fatal(err)
		}
	}
	return f.Find(cwd)
}

func shown(o *Override) string {
	if o.Source == FromDefault {
		return o.Toolchain.String() + " (default)"
	}
	return o.Toolchain.String() + " (" + o.Reason() + ")"
}

func TestNotInstalledIsStocksSentence(t *testing.T) {
	s := newStock(t)
	w := filepath.Dir(s.home)
	for _, c := range []situation{
		{name: "default", settings: `default_toolchain = "beta"`},
		{name: "env", env: "beta"},
		{name: "override", settings: "[overrides]\n'" + w + "/a' = 'beta'"},
		{name: "file", files: map[string]string{"rust-toolchain": "beta"}},
	} {
		cwd := c.make(t, s, w)
		o, err := c.find(t, s, cwd)
		if err != nil {
			t.Fatal(err)
		}
		_, stderr, _ := s.run(cwd, []string{"RUSTUP_TOOLCHAIN=" + c.env}, "show", "active-toolchain")
		if stderr != "error: "+o.NotInstalled()+"\n" {
			t.Errorf("%s: stock says %s, we say %s", c.name, stderr, o.NotInstalled())
		}
	}
}

func TestToolchainFileExtras(t *testing.T) {
	s := newStock(t)
	w := filepath.Dir(s.home)
	c := situation{settings: `default_toolchain = "stable"`, files: map[string]string{
		"a/rust-toolchain":    "\xff",
		"rust-toolchain":      "[toolchain]\ncomponents = ['clippy', 'rust-src']\ntargets = []\nprofile = ''",
		"rust-toolchain.toml": "garbage, but not read",
	}}
	o, err := c.find(t, s, c.make(t, s, w))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(o.Components, []string{"clippy", "rust-src"}) || o.Targets == nil || len(o.Targets) > 0 || o.Profile != Default {
		t.Errorf("%+v", o)
	}
	if o.Source.Word() != "toolchain-file" || o.Place != filepath.Join(w, "rust-toolchain") || o.Toolchain.String() != installed {
		t.Errorf("%+v", o)
	}
	want := []string{
		"ignoring '" + w + "/a/rust-toolchain', which is not UTF-8; save it as UTF-8 or remove it",
		"both " + w + "/rust-toolchain and " + w + "/rust-toolchain.toml exist; using contents of " + w + "/rust-toolchain",
	}
	if !slices.Equal(o.Warnings, want) {
		t.Errorf("%q", o.Warnings)
	}
	// The second of them is stock's.
	if _, stderr, _ := s.run(w, nil, "show", "active-toolchain"); !strings.Contains(stderr, "warn: "+want[1]+"\n") {
		t.Error(stderr)
	}
}

// TestSourceWords has a proxy of stock tell the toolchain's rustc where it was chosen.
func TestSourceWords(t *testing.T) {
	s := newStock(t)
	w := filepath.Dir(s.home)
	rustup, err := exec.LookPath("rustup")
	if err != nil {
		t.Fatal(err)
	}
	proxy := filepath.Join(w, "rustc")
	if err := os.Symlink(rustup, proxy); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(s.tool, "bin", "rustc"), "#!/bin/sh\necho \"$RUSTUP_TOOLCHAIN from $RUSTUP_TOOLCHAIN_SOURCE\"\n", 0o755)
	for _, c := range []situation{
		{settings: `default_toolchain = "fake"`},
		{env: "fake"},
		{plus: "fake"},
		{settings: "[overrides]\n'" + w + "/a' = 'fake'"},
		{files: map[string]string{"rust-toolchain": "fake"}},
	} {
		cwd := c.make(t, s, w)
		o, err := c.find(t, s, cwd)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(proxy)
		if c.plus != "" {
			cmd.Args = append(cmd.Args, "+"+c.plus)
		}
		cmd.Dir, cmd.Env = cwd, append(slices.Clone(s.env), "RUSTUP_TOOLCHAIN="+c.env)
		out, err := cmd.Output()
		if want := o.Toolchain.String() + " from " + o.Source.Word() + "\n"; err != nil || string(out) != want {
			t.Errorf("stock says %s, %v, we say %s", out, err, want)
		}
	}
}

// What is not needed is not looked at. Here we differ from stock on purpose, which
// fails in both cases: a stale RUSTUP_TOOLCHAIN does not keep +stable from working.
func TestOnlyWhatIsNeededIsRead(t *testing.T) {
	plus, err := names.ParseLocal(installed)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*Finder{
		"plus": {Plus: plus, Env: &Env{Toolchain: "/gone"}},
		"env":  {Env: &Env{Toolchain: installed}},
	} {
		f.FS = untouchable{t}
		if o, err := f.Find("/"); err != nil || o.Toolchain.String() != installed {
			t.Errorf("%s: %v, %v", name, o, err)
		}
	}
}

type untouchable struct{ t *testing.T }

func (u untouchable) ReadFile(p string) ([]byte, error) {
	u.t.Error("reads", p)
	return nil, os.ErrNotExist
}
func (u untouchable) EvalSymlinks(p string) (string, error) { u.t.Error("resolves", p); return p, nil }
func (u untouchable) Stat(p string) (os.FileInfo, error) {
	u.t.Error("stats", p)
	return nil, os.ErrNotExist
}
func (u untouchable) Lstat(p string) (os.FileInfo, error) {
	u.t.Error("stats", p)
	return nil, os.ErrNotExist
}

// TestSettingsAreLoadedOnce: the caller's way of reading is used, and once.
func TestSettingsAreLoadedOnce(t *testing.T) {
	loads := 0
	f := Finder{FS: OS{}, Env: &Env{RustupHome: t.TempDir()}, Load: func() (*Settings, error) {
		loads++
		return &Settings{DefaultToolchain: "stable-musl", DefaultHost: "aarch64-unknown-linux-gnu"}, nil
	}}
	for range 2 {
		o, err := f.Find(t.TempDir())
		if err != nil || o.Toolchain.String() != "stable-aarch64-unknown-linux-musl" {
			t.Fatal(o, err)
		}
	}
	if loads != 1 {
		t.Error(loads, "loads")
	}
}

func TestFailuresOfSettings(t *testing.T) {
	home := t.TempDir()
	find := func() error {
		_, err := (&Finder{FS: OS{}, Env: &Env{RustupHome: home}}).Find(home)
		return err
	}
	if err := find(); !errors.Is(err, ErrNotSelected) {
		t.Error("no settings:", err)
	}
	write(t, filepath.Join(home, "settings.toml"), "", 0o644)
	if err := find(); !errors.Is(err, ErrIncomplete) {
		t.Error("empty settings:", err)
	}
	write(t, filepath.Join(home, "settings.toml"), "version = '12'\ndefault_host_triple = 'sun3'\ndefault_toolchain = 'stable'\n", 0o644)
	if _, ok := errors.AsType[*names.HostError](find()); !ok {
		t.Error("unknown host:", find())
	}
	if err := os.Remove(filepath.Join(home, "settings.toml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(home, "settings.toml"), 0o755); err != nil {
		t.Fatal(err)
	}
	if e, ok := errors.AsType[*FileError](find()); !ok || e.Problem != "is a directory" || e.Next == "" {
		t.Error("settings that are a directory:", find())
	}
}

func FuzzToolchainFile(f *testing.F) {
	for _, seed := range []string{
		"nightly-2024-01-01\n", "/opt/rust\n",
		"[toolchain]\nchannel = \"1.80\"\ncomponents = [\"rustfmt\"]\ntargets = [\"wasm32-wasip1\"]\nprofile = \"minimal\"\n",
		"toolchain = { path = '/x' }\n# end",
	} {
		if _, err := ParseToolchainFile("rust-toolchain", []byte(seed)); err != nil {
			f.Fatalf("the seed is not taken: %v", err)
		}
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, toml bool) {
		path := "/p/rust-toolchain"
		if toml {
			path += ".toml"
		}
		tf, err := ParseToolchainFile(path, data)
		if err != nil {
			where, ok := errors.AsType[*FileError](err)
			if tf != nil || !ok || where.Path != path || where.Next == "" || where.Line > countLines(data)+1 {
				t.Fatalf("%+v, %#v", tf, err)
			}
			return
		}
		if tf.Channel == nil && tf.Path == nil && tf.Components == nil && tf.Targets == nil {
			t.Errorf("%q chooses nothing and is taken", data)
		}
		if tf.Channel != nil && tf.Path != nil {
			t.Errorf("%q chooses twice", data)
		}
	})
}

// A checkout can have a link to a device without end; a file that is too large stands for it here.
func TestToolchainFileWithoutEnd(t *testing.T) {
	w, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w, "rust-toolchain.toml")
	write(t, path, "", 0o644)
	if err := os.Truncate(path, most+1); err != nil {
		t.Fatal(err)
	}
	f := &Finder{FS: OS{}, Env: &Env{RustupHome: w}, Load: func() (*Settings, error) {
		return &Settings{DefaultHost: "x86_64-unknown-linux-gnu", DefaultToolchain: "stable"}, nil
	}}
	o, err := f.Find(w)
	if err != nil || o.Source != FromDefault || !slices.Equal(o.Warnings, []string{"ignoring '" + path + "', which has more than 16 MiB; correct or remove it"}) {
		t.Fatalf("%+v, %v", o, err)
	}
}
