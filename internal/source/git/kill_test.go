package git_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/testkit/gitkit"
)

// TestKilledEverywhere kills the process at each crash point that a checkout passes, from nothing and from an older
// database; the next one succeeds, leaves nothing over, and fetches nothing again that had arrived.
func TestKilledEverywhere(t *testing.T) {
	w := newWorld(t)
	server := gitkit.RunHTTP(t, w.root, nil)
	repo := gitkit.NewRepo(t, filepath.Join(w.root, "killed"))
	first := repo.Commit(map[string]string{"a": "1"})
	repo.Submodule("../deep", "deep")
	id := sourceOf(t, server.Repo("killed"), crate.DefaultBranch, "").WithPrecise(repo.Head())
	older := t.TempDir()
	run(t, older, id.WithPrecise(first))
	for name, before := range map[string]string{"from nothing": "", "from an older one": older} {
		t.Run(name, func(t *testing.T) {
			prepare := func() string {
				root := t.TempDir()
				if before != "" {
					if err := os.CopyFS(root, os.DirFS(before)); err != nil {
						t.Fatal(err)
					}
				}
				return root
			}
			clean := prepare()
			trace := filepath.Join(t.TempDir(), "trace")
			server.Reset()
			want := treeOf(t, run(t, clean, id, "BERTH_CRASHPOINT_TRACE="+trace))
			asked := server.Requests("*")
			for _, point := range pointsOf(t, trace) {
				root := prepare()
				server.Reset()
				out, err := process(t, root, id, "BERTH_CRASHPOINT="+point+"=kill").CombinedOutput()
				if err == nil {
					t.Errorf("%s: was not killed: %s", point, out)
					continue
				}
				dir := run(t, root, id)
				if have := treeOf(t, dir); !maps.Equal(have, want) {
					t.Errorf("%s: %q, expected %q", point, have, want)
				}
				if left := leftovers(t, root); len(left) > 0 {
					t.Errorf("%s: left over: %q", point, left)
				}
				if extra := server.Requests("*") - asked; extra > 0 && arrived(point) {
					t.Errorf("%s: %d requests more than without a kill", point, extra)
				}
			}
		})
	}
}

// arrived: the point lies behind the end of every fetch of its repository.
func arrived(point string) bool {
	return strings.HasPrefix(point, "gitdb.publish") || strings.HasPrefix(point, "git.checkout") || strings.HasPrefix(point, "gitdb.record.done")
}

func run(t *testing.T, root string, id crate.SourceID, env ...string) string {
	t.Helper()
	out, err := process(t, root, id, env...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func pointsOf(t *testing.T, trace string) []string {
	t.Helper()
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	points := slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(data)))))
	if len(points) < 8 {
		t.Fatalf("only %q are passed", points)
	}
	return points
}
