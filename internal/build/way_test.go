package build

import (
	"testing"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// TestWhatKeepsItsWay: only what nobody looks for by it.
func TestWhatKeepsItsWay(t *testing.T) {
	for _, c := range []struct {
		target, split string
		lib, bin      bool
	}{
		{"x86_64-unknown-linux-gnu", "", true, true},
		{"x86_64-unknown-linux-gnu", "packed", true, true},
		{"x86_64-unknown-linux-gnu", "unpacked", false, false},
		{"aarch64-apple-darwin", "unpacked", true, false},
		{"aarch64-apple-darwin", "", true, false},
		{"x86_64-pc-windows-msvc", "", true, false},
		{"x86_64-pc-windows-gnu", "", true, true},
	} {
		lib := &unit.Unit{Target: &manifest.Target{Kind: manifest.Lib, CrateTypes: []string{"lib"}}}
		bin := &unit.Unit{Target: &manifest.Target{Kind: manifest.Bin, CrateTypes: []string{"bin"}}}
		for _, u := range []*unit.Unit{lib, bin} {
			u.Mode, u.Profile.SplitDebuginfo = unit.Build, c.split
		}
		if got := isDebuggedWithoutWay(lib, c.target); got != c.lib {
			t.Errorf("%+v: a library %v", c, got)
		}
		if got := isDebuggedWithoutWay(bin, c.target); got != c.bin {
			t.Errorf("%+v: a program %v", c, got)
		}
		lib.Mode, bin.Mode = unit.Test, unit.Check
		if got := isDebuggedWithoutWay(lib, c.target); got != c.bin {
			t.Errorf("%+v: the tests of a library %v", c, got)
		}
		if !isDebuggedWithoutWay(bin, c.target) {
			t.Errorf("%+v: nothing is made by a check", c)
		}
	}
}
