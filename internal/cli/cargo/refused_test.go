package cargo_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// What cannot be done is refused when stock refuses it: before the registry is asked and Cargo.lock written, or after that.
func TestRefusedWhenBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	server := registryserver.Run(t, registryserver.Options{}, cratekit.New("a", "1.0.0"))
	p.write(filepath.Join(p.theirs.Home, "config.toml"), server.Replace())
	p.pkg(".", "p", "1.0.0", "[dependencies]\na = \"1\"\n")
	lock := filepath.Join(p.dir, "Cargo.lock")
	traces := func(run func([]string, ...string) stock.Result, words []string) (asked, wrote bool) {
		server.Reset()
		run(nil, words...)
		return server.Requests("*") > 0, os.Remove(lock) == nil
	}
	for _, words := range [][]string{
		{"check", "-F", "nope"}, {"build", "-F", "a/nope"}, {"doc", "-F", "b/nope"}, {"check", "--profile", "debug"}, {"check", "--profile", "nope"}, {"check", "--bin", "nope"},
		{"check", "-p", "nope"}, {"check", "--target", "nope"}, {"tree", "-F", "nope"}, {"fetch", "--target", "nope"}, {"metadata", "--filter-platform", "nope"},
	} {
		theirsAsked, theirsWrote := traces(p.stock, words)
		asked, wrote := traces(p.berth, words)
		if asked != theirsAsked || wrote != theirsWrote {
			t.Errorf("%q: stock asks: %v, writes Cargo.lock: %v; berth %v, %v", words, theirsAsked, theirsWrote, asked, wrote)
		}
	}
}
