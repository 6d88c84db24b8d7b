package toolchain_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/stock"
	"berth/internal/toolchain"
)

// speech remembers what a transaction says.
type speech struct{ t *testing.T }

func (s speech) Infof(f string, a ...any)   { s.t.Logf("info: "+f, a...) }
func (s speech) Warnf(f string, a ...any)   { s.t.Logf("warn: "+f, a...) }
func (s speech) Debugf(f string, a ...any)  { s.t.Logf("debug: "+f, a...) }
func (s speech) Announce(...string)         {}
func (s speech) Task(string) toolchain.Task { return silent{} }

type silent struct{}

func (silent) Stage(string, int64) {}
func (silent) Add(int64)           {}
func (silent) Skip(int64)          {}
func (silent) Done()               {}

// waits tells when somebody in this process waits.
type waits chan lockfs.Waiting

func (w waits) Waiting(x lockfs.Waiting) func() {
	w <- x
	return func() {}
}

func (waits) NoLocks(string) {}

// world is a dist server and a home.
type world struct {
	t      *testing.T
	tree   *disttree.Tree
	server *distserver.Server
	dir    string
	home   *toolchain.Home
}

func newWorld(t *testing.T) *world {
	t.Helper()
	root := filepath.Join(t.TempDir(), "root")
	tree, err := disttree.Open(root, dist.DefaultRoot())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, tree: tree, dir: filepath.Join(t.TempDir(), "home")}
	w.publish(disttree.Tiny{})
	w.server = distserver.Run(t, root)
	client := download.NewClient(download.Config{UserAgent: "berth/test"})
	t.Cleanup(client.CloseIdle)
	w.home = toolchain.Open(lockfs.At(w.dir), toolchain.Server{Root: w.server.URL()}, client, speech{t})
	return w
}

func (w *world) publish(tiny disttree.Tiny) disttree.Release {
	w.t.Helper()
	r, err := w.tree.Publish(tiny.Toolchain())
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) name(s string) names.Official {
	p, err := names.ParseOfficial(s)
	if err != nil {
		w.t.Fatal(err)
	}
	o, err := p.Official(disttree.Host())
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// stockHome is stock rustup on the same server, in the same home or another.
func (w *world) stock() *stock.Home { return stock.New(w.t, w.server.URL()) }

func (w *world) install(r toolchain.Request) toolchain.Outcome {
	w.t.Helper()
	out, err := w.home.Install(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// treeOf describes every entry below a toolchain: kind, mode and content. The
// lines of the components file are sorted: stock writes them in the order in
// which downloads end.
func treeOf(t *testing.T, root string) map[string]string {
	t.Helper()
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		entries[rel] = info.Mode().String()
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if rel == "lib/rustlib/components" {
				lines := strings.Split(string(data), "\n")
				slices.Sort(lines)
				data = []byte(strings.Join(lines, "\n"))
			}
			if len(data) > 2000 {
				data = fmt.Appendf(nil, "%x", sha256.Sum256(data))
			}
			entries[rel] += "\n" + string(data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func sameTree(t *testing.T, ours, theirs string) {
	t.Helper()
	if d := cmp.Diff(treeOf(t, theirs), treeOf(t, ours)); d != "" {
		t.Errorf("the toolchain is not the one that stock makes (-stock +berth):\n%s", d)
	}
}

func TestReleaseWithoutAnythingForTheHost(t *testing.T) {
	w := newWorld(t)
	release := disttree.Tiny{}.Toolchain()
	release.Components, release.Profiles, release.Renames = nil, nil, nil
	if _, err := w.tree.Publish(release); err != nil {
		t.Fatal(err)
	}
	name := w.name("stable")
	_, err := w.home.Install(t.Context(), toolchain.Request{Toolchain: name})
	if !errors.As(err, new(*toolchain.NotInstallableError)) {
		t.Errorf("the error is %v", err)
	}
	if there, err := w.home.IsInstalled(name.String()); there || err != nil {
		t.Errorf("an empty toolchain is there: %v, %v", there, err)
	}
}
