package rustup_test

import "testing"

func TestWhichBesideStock(t *testing.T) {
	t.Parallel()
	p := newSituations(t)
	for _, sit := range []situation{
		{line: "which rustc"},
		{line: "which cargo"},
		{line: "which cargo-clippy"}, // not installed
		{line: "which rust-gdb"},     // its component is installed and does not bring it
		{line: "which nothing"},
		{line: "which ./rustc"},
		{line: "which /bin/sh"},
		{line: "which lib"},
		{line: "which ../lib"},
		{line: "which ''"},
		{line: "which"},
		{line: "which -- -x"},
		{line: "+mine which rustc"},
		{line: "+mine which cargo"},
		{line: "+nope which cargo"},
		{line: "which --toolchain mine rustc"},
		{line: "which --toolchain nope rustc"},
		{line: "which --toolchain nightly-2026-05-20 rustc"},
		{line: "which --toolchain @/custom rustc"},
		{line: "which --toolchain beta rustc", env: "RUSTUP_AUTO_INSTALL=0"},
		{line: "which --toolchain 1.80.0 rustc"},
		{line: "+mine which --toolchain stable rustc"},
		{line: "which rustc", env: "RUSTUP_TOOLCHAIN=@/custom"},
		{line: "which cargo", env: "RUSTUP_TOOLCHAIN=@/custom"},
		{line: "which rustc", env: "RUSTUP_TOOLCHAIN=nope"},
		{line: "which rustc", dir: "ov"},
		{line: "which rustc", dir: "pinned/deeper"},
		{line: "which cargo-clippy", dir: "pinned"},
		{line: "which rustc", dir: "bad"},
		{line: "which rustc", dir: "both"},
		{line: "which --toolchain stable rustc", dir: "bad"},
		{line: "which --toolchain beta rustc"}, // installs it
	} {
		p.same(t, sit, toTheByte)
	}
}
