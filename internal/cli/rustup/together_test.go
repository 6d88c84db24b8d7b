package rustup_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/stock"
)

const stable = "stable-x86_64-unknown-linux-gnu"

// atOnce runs command lines side by side, all of berth, and returns how each
// ended.
func (p *pair) atOnce(lines ...string) []stock.Result {
	p.t.Helper()
	results := make([]stock.Result, len(lines))
	var group sync.WaitGroup
	for i, line := range lines {
		group.Go(func() { results[i] = p.berth.run(nil, p.berth.expand(strings.Fields(line))...) })
	}
	group.Wait()
	return results
}

// TestVerbsAtOnce: verbs of several processes that change one home all succeed,
// and the home is what it would be had they come one after the other.
func TestVerbsAtOnce(t *testing.T) {
	p := newPair(t)
	lines := []string{
		"install stable --profile minimal --no-self-update", "install nightly-2026-05-20 --profile minimal",
		"override set stable", "override set stable --path @/nothing/a", "override set stable --path @/nothing/b",
		"set profile minimal", "set auto-self-update disable", "default stable",
		"component add clippy --toolchain stable", "component add rustfmt --toolchain stable", "target add wasm32-unknown-unknown --toolchain stable",
		"check", "toolchain list", "update", "install stable -c rust-src",
	}
	for i, r := range p.atOnce(lines...) {
		if r.Code != 0 {
			t.Errorf("%s: exit %d\n%s", lines[i], r.Code, r.Stderr)
		}
	}
	for _, line := range []string{
		"component add clippy rustfmt rust-src --toolchain stable", "target add wasm32-unknown-unknown --toolchain stable", "override list",
	} {
		if r := p.berth.run(nil, strings.Fields(line)...); r.Code != 0 || strings.Contains(r.Stdout, "no overrides") {
			t.Errorf("%s: exit %d\n%s%s", line, r.Code, r.Stdout, r.Stderr)
		}
	}
	installed := p.berth.run(nil, "component", "list", "--installed", "--toolchain", "stable").Stdout
	for _, name := range []string{"clippy", "rustfmt", "rust-src", "rust-std-wasm32"} {
		if !strings.Contains(installed, name) {
			t.Errorf("%s was lost:\n%s", name, installed)
		}
	}
	if list := p.berth.run(nil, "override", "list").Stdout; strings.Count(list, "\n") != 4 { // three and the empty line
		t.Errorf("overrides were lost:\n%s", list)
	}
	for _, name := range []string{"rustc", "cargo", "clippy", "rustfmt", "rust-src"} {
		if n := p.server.Requests("*/2026-04-16/" + name + "-*.tar.xz"); n != 1 {
			t.Errorf("%s was fetched %d times", name, n)
		}
	}
}

// TestCheckAsksAllChannelsAtOnce: no answer comes before all have been asked, so
// asking one after the other would not end.
func TestCheckAsksAllChannelsAtOnce(t *testing.T) {
	p := newPair(t)
	p.given()
	for _, line := range []string{"install beta --profile minimal", "install nightly --profile minimal"} {
		if r := p.berth.run(nil, strings.Fields(line)...); r.Code != 0 {
			t.Fatal(r.Stderr)
		}
	}
	p.server.Reset()
	if err := p.server.Inject(distserver.Fault{Kind: distserver.Hold, Path: "*.sha256", Event: "all"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan stock.Result, 1)
	go func() { done <- p.berth.run(nil, "check") }()
	if err := p.server.AwaitEvent(ctx, "all", 3); err != nil {
		t.Fatal(err)
	}
	p.server.Release("all")
	r := <-done
	if want := []string{"stable-", "beta-", "nightly-", "rustup - up to date : 1.29.0"}; r.Code != 0 || !inOrder(r.Stdout, want) {
		t.Errorf("exit %d\n%s%s", r.Code, r.Stdout, r.Stderr)
	}
	if n := p.server.Requests("*.toml"); n != 0 {
		t.Errorf("up to date, and yet %d manifests were fetched", n)
	}
}

func inOrder(text string, parts []string) bool {
	for _, part := range parts {
		_, rest, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = rest
	}
	return true
}

// TestCheckFetchesOnce: the manifest that check has looked at is there when the
// update comes, and is not fetched by the next check.
func TestCheckFetchesOnce(t *testing.T) {
	p := newPair(t)
	p.given()
	p.server.Point("stable", "2026-05-28")
	for _, line := range []string{"check", "check", "update"} {
		p.berth.run(nil, line)
	}
	if n := p.server.Requests("/dist/channel-rust-stable.toml"); n != 1 {
		t.Errorf("the manifest was fetched %d times", n)
	}
}

// TestReaderGone: a reader of stdout that has seen enough is no failure.
func TestReaderGone(t *testing.T) {
	p := newPair(t)
	p.given()
	for _, line := range []string{"toolchain list", "component list", "target list", "check", "default", "override list", "toolchain", "--help"} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := exec.Command(p.berth.binary, strings.Fields(line)...)
		var stderr bytes.Buffer
		cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.berth.home.Env(), p.berth.desk(), w, &stderr
		err = cmd.Run()
		w.Close()
		want := 0
		if line == "toolchain" { // help that nobody asked for
			want = 1
		}
		if code := cmd.ProcessState.ExitCode(); code != want || strings.Contains(stderr.String(), "error") {
			t.Errorf("%s: exit %d (%v), stderr %q", line, code, err, stderr.String())
		}
	}
}

