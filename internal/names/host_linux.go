package names

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

func detectHost() string {
	machine := ""
	var uts unix.Utsname
	if unix.Uname(&uts) == nil {
		machine = unix.ByteSliceToString(uts.Machine[:])
	}
	return linuxHost(machine, runtime.GOARCH, func() shell { return readShell("/bin/sh") })
}

// shell is what /bin/sh tells of the userland. The kernel does not tell it: a 64-bit
// kernel may run a 32-bit system, and musl and glibc look the same to it.
type shell struct{ is32bit, musl bool }

// linuxHost names the triple for what uname calls the machine, or for the
// architecture that this program was built for when uname says something else.
func linuxHost(machine, goarch string, sh func() shell) string {
	if machine == "aarch64" && sh().is32bit {
		machine = "armv7l"
	}
	arch, env := linuxMachine(machine, goarch)
	if arch == "" {
		arch, env = linuxMachine("", goarch)
	}
	if env == "gnu" && linuxHasMusl(arch) && sh().musl {
		env = "musl"
	}
	return arch + "-unknown-linux-" + env
}

func linuxMachine(machine, goarch string) (arch, env string) {
	switch machine {
	case "x86_64", "i686", "loongarch64":
		return machine, "gnu"
	case "aarch64":
		return "aarch64", "gnu"
	case "arm":
		return "arm", "gnueabi"
	case "armv7l", "armv8l":
		return "armv7", "gnueabihf"
	case "ppc64":
		return "powerpc64", "gnu"
	case "ppc64le":
		return "powerpc64le", "gnu"
	case "mips", "mips64":
		// uname hides the byte order; a program that runs here has the right one.
		return linuxMips(machine, goarch)
	case "":
		return linuxBuild(goarch)
	}
	return "", ""
}

func linuxMips(machine, goarch string) (arch, env string) {
	env = "gnu"
	if machine == "mips64" {
		env = "gnuabi64"
	}
	if goarch == "mipsle" || goarch == "mips64le" {
		machine += "el"
	}
	return machine, env
}

func linuxBuild(goarch string) (arch, env string) {
	switch goarch {
	case "amd64":
		return "x86_64", "gnu"
	case "386":
		return "i686", "gnu"
	case "arm64":
		return "aarch64", "gnu"
	case "arm":
		return "arm", "gnueabi"
	case "loong64":
		return "loongarch64", "gnu"
	case "ppc64":
		return "powerpc64", "gnu"
	case "ppc64le":
		return "powerpc64le", "gnu"
	case "riscv64":
		return "riscv64gc", "gnu"
	case "mips", "mipsle":
		return linuxMips("mips", goarch)
	case "mips64", "mips64le":
		return linuxMips("mips64", goarch)
	}
	return goarch, "gnu"
}

// linuxHasMusl lists the architectures that rustup itself is published for with musl.
func linuxHasMusl(arch string) bool {
	switch arch {
	case "x86_64", "aarch64", "loongarch64", "powerpc64", "powerpc64le":
		return true
	}
	return false
}

// readShell looks at the ELF class and the loader of a program. One that cannot be
// read, or is linked statically, tells nothing: 64 bit and glibc then, the common case.
func readShell(path string) shell {
	f, err := os.Open(path)
	if err != nil {
		return shell{}
	}
	defer f.Close()
	// Loaders are named within the first page of every program seen.
	page := make([]byte, 4096)
	n, _ := io.ReadFull(f, page)
	return parseShell(page[:n])
}

// What is needed of ELF. The package debug/elf would add its tables, DWARF and
// compress to the start of every proxy.
const (
	elfClass   = 4 // index of the class in the head
	elfData    = 5 // and of the byte order
	elfClass32 = 1
	elfClass64 = 2
	elfDataBig = 2
	elfInterp  = 3 // type of the program header that names the loader
)

func parseShell(head []byte) shell {
	if len(head) < 64 || !bytes.HasPrefix(head, []byte("\x7fELF")) {
		return shell{}
	}
	return shell{
		is32bit: head[elfClass] == elfClass32,
		musl:    bytes.Contains(interpreter(head), []byte("/ld-musl-")),
	}
}

// interpreter finds the loader in the head of a 64-bit program; a 32-bit one is never
// asked for its loader.
func interpreter(head []byte) []byte {
	var order binary.ByteOrder = binary.LittleEndian
	if head[elfData] == elfDataBig {
		order = binary.BigEndian
	}
	if head[elfClass] != elfClass64 {
		return nil
	}
	offset, size := order.Uint64(head[32:]), uint64(order.Uint16(head[54:]))
	for range order.Uint16(head[56:]) {
		if offset+56 < offset || offset+56 > uint64(len(head)) {
			return nil
		}
		entry := head[offset:]
		if order.Uint32(entry) == elfInterp {
			from, length := order.Uint64(entry[8:]), order.Uint64(entry[32:])
			if end := from + length; end >= from && end <= uint64(len(head)) {
				return head[from:end]
			}
			return nil
		}
		offset += size
	}
	return nil
}
