package killtest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // stock's records

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
)

// errand is one command of cargo, by the real program, that changes a project or the homes.
type errand struct {
	name    string
	deps    string              // of the project's package
	prepare func(*packageStage) // before the command, on what every run begins with
	command string
	fault   faulthttp.Fault
	fails   bool // also when nobody kills it
}

// errands pass, all of them together, every crash point of the Cargo half (a test holds them against the sources).
func errands() []errand {
	const three = "a = \"1\"\nb = \"1\"\n"
	return []errand{
		{name: "fetch", deps: three, command: "fetch"},
		{name: "fetch what is locked", deps: three, prepare: cargo("generate-lockfile"), command: "fetch --locked"},
		{name: "fetch over torn sources", deps: three, prepare: tornSource, command: "fetch --locked"},
		{name: "fetch from a registry that lies", deps: "c = \"1\"\n", command: "fetch", fails: true, // of one crate: others may or may not arrive before it fails
			fault: faulthttp.Fault{Kind: faulthttp.Flip, Path: registryserver.CratePath("c", "1.0.0"), Bytes: 30}},
		{name: "fetch of an archive that escapes", deps: "evil = \"1\"\n", command: "fetch", fails: true},
		{name: "fetch after stock's a while ago", deps: three, prepare: stockLongAgo, command: "fetch --locked"},
		{name: "fetch from git", deps: "one = { git = \"<forge>/one\" }\na = \"1\"\n", command: "fetch"},
		{name: "fetch over a torn repository", deps: "one = { git = \"<forge>/one\" }\n", prepare: tornRepository, command: "fetch --locked"},
		{name: "fetch over a torn repository of another file system", deps: "one = { git = \"<forge>/one\" }\n", prepare: tornRepositoryElsewhere, command: "fetch --locked"},
		{name: "fetch beside the answers of many compilers", deps: three, prepare: manyAnswers, command: "fetch"},
		{name: "update from git", deps: "one = { git = \"<forge>/one\" }\n", prepare: newCommit, command: "update"},
		{name: "update", deps: three, prepare: newVersion, command: "update"},
		{name: "add", deps: "a = \"1\"\n", prepare: cargo("fetch"), command: "add b"},
		{name: "remove", deps: three, prepare: cargo("fetch"), command: "remove b"},
		{name: "add of what is not there any more", deps: "a = \"1\"\n", prepare: withdrawn, command: "add gone", fails: true},
		{name: "add of what is there again", deps: "a = \"1\"\n", prepare: republished, command: "add gone"},
		{name: "clean", deps: "a = \"1\"\n", prepare: built, command: "clean"},
		{name: "vendor", deps: three, prepare: cargo("fetch"), command: "vendor --respect-source-config"},
		{name: "vendor over what is old", deps: three, prepare: vendored, command: "vendor --respect-source-config"},
		{name: "vendor where an exchange was cut off", deps: three, prepare: halfExchanged, command: "vendor --respect-source-config"},
		{name: "vendor of nothing", command: "vendor --respect-source-config"},
		{name: "fix", prepare: fixable, command: "fix --allow-no-vcs --target-dir ../target"},
		{name: "metadata", deps: three, prepare: cargo("fetch"), command: "metadata --format-version 1 --offline"},
	}
}

func cargo(lines ...string) func(*packageStage) {
	return func(s *packageStage) {
		for _, line := range lines {
			s.must(line)
		}
	}
}

// tornSource: the machine lost power while a crate was unpacked.
func tornSource(s *packageStage) {
	s.must("fetch")
	for _, mark := range must(filepath.Glob(filepath.Join(s.homes.Cargo(), "registry", "src", "*", "a-*", ".cargo-ok"))) {
		must(0, os.Remove(mark))
	}
}

// tornRepository: a database has lost its head, and a checkout was not made wholly.
func tornRepository(s *packageStage) {
	s.must("fetch")
	for _, pattern := range []string{"db/one-*/HEAD", "checkouts/one-*/*/.cargo-ok"} {
		found := must(filepath.Glob(filepath.Join(s.homes.Cargo(), "git", filepath.FromSlash(pattern))))
		if len(found) != 1 {
			s.t.Fatalf("%s: expected one file, found %q", pattern, found)
		}
		must(0, os.Remove(found[0]))
	}
}

