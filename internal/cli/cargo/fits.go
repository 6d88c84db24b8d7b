package cargo

import (
	"context"

	"berth/internal/lockfs"
	"berth/internal/rustc"
)

// # Which toolchains
//
// What berth does itself it does as cargo 1.95 does it. A toolchain takes part from
// that release on, up to the newest whose differences are known; what stands in a
// line and is not known here is left to the cargo of a newer one. Older ones have
// other lock files, resolvers and flags, so their own cargo does everything.
//
// The release is asked of the programs themselves, and not read from a name or a
// manifest: linked toolchains have neither, and people copy things into the official
// ones. It costs one process each, once: package rustc keeps the answers.
const (
	firstMinor = 95 // Rust 1.95
	lastMinor  = 97
)

// fits says whether berth may do its verbs for the toolchain in force. Who has no
// cargo, no compiler, or one that does not say what it is, does not fit.
func (c *cli) fits(ctx context.Context) bool {
	cargo, compiler := c.tool.Program("cargo"), c.tool.Program("rustc")
	if cargo == "" || compiler == "" {
		return false
	}
	c.asker = rustc.New(lockfs.At(c.Env.CargoHome).Join("berth", "v1", "answers"), c.tool.Basic().List())
	other := make(chan *rustc.Version, 1)
	go func() {
		v, _ := c.asker.Version(ctx, compiler) // nil does not fit
		other <- v
	}()
	v, err := c.asker.Version(ctx, cargo)
	c.cargo = v
	return isKnown(<-other) && err == nil && isKnown(v)
}

func isKnown(v *rustc.Version) bool {
	return v != nil && v.Release.Major == 1 && v.Release.Minor >= firstMinor && v.Release.Minor <= lastMinor
}

// isNewer says that the toolchain's cargo is newer than the command line that is
// declared here.
func (c *cli) isNewer() bool { return c.cargo.Release.Minor > firstMinor }
