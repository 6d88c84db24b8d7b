package names

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestLinuxHost(t *testing.T) {
	glibc, thirtyTwo, musl := shell{}, shell{is32bit: true}, shell{musl: true}
	for _, c := range []struct {
		machine, goarch string
		sh              shell
		want            string
	}{
		{"x86_64", "amd64", glibc, "x86_64-unknown-linux-gnu"},
		{"x86_64", "amd64", musl, "x86_64-unknown-linux-musl"},
		{"x86_64", "386", thirtyTwo, "x86_64-unknown-linux-gnu"}, // as rustup: only ARM is asked
		{"i686", "amd64", musl, "i686-unknown-linux-gnu"},        // no musl build of rustup to take after
		{"aarch64", "arm64", glibc, "aarch64-unknown-linux-gnu"},
		{"aarch64", "arm64", musl, "aarch64-unknown-linux-musl"},
		{"aarch64", "arm64", thirtyTwo, "armv7-unknown-linux-gnueabihf"},
		{"armv7l", "arm", glibc, "armv7-unknown-linux-gnueabihf"},
		{"armv8l", "arm", glibc, "armv7-unknown-linux-gnueabihf"},
		{"arm", "arm", glibc, "arm-unknown-linux-gnueabi"},
		{"armv6l", "arm", glibc, "arm-unknown-linux-gnueabi"},
		{"loongarch64", "loong64", glibc, "loongarch64-unknown-linux-gnu"},
		{"ppc64", "ppc64", glibc, "powerpc64-unknown-linux-gnu"},
		{"ppc64le", "ppc64le", musl, "powerpc64le-unknown-linux-musl"},
		{"mips", "mips", glibc, "mips-unknown-linux-gnu"},
		{"mips", "mipsle", glibc, "mipsel-unknown-linux-gnu"},
		{"mips64", "mips64le", glibc, "mips64el-unknown-linux-gnuabi64"},
		{"s390x", "s390x", glibc, "s390x-unknown-linux-gnu"},
		{"riscv64", "riscv64", glibc, "riscv64gc-unknown-linux-gnu"},
		{"", "amd64", glibc, "x86_64-unknown-linux-gnu"},
	} {
		if got := linuxHost(c.machine, c.goarch, func() shell { return c.sh }); got != c.want {
			t.Errorf("%s (%s, %+v): %s, want %s", c.machine, c.goarch, c.sh, got, c.want)
		}
	}
}

func TestParseShell(t *testing.T) {
	for name, c := range map[string]struct {
		head []byte
		want shell
	}{
		"glibc":      {program(2, "/lib64/ld-linux-x86-64.so.2", 64), shell{}},
		"musl":       {program(2, "/lib/ld-musl-aarch64.so.1", 64), shell{musl: true}},
		"32 bit":     {program(1, "", 64), shell{is32bit: true}},
		"script":     {[]byte(strings.Repeat("#!/bin/true\n", 10)), shell{}},
		"empty":      {nil, shell{}},
		"far header": {program(2, "/lib/ld-musl-aarch64.so.1", 1<<63), shell{}},
	} {
		if got := parseShell(c.head); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := readShell(filepath.Join(t.TempDir(), "none")); got != (shell{}) {
		t.Errorf("no shell: %+v", got)
	}
}

// program is the head of an ELF program with one program header, the loader's.
func program(class byte, loader string, headers uint64) []byte {
	b := make([]byte, 512)
	copy(b, "\x7fELF")
	b[elfClass], b[elfData] = class, 1
	le := binary.LittleEndian
	le.PutUint64(b[32:], headers)
	le.PutUint16(b[54:], 56)
	le.PutUint16(b[56:], 1)
	le.PutUint32(b[64:], elfInterp)
	le.PutUint64(b[64+8:], 200)
	le.PutUint64(b[64+32:], uint64(len(loader)))
	copy(b[200:], loader)
	return b
}

func TestHostIsStocks(t *testing.T) {
	if got := Host("sparc-sun-solaris"); got != "sparc-sun-solaris" {
		t.Error(got)
	}
	home := t.TempDir()
	cmd := exec.Command("rustup", "show")
	cmd.Env = append(os.Environ(), "RUSTUP_HOME="+home, "CARGO_HOME="+home, "RUSTUP_TOOLCHAIN=", "RUSTUP_OVERRIDE_HOST_TRIPLE=", "RUSTUP_AUTO_INSTALL=0")
	cmd.Dir = home
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("these tests compare with stock rustup, which must be on PATH: %v", err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	if want := strings.TrimPrefix(line, "Default host: "); Host("") != want {
		t.Errorf("%s, stock says %s", Host(""), want)
	}
}
