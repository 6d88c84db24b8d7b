package scripttest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// model is a workspace whose program prints everything that it was made from, and what that must be: a build that
// compiled too little prints something else than a clean build would.
type model struct {
	ts      *testscript.TestScript
	chance  *rand.Rand
	values  map[string]int // by the part they come from
	feature bool
	clock   time.Time
}

// parts are where a value comes from, and the text that holds it.
func parts() map[string]string {
	return map[string]string{
		"app/src/part.rs":     "pub const N: u32 = %d;\n",
		"app/included.txt":    "%d",
		"app/data/read.txt":   "%d",
		"lib/src/lib.rs":      "#[inline] pub fn inlined() -> u32 { %[1]d }\npub fn called() -> u32 { deep::n() + %[1]d }\n",
		"lib/src/unused.rs":   "// %d\n",
		"deep/src/lib.rs":     "pub fn n() -> u32 { deeper() }\nfn deeper() -> u32 { %d }\n",
		"proc/src/lib.rs":     "#[proc_macro] pub fn n(_: proc_macro::TokenStream) -> proc_macro::TokenStream { \"%d\".parse().unwrap() }\n",
		"app/build.rs":        "fn main() {\n\tprintln!(\"cargo::rerun-if-changed=data\");\n\tprintln!(\"cargo::rerun-if-env-changed=SCRIPT\");\n\tlet read = std::fs::read_to_string(\"data/read.txt\").unwrap();\n\tlet script = std::env::var(\"SCRIPT\").unwrap_or_default();\n\tstd::fs::write(format!(\"{}/made.rs\", std::env::var(\"OUT_DIR\").unwrap()), format!(\"const MADE: &str = \\\"{read} {script} {}\\\";\", %d)).unwrap();\n}\n",
		"env SCRIPT":          "",
		"env COMPILED":        "",
		"version app/version": "",
	}
}

func newModel(ts *testscript.TestScript, seed uint64) *model {
	m := &model{ts: ts, chance: rand.New(rand.NewPCG(seed, 1)), values: map[string]int{}, clock: time.Now().Add(-time.Hour)}
	m.write("Cargo.toml", "[workspace]\nmembers = [\"app\", \"lib\", \"deep\", \"proc\"]\nresolver = \"2\"\n")
	m.write("lib/Cargo.toml", "[package]\nname = \"lib\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\ndeep = { path = \"../deep\" }\n")
	m.write("deep/Cargo.toml", "[package]\nname = \"deep\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	m.write("proc/Cargo.toml", "[package]\nname = \"proc\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n")
	m.write("app/src/main.rs", `mod part;
include!(concat!(env!("OUT_DIR"), "/made.rs"));
fn main() {
	let compiled = option_env!("COMPILED").unwrap_or("");
	println!("{} {} {} {} {} {} {} {} {}", part::N, include_str!("../included.txt"), MADE, lib::inlined(), lib::called(), proc::n!(), compiled, env!("CARGO_PKG_VERSION_PATCH"), cfg!(feature = "f"));
}
`)
	m.write("app/tests/it.rs", "#[test] fn t() { assert_eq!(lib::inlined(), lib::inlined()) }\n")
	for part := range parts() {
		m.set(part, 1)
	}
	return m
}

func (m *model) write(name, text string) {
	m.ts.Check(writeFile(m.ts.MkAbs(name), text))
}

// set gives a part a value. Times of files jump back and forth, as they do with checkouts of branches and with archives.
func (m *model) set(part string, value int) {
	m.values[part] = value
	switch kind, _, _ := strings.Cut(part, " "); kind {
	case "env":
	case "version":
		m.write("app/Cargo.toml", fmt.Sprintf("[package]\nname = \"app\"\nversion = \"0.1.%d\"\nedition = \"2021\"\n[features]\nf = []\n[dependencies]\nlib = { path = \"../lib\" }\nproc = { path = \"../proc\" }\n", value))
	default:
		m.write(part, fmt.Sprintf(parts()[part], value))
		if m.chance.IntN(2) == 0 {
			m.clock = m.clock.Add(time.Duration(m.chance.IntN(7)-3)*time.Second + time.Microsecond) // never the same twice
			m.ts.Check(os.Chtimes(m.ts.MkAbs(part), m.clock, m.clock))
		}
	}
}

// want is what the program of a clean build would print.
func (m *model) want() string {
	v := m.values
	return fmt.Sprintf("%d %d %d %d %d %d %d %d %d %d %v", v["app/src/part.rs"], v["app/included.txt"], v["app/data/read.txt"], v["env SCRIPT"], v["app/build.rs"],
		v["lib/src/lib.rs"], v["deep/src/lib.rs"]+v["lib/src/lib.rs"], v["proc/src/lib.rs"], v["env COMPILED"], v["version app/version"], m.feature)
}

// randomEditsCmd edits and builds N times, by chance.
func randomEditsCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 2, "random-edits N SEED")
	times, err := strconv.Atoi(args[0])
	ts.Check(err)
	seed, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	m := newModel(ts, seed)
	var names []string
	for part := range parts() {
		names = append(names, part)
	}
	// Maps have no order, and the seed shall decide.
	slices.Sort(names)
	for i := range times {
		var edits []string
		for range m.chance.IntN(3) {
			part := names[m.chance.IntN(len(names))]
			value := m.chance.IntN(3) // back to what it was, too
			m.set(part, value)
			edits = append(edits, fmt.Sprintf("%s=%d", part, value))
		}
		m.feature = m.chance.IntN(4) == 0
		lines := [][]string{{"cargo", "check"}, {"cargo", "test", "--no-run"}, {"cargo", "build", "-p", "lib"}, nil, nil}
		if line := lines[m.chance.IntN(len(lines))]; line != nil {
			m.run(line)
		}
		got := m.run([]string{"cargo", "run", "-q", "-p", "app"})
		if want := m.want(); strings.TrimSpace(got) != want {
			ts.Fatalf("step %d, after %s: it prints\n%s, and a clean build's program would print\n%s", i, strings.Join(edits, ", "), got, want)
		}
	}
}

func (m *model) run(line []string) string {
	if m.feature {
		line = append(line, "--features=app/f")
	}
	cmd, out := command(m.ts, line)
	for _, name := range []string{"SCRIPT", "COMPILED"} {
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", name, m.values["env "+name]))
	}
	if err := cmd.Run(); err != nil {
		m.ts.Fatalf("%s: %v\n%s", strings.Join(line, " "), err, out)
	}
	return out.String()
}
