package names

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stock runs the real rustup with a home of its own and gives what it prints to stderr.
func stock(t *testing.T, home string, args ...string) string {
	t.Helper()
	cmd := exec.Command("rustup", args...)
	cmd.Dir = home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "RUSTUP_HOME=" + home, "CARGO_HOME=" + home,
		"RUSTUP_AUTO_INSTALL=0", "RUSTUP_DIST_SERVER=file:///nowhere", "RUSTUP_OVERRIDE_HOST_TRIPLE=" + linux,
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		if _, ran := err.(*exec.ExitError); !ran {
			t.Fatalf("these tests compare with stock rustup, which must be on PATH: %v", err)
		}
	}
	return stderr.String()
}

// said is what stock makes of a name: its reason to refuse it, or what it resolved it to.
func said(stderr string) (name, reason string) {
	if _, rest, refused := strings.Cut(stderr, ">': "); refused {
		reason, _, _ = strings.Cut(rest, "\n")
		return "", reason
	}
	_, rest, _ := strings.Cut(stderr, "toolchain '")
	name, _, _ = strings.Cut(rest, "' ")
	return name, ""
}

// ours is the same of a parse function.
func ours(ref Ref, err error) (name, reason string) {
	if err != nil {
		return "", err.Error()
	}
	tc, err := ref.Resolve(linux)
	if err != nil {
		return "", err.Error()
	}
	return tc.String(), ""
}

func TestPositionsAreStocks(t *testing.T) {
	home := t.TempDir()
	local := func(s string) (string, string) { return ours(ParseLocal(s)) }
	named := func(s string) (string, string) { return ours(ParseNamed(s)) }
	official := func(s string) (string, string) { return ours(ParseOfficial(s)) }
	for _, name := range []string{
		"stable", "stable/", "+stable", "mine", "mine/", "none", "/", "a/b", `a\b`, "1.0", "1.8-beta", "stable-gnu", "stable-",
		"nightly-2024-01-01-", "stable-x86_64-unknown-linux", "stable-none", "stable-mine", "ünï", "1.1000", "sp ace",
	} {
		for _, p := range []struct {
			parse func(string) (string, string)
			args  []string
		}{
			{local, []string{"run", name, "true"}},
			{named, []string{"which", "--toolchain", name, "rustc"}},
			{official, []string{"component", "list", "--toolchain", name}},
		} {
			name, reason := p.parse(name)
			if theirName, theirReason := said(stock(t, home, p.args...)); name != theirName || reason != theirReason {
				t.Errorf("%q: stock says %q %q, we say %q %q", p.args, theirName, theirReason, name, reason)
			}
		}
		_, err := ParseCustom(name)
		_, reason := said(stock(t, home, "toolchain", "link", name, filepath.Join(home, "nowhere")))
		if (err == nil) != (reason == "") || err != nil && err.Error() != reason {
			t.Errorf("link %q: stock says %q, we say %v", name, reason, err)
		}
	}
}

// TestRandomNamesAreStocks puts names together from what makes the grammar hard.
func TestRandomNamesAreStocks(t *testing.T) {
	home := t.TempDir()
	random := rand.New(rand.NewPCG(3, 4))
	heads := strings.Fields("stable beta nightly 1.8 1.80 1.80.0 1.80.10-beta 1.80.0-beta.2 1.80-beta.07 1.80.0-beta.123 1.08 0.0.0 mine")
	tails := strings.Fields("2024-01-01 2024-1-01 beta beta.1 x86_64 i686 thumbv8m.main unknown-linux linux pc-windows none wasip1 threads wasip1-threads apple darwin gnu msvc eabi x -")
	for range 120 {
		name := heads[random.IntN(len(heads))]
		for range random.IntN(5) {
			name += "-" + tails[random.IntN(len(tails))]
		}
		want, reason := said(stock(t, home, "run", name, "true"))
		if got, why := ours(ParseLocal(name)); got != want || why != reason {
			t.Errorf("%q: stock says %q %q, we say %q %q", name, want, reason, got, why)
		}
	}
}

func TestCanRunIsStocks(t *testing.T) {
	home := t.TempDir()
	for _, target := range []string{"i686-unknown-linux-gnu", "x86_64-unknown-linux-musl", "x86_64-unknown-linux", "x86_64-pc-windows-msvc"} {
		refused := strings.Contains(stock(t, home, "install", "stable-"+target), "may not be able to run on this system")
		if can, err := CanRun(linux, target); err != nil || can == refused {
			t.Errorf("%s: stock refuses: %v, we can: %v, %v", target, refused, can, err)
		}
	}
}
