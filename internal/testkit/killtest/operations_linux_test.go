package killtest

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/soak/program"
)

// operation is one command on one kind of home.
type operation struct {
	name    string
	prepare func(*stage) // at firstDate
	date    string       // what the server shows when the command runs
	command string       // of rustup; with "=", of another program
	faults  []distserver.Fault
	// done is what a second run may say and fail, when the killed one had come so
	// far that nothing was left to do.
	done string
	// then is the next transaction, where the command itself is none and leaves
	// the tidying to it.
	then string
	// torn: at first the toolchain is damaged.
	torn bool
	// foreign are toolchains that the preparation made other than they were
	// published.
	foreign string
	// befall is what happens to each copy of the prepared homes.
	befall func(*stage)
}

const minimal = "toolchain install stable --profile minimal"

func after(lines ...string) func(*stage) {
	return func(s *stage) {
		for _, line := range lines {
			s.rustup(line)
		}
	}
}

// updated is a home whose stable was installed at the first date and brought to
// the second.
func updated(s *stage) {
	s.rustup(minimal)
	s.server.Point("stable", secondDate)
	s.rustup("update stable")
}

func stockMade(s *stage) { s.stockRun(minimal + " --no-self-update") }

// operations are every kind of change, and between them they pass every crash
// point (a test holds them against the sources).
func operations() []operation {
	return []operation{
		{name: "install", prepare: nothing, command: minimal}, // which also becomes the default
		{name: "install default profile", prepare: chosen, command: "toolchain install stable"},
		{name: "install a second name", prepare: after(minimal), command: "toolchain install 1.95.0 --profile minimal"},
		{name: "update", prepare: after(minimal), date: secondDate, command: "update stable"},
		{name: "component add", prepare: after(minimal), command: "component add --toolchain stable rustfmt rust-src"},
		{name: "component remove", prepare: after(minimal + " -c rustfmt"), command: "component remove --toolchain stable rustfmt", done: "does not contain component"},
		{name: "component remove to a tree of before", prepare: after(minimal, "component add --toolchain stable rustfmt", "component add --toolchain stable clippy"),
			command: "component remove --toolchain stable rustfmt clippy", done: "does not contain component"},
		{name: "target add", prepare: after(minimal), command: "target add --toolchain stable wasm32-unknown-unknown"},
		{name: "uninstall", prepare: updated, date: secondDate, command: "toolchain uninstall stable"},
		{name: "uninstall one of two", prepare: after(minimal, "toolchain install 1.95.0 --profile minimal -c rustfmt"), command: "toolchain uninstall 1.95.0"},
		{name: "rollback", prepare: updated, date: secondDate, command: "toolchain rollback stable"},
		{name: "adopt, component add", prepare: stockMade, command: "component add --toolchain stable rustfmt"},
		{name: "adopt, update", prepare: stockMade, date: secondDate, command: "update stable"},
		{name: "uninstall of stock's", prepare: stockMade, command: "toolchain uninstall stable"},
		{name: "default", prepare: after(minimal, "toolchain install 1.95.0 --profile minimal"), command: "default 1.95.0"},
		{name: "link", prepare: after(minimal), command: "toolchain link mine rustup/toolchains/" + full("stable")},
		{name: "install from stock's downloads", prepare: stockDownloads, command: minimal},
		{name: "install from stock's downloads on another disk", prepare: stockDownloadsElsewhere, command: minimal},
		{name: "install over damaged downloads", prepare: damagedDownloads, command: minimal},
		{name: "install from a server that lies", prepare: chosen, command: minimal, faults: []distserver.Fault{{Kind: distserver.Flip, Path: "*/rustc-*", Bytes: 1 << 20}}},
		{name: "install with an edited component", prepare: editedComponent, command: "toolchain install 1.95.0 --profile minimal", foreign: full("stable")},
		{name: "install over a stray hash", prepare: strayHash, command: minimal},
		{name: "component add when all has settled", prepare: after(minimal), befall: settled, command: "component add --toolchain stable rustfmt"},
		{name: "rustc after a power loss", prepare: after(minimal), befall: powerLost, command: "=rustc --version"},
		{name: "rustc after a power loss that tore the tree", prepare: after(minimal), befall: tornTree, command: "=rustc --version", then: "update stable", torn: true},
		{name: "rustc after a power loss that took the records", prepare: after(minimal), befall: tornRecords, command: "=rustc --version", then: "update stable", torn: true},
		{name: "rustc after a power loss that took all that was known", prepare: after(minimal), befall: tornStamp, command: "=rustc --version", then: "update stable", torn: true},
	}
}