// TestRollback goes back over an update and forth again, and the next check finds
// the update anew.
func TestRollback(t *testing.T) {
	p := newPair(t)
	steps := []struct {
		line string
		code int
		says string
	}{
		{"toolchain rollback stable", 1, "is not installed"},
		{"install stable --profile minimal", 0, "installed - rustc 1.95.0"},
		{"toolchain rollback stable", 1, "cannot be rolled back"},
		{"check", 0, "up to date"},
		{"!", 0, ""},
		{"update", 0, "updated - rustc 1.95.1 (a1b2c3d4e 2026-05-26) (from rustc 1.95.0 (59807616e 2026-04-14))"},
		{"toolchain rollback stable", 0, stable + " rolled back - rustc 1.95.0 (59807616e 2026-04-14) (from rustc 1.95.1"},
		{"check", 100, "update available: 1.95.0 (59807616e 2026-04-14) -> 1.95.1 (a1b2c3d4e 2026-05-26)"},
		{"toolchain rollback stable", 0, "rolled back - rustc 1.95.1"},
		{"toolchain rollback stable", 0, "rolled back - rustc 1.95.0"},
		{"update", 0, "updated - rustc 1.95.1"},
		{"toolchain rollback gone", 1, "is not installed"},
	}
	for _, s := range steps {
		if s.line == "!" {
			p.server.Point("stable", "2026-05-28")
			continue
		}
		r := p.berth.run(nil, strings.Fields(s.line)...)
		if r.Code != s.code || !strings.Contains(r.Stdout+r.Stderr, s.says) {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", s.line, r.Code, s.code, s.says, r.Stdout, r.Stderr)
		}
	}
}

