package config

import (
	"testing"
	"unicode/utf8"
)

// FuzzLoad: whatever a file, an argument and a variable say, reading ends, and a message can be printed.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{"", "a=1", "include=['x.toml']", "[http]\nssl-version={min='x'}", "[net]\nretry=-1", "[target.'cfg(x)']\nrunner='a b'", "[env]\nA={value='x'}", "alias.x=['a']",
		"a=1.5", "[source.x]\ngit=''", "profile.dev.package.x.opt-level=1", "registry.token=''", "build.target=['x.json']", "\xff", "[[a]]\n[a.b]"} {
		f.Add(text, text, text)
	}
	f.Fuzz(func(t *testing.T, file, arg, variable string) {
		files := memory{here: file, "a/b/.cargo/x.toml": arg, "home/credentials.toml": file}
		env := []string{"CARGO_BUILD_TARGET=" + variable, "CARGO_NET_RETRY=" + variable, "CARGO_HTTP_SSL_VERSION=" + variable, "CARGO_ENV_A=" + variable}
		c, err := Load(Options{Dir: at("a/b"), Home: at("home"), Files: files, Env: env, Args: []string{arg}})
		check(t, err)
		if err != nil {
			return
		}
		for _, read := range []func(*Config) error{
			func(c *Config) error { _, err := c.HTTP(); return err },
			func(c *Config) error { _, err := c.Net(); return err },
			func(c *Config) error { _, err := c.Term(); return err },
			func(c *Config) error { _, err := c.Build(); return err },
			func(c *Config) error { _, err := c.Env(); return err },
			func(c *Config) error { _, err := c.Sources(); return err },
			func(c *Config) error { _, err := c.TargetCfgs(); return err },
			func(c *Config) error { _, err := c.Target("x"); return err },
			func(c *Config) error { _, err := c.Profile("dev"); return err },
			func(c *Config) error { _, err := c.Layers(); return err },
			func(c *Config) error { c.Aliases(); return nil },
			func(c *Config) error { _, err := c.WithCredentials(); return err },
		} {
			check(t, read(c))
		}
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil && (err.Error() == "" || !utf8.ValidString(err.Error())) {
		t.Errorf("bad message %q", err)
	}
}
