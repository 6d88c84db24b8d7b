//go:build !linux && !darwin && !windows

package names

import "runtime"

// detectHost goes by what this program was built for; on these systems a toolchain of
// another architecture is not expected to run.
func detectHost() string {
	arch := runtime.GOARCH
	switch arch {
	case "amd64":
		arch = "x86_64"
	case "386":
		arch = "i686"
	case "arm64":
		arch = "aarch64"
	}
	switch runtime.GOOS {
	case "solaris":
		return arch + "-pc-solaris"
	default:
		return arch + "-unknown-" + runtime.GOOS
	}
}