// nothing is a home that is not there.
func nothing(*stage) {}

// chosen is a home where the default is set and nothing installed.
func chosen(s *stage) {
	s.write(s.path("settings.toml"), []byte("version = \"12\"\ndefault_toolchain = \""+full("stable")+"\"\n\n[overrides]\n"))
}

// stockDownloads is a home in which stock was killed: one archive complete, one
// in part.
func stockDownloads(s *stage) {
	chosen(s)
	for part, suffix := range map[string]string{"/cargo-1.95.0": "", "/rustc-1.95.0": ".partial"} {
		a := s.archive(s.t, part)
		data := must(os.ReadFile(filepath.Join(s.root, filepath.FromSlash(a.Path))))
		if suffix != "" {
			data = data[:len(data)/2]
		}
		s.write(s.path("downloads", a.Hash+suffix), data)
	}
}

// stockDownloadsElsewhere: no file can be linked from there.
func stockDownloadsElsewhere(s *stage) {
	must(0, os.MkdirAll(s.homes.Rustup(), 0o755))
	must(0, os.Symlink(elsewhere(s.t, s.homes.Dir), s.path("downloads")))
	stockDownloads(s)
}

// elsewhere is a directory on another file system than a file's.
func elsewhere(t *testing.T, file string) string {
	const memory = "/dev/shm"
	dir := must(os.MkdirTemp(memory, "berth-test-"))
	t.Cleanup(func() { os.RemoveAll(dir) })
	if must(os.Stat(dir)).Sys().(*syscall.Stat_t).Dev == must(os.Stat(file)).Sys().(*syscall.Stat_t).Dev {
		t.Fatalf("this test needs two file systems, and the temporary directory is on that of %s, too", memory)
	}
	return dir
}

// damagedDownloads is a home whose disk forgot what was in its files.
func damagedDownloads(s *stage) {
	chosen(s)
	cargo, rustc := s.archive(s.t, "/cargo-1.95.0"), s.archive(s.t, "/rustc-1.95.0")
	s.write(s.path("berth", "v1", "downloads", cargo.Hash), make([]byte, cargo.Size))
	s.write(s.path("berth", "v1", "downloads", rustc.Hash+".partial"), make([]byte, rustc.Size/2))
}

func editedComponent(s *stage) {
	s.rustup(minimal)
	s.write(s.path("toolchains", full("stable"), "bin", "rustc"), []byte("#!/bin/sh\necho edited in place\n"))
}

func strayHash(s *stage) {
	chosen(s)
	s.write(s.path("update-hashes", full("stable")), []byte(strings.Repeat("a", 20)))
}

// settled: what the home has was made long enough ago to be on the disk.
func settled(s *stage) { setStamps(s.t, s.homes.Dir, time.Now().Add(-time.Hour)) }

func powerLost(s *stage) { must(0, program.LosePower(s.homes.Rustup())) }

func tornTree(s *stage) {
	powerLost(s)
	tree := must(filepath.EvalSymlinks(s.path("toolchains", full("stable"))))
	must(0, os.Truncate(filepath.Join(tree, "bin", "rustc"), 0))
	must(0, os.Remove(filepath.Join(tree, "bin", "cargo")))
}

// tornStamp leaves nothing that says what the toolchain was.
func tornStamp(s *stage) {
	tornRecords(s)
	tree := must(filepath.EvalSymlinks(s.path("toolchains", full("stable"))))
	must(0, os.Truncate(filepath.Join(filepath.Dir(tree), "stamp"), 10))
}

func tornRecords(s *stage) {
	powerLost(s)
	must(0, os.Remove(s.path("toolchains", full("stable"), "lib", "rustlib", "multirust-config.toml")))
}
