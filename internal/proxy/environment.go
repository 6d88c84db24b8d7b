package proxy

import (
	"context"
	"path/filepath"
	"strconv"

	"berth/internal/app"
	"berth/internal/exe"
)

// environment is what a tool finds. Its paths name the real tree, so that no
// update can change what they mean.
func (c *call) environment(ctx context.Context) *app.ChildEnv {
	env := c.ChildEnv()
	env.PutLibraries(c.lease.Path)
	env.Set("CARGO_HOME", c.Env.CargoHome)
	env.Set("RUSTUP_HOME", c.Env.RustupHome)
	env.Set("RUSTUP_TOOLCHAIN", c.tc.String())
	env.Set("RUST_RECURSION_COUNT", strconv.Itoa(c.Env.Recursion+1))
	env.PutIfAbsent("PATH", c.cargoBin())
	c.pin(env)
	c.pinCargo(env)
	if !c.isReachable(env) {
		c.makeReachable(ctx, env)
	}
	return env
}

func (c *call) cargoBin() string { return filepath.Join(c.Env.CargoHome, "bin") }

// isReachable tells whether children that call cargo and rustc come to berth: by
// the links in $CARGO_HOME/bin, or by others on PATH. Who called us through a link
// has links, and gets of them what stock would give.
func (c *call) isReachable(env *app.ChildEnv) bool {
	if IsTool(c.Program) || c.Program == "rustup" {
		return true
	}
	self := newIdentity()
	if self == nil {
		return true // nothing to link to
	}
	if self.is(filepath.Join(c.cargoBin(), exe.Named("cargo"))) {
		return true
	}
	for _, tool := range []string{"cargo", "rustc"} {
		if first := firstOnPath(env.Get("PATH"), tool); first == "" || !self.is(first) {
			return false
		}
	}
	return true
}

func firstOnPath(list, tool string) string {
	for _, dir := range filepath.SplitList(list) {
		if path := filepath.Join(dir, exe.Named(tool)); dir != "" && isExecutable(path) {
			return path
		}
	}
	return ""
}
