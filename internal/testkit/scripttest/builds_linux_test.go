package scripttest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/runnable"
)

// counter is a wrapper of the compiler: it writes down what is compiled, a line each.
const counter = `#!/bin/sh
name= emit= test= meta= before=
for word; do
	case $before in --crate-name) name=$word ;; esac
	case $word in
	--emit=*) emit=${word#--emit=} ;;
	--test) test=' test' ;;
	metadata=*) meta=${word#metadata=} ;;
	esac
	before=$word
done
case $name in '' | ___) ;; *) echo "$name $emit$test $meta" >>"$COUNTS" ;; esac
exec "$@"
`

// builtCrates are a chain of libraries, one whose build script waits for an event where it is told to, one whose script makes
// what is compiled, one that can be checked only, as what it is linked with is nowhere, and one for other languages, too.
func builtCrates() []cratekit.Crate {
	var crates []cratekit.Crate
	for i := range 6 {
		c := cratekit.New(fmt.Sprintf("d%d", i), "1.0.0")
		body := "0"
		if i > 0 {
			c = cratekit.New(fmt.Sprintf("d%d", i), "1.0.0", fmt.Sprintf("d%d 1", i-1))
			body = fmt.Sprintf("d%d::f()", i-1)
		}
		c.Files = map[string]string{"src/lib.rs": "pub fn f() -> u32 { 1 + " + body + " }\n"}
		crates = append(crates, c)
	}
	slow := cratekit.New("slow", "1.0.0")
	slow.Files = map[string]string{"src/lib.rs": "pub fn f() -> u32 { 7 }\n", "build.rs": `fn main() {
	println!("cargo::rerun-if-changed=build.rs");
	if let Ok(dir) = std::env::var("EVENTS") {
		let dir = std::path::Path::new(&dir);
		std::fs::write(dir.join("begun"), "").unwrap();
		std::fs::read(dir.join("go")).unwrap();
	}
}
`}
	gen := cratekit.New("gen", "1.0.0")
	gen.Files = map[string]string{"src/lib.rs": "include!(concat!(env!(\"OUT_DIR\"), \"/deep/f.rs\"));\n", "build.rs": `use std::io::Write;
fn main() {
	println!("cargo::rerun-if-changed=build.rs");
	let out = std::env::var("OUT_DIR").unwrap();
	println!("cargo::rustc-link-search=native={out}/empty");
	std::fs::create_dir_all(format!("{out}/deep")).unwrap();
	std::fs::create_dir_all(format!("{out}/empty")).unwrap();
	std::fs::write(format!("{out}/deep/f.rs"), "pub fn f() -> u32 { 11 }").unwrap();
	if let Ok(counts) = std::env::var("COUNTS") {
		writeln!(std::fs::File::options().create(true).append(true).open(counts).unwrap(), "run gen").unwrap();
	}
}
`}
	native := cratekit.New("native", "1.0.0", "d1 1")
	native.Files = map[string]string{"src/lib.rs": "pub fn f() -> u32 { d1::f() }\n", "build.rs": `fn main() { println!("cargo::rustc-link-lib=static=nowhere"); }`}
	both := cratekit.New("both", "1.0.0")
	both.Manifest = "[package]\nname = \"both\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[lib]\ncrate-type = [\"lib\", \"cdylib\"]\n"
	both.Files = map[string]string{"src/lib.rs": "pub fn f() -> u32 { 3 }\n"}
	return append(crates, slow, gen, native, both)
}

// TestBuildScripts runs testdata/script/builds: the real program and real compilers.
func TestBuildScripts(t *testing.T) {
	p := newPackages(t, builtCrates()...)
	testscript.Run(t, testscript.Params{Dir: filepath.Join("..", "..", "..", "testdata", "script", "builds"), Setup: p.setupBuilds, Cmds: commands()})
}

// setupBuilds gives a script also job slots and a counter of its own.
func (p *packages) setupBuilds(env *testscript.Env) error {
	if _, err := p.open(env); err != nil {
		return err
	}
	runtime := filepath.Join(env.WorkDir, ".run")
	if err := os.Mkdir(runtime, 0o700); err != nil {
		return err
	}
	wrapper := filepath.Join(env.WorkDir, ".counter")
	env.Vars = append(env.Vars, "XDG_RUNTIME_DIR="+runtime, "STOCKBIN="+filepath.Join(p.toolchain, "bin"), "RUSTC_WRAPPER="+wrapper, "COUNTS="+filepath.Join(env.WorkDir, ".counts"))
	return runnable.Write(wrapper, counter)
}

// compiledCmd holds the number of compilers that ran, of a pattern, against what it should be.
func compiledCmd(ts *testscript.TestScript, neg bool, args []string) {
	most := len(args) == 3 && args[0] == "-max"
	if most {
		args = args[1:]
	}
	usage(ts, !neg && len(args) == 2, "compiled [-max] REGEXP N")
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	got := 0
	for _, line := range calls(ts) {
		if pattern.MatchString(line) {
			got++
		}
	}
	if got > want || got < want && !most {
		ts.Fatalf("%s: compiled %d times, expected %d:\n%s", args[0], got, want, strings.Join(calls(ts), "\n"))
	}
}

// compiledOnceCmd: nothing that was compiled since the count began was compiled before in it.
func compiledOnceCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 0, "compiled-once")
	seen := map[string]bool{}
	for _, line := range calls(ts) {
		if seen[line] {
			ts.Fatalf("compiled twice: %s\n%s", line, strings.Join(calls(ts), "\n"))
		}
		seen[line] = true
	}
	if len(seen) == 0 {
		ts.Fatalf("nothing was compiled")
	}
}

// recountCmd begins to count anew.
func recountCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 0, "recount")
	ts.Check(os.RemoveAll(ts.Getenv("COUNTS")))
}

func calls(ts *testscript.TestScript) []string {
	data, err := os.ReadFile(ts.Getenv("COUNTS"))
	if err != nil && !os.IsNotExist(err) {
		ts.Check(err)
	}
	text := strings.TrimSuffix(string(data), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