// TestListShowsThePointer: for trees of berth's own the list names the place that
// stays, not the tree of the moment.
func TestListShowsThePointer(t *testing.T) {
	p := newPair(t)
	p.berth.run(nil, "install", "stable", "--profile", "minimal")
	want := stable + " (active, default) " + filepath.Join(p.berth.normal(p.berth.home.Rustup), "toolchains", stable) + "\n"
	if got := p.berth.run(nil, "toolchain", "list", "-v").Stdout; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestUpdateLeavesStocksFolders: stock empties downloads/ and tmp/ behind an
// update of everything; another stock may be at work there.
func TestUpdateLeavesStocksFolders(t *testing.T) {
	p := newPair(t)
	p.given()
	for _, dir := range []string{"downloads", "tmp"} {
		file := filepath.Join(p.berth.home.Rustup, dir, "somebody's")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(dir), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if r := p.berth.run(nil, "update"); r.Code != 0 {
		t.Fatal(r.Stderr)
	}
	for _, dir := range []string{"downloads", "tmp"} {
		if data, err := os.ReadFile(filepath.Join(p.berth.home.Rustup, dir, "somebody's")); string(data) != dir {
			t.Errorf("%s: %q, %v", dir, data, err)
		}
	}
}

// TestUninstallAsks: without -y the answer decides, and no answer is no.
func TestUninstallAsks(t *testing.T) {
	p := newPair(t)
	for _, answer := range []string{"", "n\n", "\n", "never\n"} {
		cmd := exec.Command(p.berth.binary, "self", "uninstall")
		cmd.Env, cmd.Dir, cmd.Stdin = p.berth.home.Env(), p.berth.desk(), strings.NewReader(answer)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Continue? (y/N)") || !strings.Contains(string(out), "aborting uninstallation") {
			t.Errorf("answer %q: %v\n%s", answer, err, out)
		}
	}
}

// TestSelfUninstall: what `berth setup` has made is gone, toolchains are not.
func TestSelfUninstall(t *testing.T) {
	p := newPair(t)
	p.given()
	rustup := filepath.Join(p.berth.home.Cargo, "bin", "rustup")
	if err := os.Remove(rustup); err != nil {
		t.Fatal(err)
	}
	setup := exec.Command(p.berth.binary, "setup")
	setup.Args[0] = "berth"
	setup.Env, setup.Dir = p.berth.home.Env(), p.berth.desk()
	if out, err := setup.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(rustup); err != nil {
		t.Fatal(err)
	}
	if r := p.berth.run(nil, "self", "uninstall", "-y", "--no-modify-path"); r.Code != 0 {
		t.Errorf("exit %d\n%s", r.Code, r.Stderr)
	}
	if _, err := os.Lstat(rustup); !os.IsNotExist(err) {
		t.Errorf("%s is still there (%v)", rustup, err)
	}
	if list := p.berth.run(nil, "toolchain", "list").Stdout; !strings.Contains(list, stable) {
		t.Errorf("toolchains: %s", list)
	}
}

// TestQuietAndVerbose: -q hides what is only told, -v tells more, results are the
// same.
func TestQuietAndVerbose(t *testing.T) {
	p := newPair(t)
	p.given()
	plain, quiet, verbose := p.berth.run(nil, "update"), p.berth.run(nil, "-q", "update"), p.berth.run(nil, "--verbose", "update")
	if quiet.Stderr != "" || !strings.Contains(plain.Stderr, "info: syncing") || plain.Stdout != quiet.Stdout || plain.Stdout != verbose.Stdout {
		t.Errorf("plain: %q\nquiet: %q\nverbose: %q", fmt.Sprint(plain), fmt.Sprint(quiet), fmt.Sprint(verbose))
	}
}

// TestUninstallLeavesFiles: what is no toolchain is nobody's to uninstall.
func TestUninstallLeavesFiles(t *testing.T) {
	p := newPair(t)
	file := filepath.Join(p.berth.home.Rustup, "toolchains", "plain")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := p.berth.run(nil, "uninstall", "plain")
	if data, err := os.ReadFile(file); r.Code != 0 || string(data) != "mine" || !strings.Contains(r.Stderr, "no toolchain installed") {
		t.Errorf("exit %d, %s; the file: %q, %v", r.Code, r.Stderr, data, err)
	}
}

// TestUninstallSelf: that name is rustup's own for who means rustup.
func TestUninstallSelf(t *testing.T) {
	p := newPair(t)
	if r := p.berth.run(nil, "toolchain", "uninstall", "self"); r.Code != 0 || !strings.Contains(r.Stderr, "rustup self uninstall") {
		t.Errorf("exit %d, %s", r.Code, r.Stderr)
	}
	if r := p.berth.run(nil, "toolchain", "uninstall", "other"); r.Code != 0 || strings.Contains(r.Stderr, "self uninstall") {
		t.Errorf("exit %d, %s", r.Code, r.Stderr)
	}
}

// TestUpdateSaysWhatRustcWas: it is the old rustc that is asked, and not the manifest.
func TestUpdateSaysWhatRustcWas(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, line := range []string{"install stable --profile minimal --no-self-update", "component remove rustc --toolchain stable"} {
		p.same(t, situation{line: line}, toTheByte)
	}
	p.server.Point("stable", "2026-05-28")
	p.same(t, situation{line: "update --no-self-update"}, toTheByte)
	p.same(t, situation{line: "component add rustc --toolchain stable"}, toTheByte)
	p.server.Point("stable", "2026-04-16")
	p.same(t, situation{line: "update stable --no-self-update"}, toTheByte)
}

// TestCompleteProfile: install and update warn of the profile that has everything, be it in the settings or asked for.
func TestCompleteProfile(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, line := range []string{
		"set profile complete", "update stable --no-self-update", "install stable --no-self-update",
	} {
		p.same(t, situation{line: line}, toTheByte)
	}
	for line, warned := range map[string]bool{"update --no-self-update": true, "install stable --profile minimal --no-self-update": false, "install stable --profile complete --no-self-update": true} {
		for _, s := range []*side{p.stock, p.berth} {
			r := s.in(situation{line: line})
			if got := strings.Contains(r.Stderr, "warn: "); got != warned {
				t.Errorf("%s: %s warns: %t\n%s", s.name, line, got, r.Stderr)
			}
		}
	}
}
