package scripttest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"berth/internal/dist"
	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
	"berth/internal/testkit/stock"
)

func TestMain(m *testing.M) {
	syscall.Umask(0o022) // what is compared has the modes that stock gave it
	hearAll()
	testscript.Main(m, map[string]func(){"watcher": watcher, "unprivileged": unprivileged})
}

// hearAll: who is started by nohup, or by a shell in the background, ignores some signals, and so would all that scripts start.
func hearAll() {
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
}

// watcher looks at the home until it is interrupted.
func watcher() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	releases, err := witness.Load(os.Getenv("RELEASES"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	releases.PointersOnly = slices.Contains(os.Args, "--pointers") // stock makes its directories before everybody's eyes
	looks, toolchains, err := releases.Watch(ctx, os.Getenv("RUSTUP_HOME"))
	fmt.Printf("looked %d times at %d toolchains\n", looks, toolchains)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const (
	firstDate  = "2026-04-16"
	secondDate = "2026-05-28"
)

// channels are eight names of four releases.
func published() []disttree.Toolchain {
	set := disttree.TinySet(disttree.Tiny{Ballast: 3 << 20})
	for i, version := range []string{"1.91.0", "1.92.0", "1.93.0", "1.94.0"} {
		tc := disttree.Tiny{Channels: []string{version}, Version: version + " (59807616e 2026-04-14)", Date: fmt.Sprintf("2026-01-0%d", i+1)}.Toolchain()
		set = append(set, tc)
	}
	return set
}

// shared is what the scripts of one run have in common.
type shared struct {
	prog     *program.Program
	root     string
	releases *witness.Releases
	saved    string
	stock    string
}

func newShared(t *testing.T) *shared {
	t.Helper()
	dir := t.TempDir()
	sh := &shared{root: filepath.Join(dir, "tree"), saved: filepath.Join(dir, "releases.json"), stock: stock.Program(t)}
	var err error
	if sh.prog, err = program.Build(t.Context(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	tree, err := disttree.Open(sh.root, dist.DefaultRoot())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.PublishAll(published()...); err != nil {
		t.Fatal(err)
	}
	sh.releases = witness.Of(published()...)
	if err := sh.releases.Save(sh.saved); err != nil {
		t.Fatal(err)
	}
	return sh
}

// scene is what belongs to one script.
type scene struct {
	*shared
	server *faulthttp.Server  // of toolchains or of crates
	dist   *distserver.Server // of toolchains
	git    *faulthttp.Server  // of what is below /git/
	home   string             // the one that the script is about
	lot    *lot
}

// serverOf is who serves what a pattern means.
func (s *scene) serverOf(pattern string) *faulthttp.Server {
	if s.git != nil && strings.HasPrefix(pattern, "/git/") {
		return s.git
	}
	return s.server
}

func (s *scene) each(do func(*faulthttp.Server)) {
	do(s.server)
	if s.git != nil {
		do(s.git)
	}
}

type sceneKey struct{}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

func TestScripts(t *testing.T) {
	sh := newShared(t)
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("..", "..", "..", "testdata", "script"),
		Setup: sh.setup,
		Cmds:  commands(),
	})
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"server": serverCmd, "served": servedCmd, "sent": sentCmd, "resumed": resumedCmd, "served-once": servedOnceCmd, "until": untilCmd,
		"together": togetherCmd, "crash": crashCmd, "interrupt": interruptCmd, "whole": wholeCmd, "absent": absentCmd, "tidy": tidyCmd, "unclean": uncleanCmd, "unpark": unparkCmd,
		"project": projectCmd, "same": sameCmd, "compiled": compiledCmd, "compiled-once": compiledOnceCmd, "recount": recountCmd,
		"killed-everywhere": killedEverywhereCmd, "killed-at-random": killedAtRandomCmd, "stops": stopsCmd, "saves": savesCmd, "random-edits": randomEditsCmd,
	}
}

// setup gives a script a server and homes of its own.
func (sh *shared) setup(env *testscript.Env) error {
	server, err := distserver.New(sh.root)
	if err != nil {
		return err
	}
	if err := server.Start("127.0.0.1:0"); err != nil {
		return err
	}
	env.Defer(func() { server.Close() })
	lot, err := openLot()
	if err != nil {
		return err
	}
	env.Defer(func() { lot.Close(); lot.clear() })
	server.Point("stable", firstDate)
	homes := program.Homes{Dir: env.WorkDir, Server: server.URL()}
	watchers := filepath.Dir(lookPath("watcher"))
	env.Vars = append(sh.prog.Env(homes), "PATH="+sh.prog.Dir+":"+watchers+":"+os.Getenv("PATH"),
		"WORK="+env.WorkDir, "TMPDIR="+filepath.Join(env.WorkDir, ".tmp"), "HOST="+disttree.Host(), "STOCK="+sh.stock, "RELEASES="+sh.saved,
		"PARK=park:"+lot.Addr().String(), "FIRST="+firstDate, "SECOND="+secondDate)
	env.Values[sceneKey{}] = &scene{shared: sh, server: server.Server, dist: server, home: homes.Rustup(), lot: lot}
	return os.MkdirAll(filepath.Join(env.WorkDir, ".tmp"), 0o755)
}

func lookPath(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		panic(err)
	}
	return path
}
