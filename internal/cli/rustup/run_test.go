package rustup_test

import (
	"strings"
	"testing"
)

func TestRunBesideStock(t *testing.T) {
	t.Parallel()
	p := newSituations(t)
	for _, sit := range []situation{
		{line: "run stable rustc --version"},
		{line: "run stable rustc --kit-exit 7"},
		{line: "run stable sh -c exit"},
		{line: "run stable /bin/sh -c false"},
		{line: "run stable sh -c echo${IFS}$0"},
		{line: "run stable /bin/sh -c echo${IFS}$0"},
		{line: "run stable echo -v --help --install"},
		{line: "run stable -- echo x"},
		{line: "run stable --install echo x"},
		{line: "run --install stable echo x"},
		{line: "run --install beta rustc --version"}, // which installs it
		{line: "run nightly rustc"},
		{line: "run 1.80.0 rustc", env: "RUSTUP_AUTO_INSTALL=1"}, // which does not matter
		{line: "run --install 1.80.0 rustc"},
		{line: "run --install nope rustc"},
		{line: "run nope rustc"},
		{line: "run mine rustc --version"},
		{line: "run @/custom rustc --version"},
		{line: "run /nowhere rustc"},
		{line: "run a/relative/path rustc"},
		{line: "run +stable rustc"},
		{line: "run '' rustc"},
		{line: "run stable/ rustc --version"},
		{line: "run stable nothing-of-this-name"},
		{line: "run stable ''"},
		{line: "run stable @/custom/lib"},
		{line: "run stable cargo-clippy"},
		{line: "run mine cargo --kit-exit 3"}, // another toolchain's
		{line: "run stable cargo --kit-exec rustc --version"},
		{line: "+mine run stable rustc --version"},
		{line: "run stable rustc --version", dir: "bad"},
		{line: "run stable rustc --kit-exit 4", env: "RUST_RECURSION_COUNT=20"},
		{line: "run stable rustc --kit-exit 4", env: "RUST_RECURSION_COUNT=21"},
		{line: "run stable"},
		{line: "run"},
	} {
		p.same(t, sit, toTheByte)
	}
}

// TestRunEnvironment: what children find is what stock lets them find, but that
// berth's toolchains lie in its store.
func TestRunEnvironment(t *testing.T) {
	t.Parallel()
	p := newSituations(t)
	equal := func(theirs, ours string) bool {
		theirs = strings.ReplaceAll(theirs, "/rustup/toolchains/mine/", "/custom/") // the real tree, which no update of the link changes
		return anyOrder(childEnvironment(theirs), childEnvironment(ours))
	}
	for _, sit := range []situation{
		{line: "run stable rustc --kit-env"},
		{line: "run mine rustc --kit-env"},
		{line: "run @/custom rustc --kit-env"},
		{line: "run stable rustc --kit-env", env: "RUSTUP_TOOLCHAIN=mine RUSTUP_TOOLCHAIN_SOURCE=cli RUST_RECURSION_COUNT=3"},
		{line: "run stable rustc --kit-env", env: "LD_LIBRARY_PATH=/somewhere/lib"},
		{line: "run stable rustc --kit-env", env: "PATH=@/cargo/bin:/usr/bin:/bin"},
	} {
		p.same(t, sit, equal)
	}
}

// childEnvironment keeps what is ours to set, without the folder of links through
// which children find what is not installed in CARGO_HOME, and the lines that only
// berth adds.
func childEnvironment(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, "=")
		switch {
		case name == "PATH":
			first, rest, _ := strings.Cut(value, ":")
			if strings.Contains(first, "/v1/bin/") {
				value = rest
			}
			kept = append(kept, "PATH="+value)
		case strings.HasPrefix(name, "CARGO_BUILD_RUST"):
		case strings.HasPrefix(name, "RUST"), strings.HasPrefix(name, "CARGO"), strings.HasPrefix(name, "LD_"):
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
