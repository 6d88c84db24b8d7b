package build

import "runtime"

func programSuffixes() []string { return []string{""} }

// libcFiles are where the loader of programs lies, and with it the library of C. To list /lib would take longer than all
// other looks of a build that has nothing to do.
func libcFiles() []string {
	tuple := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "386": "i386-linux-gnu", "riscv64": "riscv64-linux-gnu",
		"ppc64le": "powerpc64le-linux-gnu", "s390x": "s390x-linux-gnu", "arm": "arm-linux-gnueabihf"}[runtime.GOARCH]
	musl := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	return []string{"/lib/" + tuple + "/libc.so.6", "/lib64/libc.so.6", "/usr/lib/libc.so.6", "/lib/ld-musl-" + musl + ".so.1"}
}
