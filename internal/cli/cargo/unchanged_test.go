package cargo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// found tells whether a run has found out that nothing had changed, and what it said besides, without times.
func found(p *pair, extra []string, words ...string) (is bool, said string) {
	p.Helper()
	r := p.berth(append([]string{"BERTH_LOG=unchanged=debug"}, extra...), words...)
	text := regexp.MustCompile(`(?m)^.*berth::unchanged.*\n`).ReplaceAllString(r.Stderr, "")
	text = regexp.MustCompile(`in \d+\.\d\ds`).ReplaceAllString(text, "in TIME")
	return text != r.Stderr && strings.Contains(r.Stderr, "all is as it was"), text + r.Stdout
}

// settle runs a command until it has found out that nothing had changed: what was written just now is not trusted at once.
func settle(p *pair, extra []string, words ...string) (said string) {
	p.Helper()
	for range 20 {
		is, text := found(p, extra, words...)
		if is {
			return text
		}
		said = text
	}
	p.Fatalf("`cargo %s` never found out that nothing had changed:\n%s", strings.Join(words, " "), said)
	return ""
}

// plans tells that a command must plan, and says what one says that always does.
func plans(p *pair, why string, extra []string, words ...string) {
	p.Helper()
	is, said := found(p, extra, words...)
	_, want := found(p, append([]string{"BERTH_UNCHANGED=0"}, extra...), words...)
	if is || lasting(said) != lasting(want) {
		p.Errorf("%s: nothing had changed: %v. It said\n%s\nPlanned it says\n%s", why, is, said, want)
	}
}

// lasting leaves out what only the one says that compiles.
func lasting(text string) string {
	return regexp.MustCompile(`(?m)^ +(Checking|Compiling|Locking|Adding|Blocking) .*\n`).ReplaceAllString(text, "")
}

// Who finds out that nothing has changed says what was said before: warnings, and what programs read. What an honest
// compiler reads counts, and what leads to the workspace.
func TestUnchangedSaysTheSame(t *testing.T) {
	p := newPair(t)
	p.dir = filepath.Join(p.dir, "above", "below")
	p.write("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("src/main.rs", "fn unused() {}\nfn main() { println!(\"{:?} {}\", option_env!(\"SHLVL\"), include_str!(\"../text\")); }\n")
	p.write("text", "1")
	p.write("build.rs", "fn main() { println!(\"cargo::warning=from the script\"); }\n")
	env := []string{"SHLVL=1"}
	for _, line := range []string{"build", "check --message-format json", "build -v", "build -q", "check --message-format short"} {
		words := strings.Fields(line)
		settle(p, env, words...)
		_, again := found(p, env, words...)
		if _, want := found(p, append([]string{"BERTH_UNCHANGED=0"}, env...), words...); again != want || !strings.Contains(line, "-q") && !strings.Contains(again, "unused") {
			t.Errorf("cargo %s says\n%s, and planned\n%s", line, again, want)
		}
	}
	plans(p, "a variable that a source asks for", []string{"SHLVL=2"}, "build")
	settle(p, env, "build")
	p.write("text", "2")
	plans(p, "a file that a source includes", env, "build")
	settle(p, env, "build")
	p.write("other", "")
	plans(p, "a file of a package whose script reads all", env, "build")
	settle(p, env, "build")
	p.write("../Cargo.toml", "[workspace]\n")
	plans(p, "a workspace above", env, "build")
	if err := os.Remove(filepath.Join(p.dir, "..", "Cargo.toml")); err != nil {
		t.Fatal(err)
	}
	settle(p, env, "build")
	plans(p, "another directory", env, "build", "--manifest-path", filepath.Join(p.dir, "Cargo.toml"))
}

// A program is run the same way whether its build was planned or not, with what is passed to it this time.
func TestUnchangedRuns(t *testing.T) {
	p := newPair(t)
	p.write("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("src/main.rs", `fn main() {
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    println!("{:?} {} {} {}", std::env::args().collect::<Vec<_>>(), var("SAID"), var("CARGO_PKG_NAME"), !var("OUT_DIR").is_empty());
    if std::env::args().nth(1).as_deref() == Some("fail") { std::process::exit(7) }
}`)
	p.write("build.rs", "fn main() { println!(\"cargo::rustc-env=SAID=by the script\"); }\n")
	p.write(".cargo/config.toml", "[alias]\nr = \"run -- aliased\"\n")
	for _, line := range []string{"run x", "run -q x", "run -vv -- --x", "r x", "test --no-run", "test --no-run -v", "bench --no-run"} {
		words := strings.Fields(line)
		again := settle(p, nil, words...)
		if _, want := found(p, []string{"BERTH_UNCHANGED=0"}, words...); again != want || !strings.Contains(line, "no-run") && !strings.Contains(again, "by the script a true") {
			t.Errorf("cargo %s says\n%s, and planned\n%s", line, again, want)
		}
	}
	if is, said := found(p, nil, "run", "other"); !is || !strings.Contains(said, `"other"]`) {
		t.Errorf("with another argument nothing had changed: %v. It said\n%s", is, said)
	}
	if r := p.berth(nil, "run", "fail"); r.Code != 7 {
		t.Errorf("the program's exit code came back as %d", r.Code)
	}
	p.write("src/main.rs", "fn main() { println!(\"another\") }\n")
	plans(p, "another program", nil, "run", "x")
}

// A record that was about to be written by a killed process is no record, and is gone when the next one is written.
func TestKilledWhileRemembering(t *testing.T) {
	p := newPair(t)
	p.write("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("src/lib.rs", "")
	place := filepath.Join(p.dir, "target", "berth", "v1", "unchanged")
	settle(p, nil, "check")
	for _, point := range []string{"unchanged.write.written", "unchanged.write.done", "unchanged.sweep.done"} {
		p.write(filepath.Join(place, "left"), "for who writes next to sweep")
		killed := false
		for range 20 { // a run that is too early writes nothing
			if r := p.berth([]string{"BERTH_CRASHPOINT=" + point + "=kill"}, "check"); r.Code == -1 {
				killed = true
				break
			}
		}
		if !killed {
			t.Fatalf("it never came to %s", point)
		}
		settle(p, nil, "check")
	}
	settle(p, []string{"ANOTHER=1"}, "check")
	entries, err := os.ReadDir(place)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if len(e.Name()) != 16 {
			t.Errorf("%s was left over", e.Name())
		}
	}
}
