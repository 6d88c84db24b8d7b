package proxy

import (
	"context"

	"berth/internal/app"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/store"
	"berth/internal/toolchain"
)

// # Pins
//
// RUSTUP_TOOLCHAIN, which a proxy exports, is a name, and while a build runs the
// name may come to mean another tree. A build whose units were compiled by two
// compilers fails at best. So a proxy exports its tree beside the name, and a
// proxy below it stays on that tree while the name points to another compiler.
// Where the compiler is the same one (a component was added) the name's own tree
// is taken, so that a task runner sees what it has just installed.
//
// Whose build is it? A pin counts if
//
//   - a proxy is above us (RUST_RECURSION_COUNT), and RUSTUP_TOOLCHAIN, not a
//     +toolchain or a file, chose the toolchain: the variables come from it;
//   - the pin's tree belongs to just that toolchain;
//   - no finished build lies between. What `cargo run`, `test` and `bench` start
//     inherits all of it, but is a program of its own, maybe one that runs for
//     days and must see updates. Cargo gives it the package's variables, as it
//     gives them to compilers and build scripts; but those two get one besides
//     that no program gets (CARGO_CRATE_NAME, NUM_JOBS). So: a package that the
//     pin's maker did not see yet, and neither of the two.
const (
	pinVariable     = "BERTH_TOOLCHAIN_TREE"
	packageVariable = "BERTH_TOOLCHAIN_PACKAGE" // CARGO_MANIFEST_DIR when the pin was made
)

// pinned leases the tree that the build above us runs on, if it is to be kept.
func (c *call) pinned(ctx context.Context) *store.Lease {
	_, isPath := c.tc.(names.Path)
	if c.override.Source != settings.FromEnvironment || isPath || c.Env.Recursion == 0 {
		return nil
	}
	path, _ := c.Lookup(pinVariable)
	if path == "" || c.isProgramOfItsOwn() {
		return nil
	}
	st := c.Home.Store()
	pin, ours := st.TreeOf(path)
	if !ours || pin.Name != c.tc.String() {
		return nil
	}
	now, err := st.Look(pin.Name)
	if err != nil || now.Kind != store.None && (now.Path == pin.Path || toolchain.IsSameRustc(now.Path, pin.Path)) {
		return nil
	}
	lease, err := st.LeasePlace(ctx, pin)
	if err != nil {
		return nil // the tree has gone, and with it the build
	}
	c.UI.Debugf("proxy", "staying on %s, which the calling build uses", pin.Path)
	return lease
}

func (c *call) isProgramOfItsOwn() bool {
	get := func(name string) string { value, _ := c.Lookup(name); return value }
	dir := get("CARGO_MANIFEST_DIR")
	return dir != "" && dir != get(packageVariable) && get("CARGO_CRATE_NAME") == "" && get("NUM_JOBS") == ""
}

// pin tells those below us which tree this is.
func (c *call) pin(env *app.ChildEnv) {
	env.Unset(pinVariable)
	env.Unset(packageVariable)
	if c.lease.Kind != store.InStore {
		return // no pointer, so it cannot come to mean another tree
	}
	env.Set(pinVariable, c.lease.Path)
	if dir := env.Get("CARGO_MANIFEST_DIR"); dir != "" {
		env.Set(packageVariable, dir)
	}
}
