package killtest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/internal/dist"
	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
	"berth/internal/testkit/stock"
)

const (
	firstDate  = "2026-04-16"
	secondDate = "2026-05-28"
	// ballast makes rustc's archive long enough for a transfer to be killed in it.
	ballast = 2<<20 + 300_000
)

// isLong tells whether everything is run, or a sample.
func isLong() bool { return os.Getenv("BERTH_LONG") != "" }

// world is what all tests share: the program, and a tree of releases.
type world struct {
	prog     *program.Program
	theirs   string // stock rustup
	root     string
	releases *witness.Releases
	archives []disttree.Archive
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{root: filepath.Join(t.TempDir(), "tree"), theirs: stock.Program(t)}
	var err error
	if w.prog, err = program.Build(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	tree, err := disttree.Open(w.root, dist.DefaultRoot())
	if err != nil {
		t.Fatal(err)
	}
	set := disttree.TinySet(disttree.Tiny{Ballast: ballast})
	published, err := tree.PublishAll(set...)
	if err != nil {
		t.Fatal(err)
	}
	w.releases = witness.Of(set...)
	for _, r := range published {
		w.archives = append(w.archives, r.Archives...)
	}
	return w
}

// archive finds that of a component, by its part of the file's name.
func (w *world) archive(t *testing.T, part string) disttree.Archive {
	t.Helper()
	for _, a := range w.archives {
		if strings.Contains(a.Path, part) {
			return a
		}
	}
	t.Fatalf("no archive is called *%s*", part)
	return disttree.Archive{}
}

// stage is one pair of homes with a server of its own, so that its counts are
// those of one run.
type stage struct {
	*world
	t      *testing.T
	homes  program.Homes
	server *distserver.Server
}

// open gives a copy of prepared homes (or new ones, where prepared is empty) a
// server that shows the given date.
func (w *world) open(t *testing.T, prepared, date string) *stage {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "home")
	if prepared == "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	} else {
		copyHomes(t, prepared, dir)
	}
	s := &stage{world: w, t: t, server: distserver.Run(t, w.root)}
	s.server.Point("stable", date)
	s.homes = program.Homes{Dir: dir, Server: s.server.URL()}
	return s
}

// copyHomes keeps times, modes and hard links. Stamps become new: what is older
// than a minute would be marked durable by the next run.
func copyHomes(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("cp -a: %v\n%s", err, out)
	}
	setStamps(t, to, time.Now())
}

func setStamps(t *testing.T, dir string, to time.Time) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "stamp" {
			err = os.Chtimes(path, to, to)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *stage) command(env []string, args ...string) *exec.Cmd {
	return s.prog.Command(context.WithoutCancel(s.t.Context()), s.homes, env, args[0], args[1:]...)
}

func (s *stage) try(env []string, args ...string) program.Result {
	s.t.Helper()
	r, err := program.Run(s.command(env, args...))
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *stage) run(args ...string) {
	s.t.Helper()
	if r := s.try(nil, args...); r.Code != 0 {
		s.t.Fatal(r)
	}
}

// rustup runs a line of words.
func (s *stage) rustup(line string) {
	s.t.Helper()
	s.run(append([]string{"rustup"}, strings.Fields(line)...)...)
}

// stock runs the stock rustup on the same homes.
func (s *stage) stock(args ...string) program.Result {
	s.t.Helper()
	cmd := exec.Command(s.theirs, args...)
	cmd.Env, cmd.Dir = s.prog.Env(s.homes), s.homes.Dir
	r, err := program.Run(cmd)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *stage) stockRun(line string) {
	s.t.Helper()
	if r := s.stock(strings.Fields(line)...); r.Code != 0 {
		s.t.Fatal("stock ", r)
	}
}

func (s *stage) path(elem ...string) string {
	return filepath.Join(append([]string{s.homes.Rustup()}, elem...)...)
}

func (s *stage) write(file string, data []byte) {
	s.t.Helper()
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func full(channel string) string { return channel + "-" + disttree.Host() }

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprint("test: ", err))
	}
	return v
}
