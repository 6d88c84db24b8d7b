package cargo

import (
	"context"

	"berth/internal/dialect"
	"berth/internal/lockfs"
	"berth/internal/rustc"
)

// # Which toolchains
//
// What berth does itself it does as the toolchain's cargo does it. Package dialect has
// the releases that take part; what stands in a line of a newer one and is not known
// here is left to its cargo. Older ones have other lock files, resolvers and flags, so
// their own cargo does everything.
//
// Of what these differ in, only the form is left out in which `fix` of 1.97 tells of a fix that did not work: it is told
// as in 1.95.
//
// The release is asked of the programs themselves, and not read from a name or a
// manifest: linked toolchains have neither, and people copy things into the official
// ones. It costs one process each, once: package rustc keeps the answers.

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
	return v != nil && v.Release.Major == 1 && v.Release.Minor >= uint64(dialect.First) && v.Release.Minor <= uint64(dialect.Last)
}

// release is the Cargo that is followed; the first where no toolchain was asked.
func (c *cli) release() dialect.Release {
	if c.cargo == nil {
		return dialect.First
	}
	return dialect.Release(c.cargo.Release.Minor)
}

// isNewer says that the toolchain's cargo is newer than the command line that is
// declared here.
func (c *cli) isNewer() bool { return c.release() > dialect.First }
