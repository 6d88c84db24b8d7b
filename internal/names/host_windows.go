package names

import (
	"runtime"

	"golang.org/x/sys/windows"
)

// Machine types of the PE format.
const (
	machineI386  = 0x014c
	machineAMD64 = 0x8664
	machineARM64 = 0xaa64
)

// detectHost asks for the machine below any emulation, so that an x86_64 berth on an
// ARM machine installs what runs fast there. MSVC is what the platform itself links with.
func detectHost() string {
	var process, native uint16
	if windows.IsWow64Process2(windows.CurrentProcess(), &process, &native) != nil {
		native = 0
	}
	return windowsArch(native, runtime.GOARCH) + "-pc-windows-msvc"
}

func windowsArch(native uint16, goarch string) string {
	switch native {
	case machineI386:
		return "i686"
	case machineAMD64:
		return "x86_64"
	case machineARM64:
		return "aarch64"
	}
	switch goarch {
	case "386":
		return "i686"
	case "arm64":
		return "aarch64"
	}
	return "x86_64"
}
