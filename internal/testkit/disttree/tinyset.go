package disttree

import "slices"

// TinySet is the toolchains of "distserver tiny", in the order in which they are to be published. Of t only what all have in common is
// used: host, targets, sizes and formats.
func TinySet(t Tiny) []Toolchain {
	at := func(date, version string, channels ...string) Toolchain {
		t.Date, t.Version, t.Channels = date, version, channels
		return t.Toolchain()
	}
	stable := at("2026-04-16", "1.95.0 (59807616e 2026-04-14)", "stable", "1.95", "1.95.0")
	patched := Patched(stable, at("2026-05-28", "1.95.1 (a1b2c3d4e 2026-05-26)", "stable", "1.95", "1.95.1"), "rustc", "cargo", "rust-docs")
	patched.DatedOnly = true

	nightly := at("2026-05-20", "1.97.0-nightly (4d1f98451 2026-05-19)", "nightly")
	broken := at("2026-05-21", "1.97.0-nightly (5e2a09562 2026-05-20)", "nightly")
	broken.Component("rustfmt-preview").Unavailable = true
	broken.Remove("clippy-preview")
	delete(broken.Renames, "clippy") // a rename to what is not there makes a manifest invalid
	return []Toolchain{
		stable, patched, at("2026-05-10", "1.96.0-beta.2 (0b9d1e2f3 2026-05-09)", "beta"), nightly, broken,
	}
}

// Patched is the release next with only the named components renewed: all others are, to the byte, those of base.
func Patched(base, next Toolchain, renewed ...string) Toolchain {
	next = next.Clone()
	for i := range next.Components {
		c := &next.Components[i]
		old := base.Component(c.Name, c.Target)
		if old == nil || slices.Contains(renewed, c.Name) {
			continue
		}
		c.Files, c.Dirs, c.Version, c.Stem = old.Files, old.Dirs, old.version(&base), base.stem(old)
	}
	return next
}
