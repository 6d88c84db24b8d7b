package names

import "runtime"

// detectHost goes by what this program was built for. Under Rosetta that is x86_64,
// which is also what rustup takes there: an emulated berth installs toolchains that
// its children, emulated too, can load.
func detectHost() string {
	if runtime.GOARCH == "arm64" {
		return "aarch64-apple-darwin"
	}
	return "x86_64-apple-darwin"
}
