package worktree

import (
	"os"
	"path/filepath"
	"testing"
)

// TestIncludedBelowHome: a file of the configuration that is included by ~/ says which patterns are for all repositories.
func TestIncludedBelowHome(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(home, ".gitconfig"):    "[include]\n\tpath = ~/more/config\n",
		filepath.Join(home, "more/config"):   "[core]\n\texcludesFile = ~/more/ignored\n",
		filepath.Join(home, "more/ignored"):  "*.log\n",
		filepath.Join(dir, ".git/HEAD"):      "ref: refs/heads/main\n",
		filepath.Join(dir, ".git/objects/x"): "",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Open(dir, []string{"HOME=" + home, "GIT_CONFIG_NOSYSTEM=1"})
	if err != nil || r == nil {
		t.Fatal(r, err)
	}
	if !r.Ignored("a.log") || r.Ignored("a.txt") {
		t.Error("the patterns of the file that is included have no effect")
	}
}
