package cargo_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/stock"
)

// futureFile is the report on the disk, without what is told in words of our own.
func (p *pair) futureFile(target string) string {
	p.Helper()
	data, err := os.ReadFile(filepath.Join(p.dir, target, ".future-incompat-report.json"))
	if err != nil {
		p.Fatal(err)
	}
	var f struct {
		Version int `json:"version"`
		Next    int `json:"next_id"`
		Reports []struct {
			ID         int               `json:"id"`
			Suggestion string            `json:"suggestion_message"`
			Packages   map[string]string `json:"per_package"`
		} `json:"reports"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		p.Fatalf("%s: %v", data, err)
	}
	for i := range f.Reports {
		if f.Reports[i].Suggestion != "" {
			f.Reports[i].Suggestion = "…"
		}
	}
	text, err := json.Marshal(f)
	if err != nil {
		p.Fatal(err)
	}
	return string(text)
}

// futureLines are what a build says of it, but for advice.
func futureLines(r stock.Result) string {
	var lines []string
	for line := range strings.Lines(r.Stderr) {
		if strings.Contains(line, "rejected by a future") || strings.HasPrefix(line, "note: ") && strings.Contains(line, "report") || strings.Contains(line, "0 dependencies") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// TestFutureReport has rustc take every lint for what it will refuse some day: what is kept and said of it is the same,
// stock's `cargo report` shows ours, and where both alternate in one directory a report keeps its number.
func TestFutureReport(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	const lint = "pub fn f() { let unused = 1; }\n"
	b, err := cratekit.FromManifest("[package]\nname = \"b\"\nversion = \"1.0.0\"\nedition = \"2021\"\nrepository = \"https://example.com/\"\n", map[string]string{"src/lib.rs": lint})
	if err == nil {
		err = cratekit.Vendor(filepath.Join(p.dir, "vendor"), b)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.write(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"v\"\n[source.v]\ndirectory = \"vendor\"\n")
	p.pkg(".", "a", "0.1.0", "[dependencies]\nb = \"1\"\n")
	run := func(line, target string, do func([]string, ...string) stock.Result, extra string) stock.Result {
		env := []string{"RUSTC_BOOTSTRAP=1", "RUSTFLAGS=-Zfuture-incompat-test", "CARGO_TARGET_DIR=" + filepath.Join(p.dir, target)}
		if extra != "" {
			env = append(env, extra)
		}
		r := do(env, strings.Fields(line)...)
		if r.Code != 0 {
			t.Fatalf("cargo %s: %+v", line, r)
		}
		return r
	}
	for _, c := range []struct {
		line  string
		edit  string
		extra string
	}{
		{line: "check"}, {line: "check --future-incompat-report"}, {line: "check", extra: "CARGO_FUTURE_INCOMPAT_REPORT_FREQUENCY=never"},
		{line: "check --future-incompat-report", extra: "CARGO_FUTURE_INCOMPAT_REPORT_FREQUENCY=never"}, {line: "check", edit: lint}, {line: "check -q"}, {line: "test --no-run"},
	} {
		if c.edit != "" {
			p.write("src/lib.rs", c.edit)
		}
		theirs, ours := run(c.line, "theirs", p.stock, c.extra), run(c.line, "ours", p.berth, c.extra)
		if want, got := futureLines(theirs), futureLines(ours); got != want {
			t.Errorf("cargo %s %s says\n%s, expected\n%s", c.line, c.extra, got, want)
		}
		if strings.Contains(c.line, "incompat") && !strings.Contains(ours.Stderr, "help: ") {
			t.Errorf("no advice in %s", ours.Stderr)
		}
		if want, got := p.futureFile("theirs"), p.futureFile("ours"); got != want {
			t.Errorf("after cargo %s %s the report is\n%s, expected\n%s", c.line, c.extra, got, want)
		}
	}
	before := p.futureFile("ours")
	run("check", "ours", p.stock, "")
	if after := p.futureFile("ours"); after != before {
		t.Errorf("stock took a report for another: %s, before %s", after, before)
	}
	for _, line := range []string{"report future-incompatibilities --id 2 --package a@0.1.0", "report future-incompatibilities --id 1"} {
		theirs, ours := run(line, "theirs", p.stock, ""), run(line, "ours", p.berth, "")
		_, want, _ := strings.Cut(theirs.Stdout, "The package `")
		_, got, found := strings.Cut(ours.Stdout, "The package `")
		if !found || got != want {
			t.Errorf("cargo %s: %+v, expected %+v", line, ours, theirs)
		}
	}
	p.write("src/lib.rs", "")
	if r := p.berth([]string{"CARGO_TARGET_DIR=" + filepath.Join(p.dir, "ours")}, "check", "--future-incompat-report"); futureLines(r) != "note: 0 dependencies had future-incompatible warnings\n" {
		t.Errorf("%+v", r)
	}
}