// tornRepositoryElsewhere: nothing can be renamed into where databases are, or out of there.
func tornRepositoryElsewhere(s *packageStage) {
	databases := filepath.Join(s.homes.Cargo(), "git", "db")
	must(0, os.MkdirAll(filepath.Dir(databases), 0o755))
	must(0, os.Symlink(elsewhere(s.t, s.homes.Dir), databases))
	tornRepository(s)
}

// manyAnswers are so many that the next one sweeps.
func manyAnswers(s *packageStage) {
	answers := filepath.Join(s.homes.Cargo(), "berth", "v1", "answers")
	must(0, os.MkdirAll(answers, 0o755))
	for i := range 300 {
		must(0, os.WriteFile(filepath.Join(answers, fmt.Sprintf("%016x.json", i)), nil, 0o644))
	}
}

// stockLongAgo: stock has noted the use of everything, so long ago that it is worth noting again.
func stockLongAgo(s *packageStage) {
	s.stock("fetch")
	db := must(sql.Open("sqlite", filepath.Join(s.homes.Cargo(), ".global-cache")))
	defer db.Close()
	for _, table := range []string{"registry_index", "registry_crate", "registry_src"} {
		must(db.Exec("UPDATE " + table + " SET timestamp = timestamp - 86400"))
	}
}

func newVersion(s *packageStage) {
	s.must("fetch")
	must(0, s.tree.Publish(cratekit.New("a", "1.1.0")))
}

func newCommit(s *packageStage) {
	s.must("fetch")
	s.repo.Commit(gitkit.Package("", "one", "0.2.0"))
}

func withdrawn(s *packageStage) {
	s.must("fetch")
	s.must("add gone")
	s.must("remove gone")
	must(0, s.tree.Remove("gone", "1.0.0"))
	must(0, os.Remove(filepath.Join(s.tree.Dir, "index", filepath.FromSlash(cratekit.IndexPath("gone")))))
}

func republished(s *packageStage) {
	withdrawn(s)
	s.run("add gone")
	must(0, s.tree.Publish(cratekit.New("gone", "1.0.1")))
}

func vendored(s *packageStage) {
	s.must("fetch")
	s.must("vendor --respect-source-config")
	must(0, s.tree.Publish(cratekit.New("a", "1.1.0", "c 1")))
	s.must("update")
	must(0, os.MkdirAll(filepath.Join(s.dir(), "vendor", "stale"), 0o755))
}

// halfExchanged: on a file system that exchanges nothing in one step, a vendor that was killed has put the old package aside.
func halfExchanged(s *packageStage) {
	vendored(s)
	a := filepath.Join(s.dir(), "vendor", "a")
	must(0, os.Rename(a, a+".berth-aside"))
}

// fixable: there is something to fix in two files, one of which is read only by the other.
func fixable(s *packageStage) {
	must(0, os.WriteFile(filepath.Join(s.dir(), "src", "lib.rs"), []byte("mod m;\nuse std::io;\npub fn f() -> u8 {\n    let mut x = m::g();\n    x\n}\n"), 0o644))
	must(0, os.WriteFile(filepath.Join(s.dir(), "src", "m.rs"), []byte("use std::fmt;\npub fn g() -> u8 {\n    7\n}\n"), 0o600))
	s.must("generate-lockfile")
}

func built(s *packageStage) {
	s.must("fetch")
	target := filepath.Join(s.dir(), "target")
	for _, file := range []string{"debug/deps/p.d", "release/p.d"} {
		must(0, os.MkdirAll(filepath.Dir(filepath.Join(target, file)), 0o755))
		must(0, os.WriteFile(filepath.Join(target, file), nil, 0o644))
	}
	must(0, os.WriteFile(filepath.Join(target, "CACHEDIR.TAG"), []byte("Signature: 8a477f597d28d172789f06886806bc55\n"), 0o644))
}
