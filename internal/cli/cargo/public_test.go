package cargo_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/testkit/stock"
)

// TestPublicRegistry: from the real registry the same as stock, to the byte: Cargo.lock, the archives and what is in them.
// Without BERTH_TEST_PUBLIC_REGISTRY, which CI sets, it does the same from nowhere: that is an
// error of both.
func TestPublicRegistry(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	extra, online := []string{"CARGO_NET_OFFLINE=true"}, os.Getenv("BERTH_TEST_PUBLIC_REGISTRY") != ""
	if online {
		extra = []string{"CARGO_NET_RETRY=10"} // a network of others
	}
	p.pkg(".", "p", "0.1.0", "\n[dependencies]\nitoa = \"=1.0.15\"\nhumantime = \"=2.1.0\"\n")
	homes := [2]string{realDir(t), realDir(t)}
	var locks [2]string
	for i, run := range []func(extra []string, words ...string) stock.Result{p.stock, p.berth} {
		r := run(append([]string{"CARGO_HOME=" + homes[i]}, extra...), "fetch")
		if (r.Code == 0) != online || !online && r.Code != 101 {
			t.Fatalf("exit %d, with a network: %v: %s", r.Code, online, r.Stderr)
		}
		lock, _ := os.ReadFile(filepath.Join(p.dir, "Cargo.lock"))
		locks[i] = string(lock)
		_ = os.Remove(filepath.Join(p.dir, "Cargo.lock"))
	}
	if locks[0] != locks[1] {
		t.Errorf("Cargo.lock is\n%s\nstock's is\n%s", locks[1], locks[0])
	}
	theirs, ours := published(t, homes[0]), published(t, homes[1])
	for name, text := range theirs {
		if ours[name] != text {
			t.Errorf("%s is not stock's", name)
		}
	}
	if len(theirs) != len(ours) || online && len(ours) < 10 {
		t.Errorf("%d files, stock's are %d", len(ours), len(theirs))
	}
}

// published are the archives of a home and what was unpacked from them.
func published(t *testing.T, home string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, part := range []string{"cache", "src"} {
		root := filepath.Join(home, "registry", part)
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil // of a home in which nothing was fetched
			}
			text, err := os.ReadFile(path)
			name, _ := filepath.Rel(home, path)
			files[name] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}
