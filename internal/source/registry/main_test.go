package registry_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/download"
	"berth/internal/gitdb"
	"berth/internal/lockfs"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/source/registry"
	"berth/internal/testkit/registryserver"
)

// order is what another process is to do: the test binary plays it.
type order struct {
	Home, Index string
	Local       string // a local registry instead of Index
	Offline     string
	Token       string   // what Authorize gives; none if empty
	Query       []string // names that are asked for anew
	Locked      []string // name version: what a Cargo.lock names
	Fetch       bool     // have all that was found unpacked
	Busy        int64    // instead of all that: keep all cores busy, with so many crates left, until told to begin
}

func TestMain(m *testing.M) {
	text := os.Getenv("REGISTRY_TEST_ORDER")
	if text == "" {
		os.Exit(m.Run())
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		panic(err)
	}
	began := time.Now()
	busy := o.busy()
	fmt.Println("ready")
	io.ReadAll(os.Stdin) // all begin together
	if o.Busy > 0 {
		fmt.Println(busy)
		os.Exit(0)
	}
	found, err := o.run(context.Background(), began, &voice{})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(strings.Join(found, " "))
	os.Exit(0)
}

// busy tells whether this process would give way, and keeps the cores busy if it need not.
func (o order) busy() string {
	if o.Busy == 0 {
		return ""
	}
	p := lockfs.NewPrecedence(lockfs.At(o.Home).Join("berth", "v1", "locks", "unpacking"))
	if p.IsWanted(o.Busy) {
		return "gives way"
	}
	p.Announce(o.Busy)
	return "first"
}

// voice keeps what was said.
type voice struct {
	mu    sync.Mutex
	lines []string
	bar   bool
}

func (v *voice) Status(verb, text string) { v.say(verb + " " + text) }
func (v *voice) Warn(text string)         { v.say("warning " + text) }
func (v *voice) say(line string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lines = append(v.lines, line)
}

func (v *voice) Bar(state func() registry.BarState) func() {
	if !v.bar {
		return nil
	}
	return func() {
		if s := state(); s.Crates != 0 || s.Bytes != 0 {
			v.say(fmt.Sprintf("left over: %+v", s))
		}
	}
}

func (v *voice) Asking(state func() registry.AskState) func() {
	if !v.bar {
		return nil
	}
	if s := state(); s.Pending != 1 {
		v.say(fmt.Sprintf("begun with %+v", s))
	}
	return func() {
		if s := state(); s.Complete == 0 || s.Pending != 0 {
			v.say(fmt.Sprintf("left over: %+v", s))
		}
	}
}

func (v *voice) said() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Sorted(slices.Values(v.lines))
}

func (o order) env(began time.Time, v registry.Voice) registry.Env {
	home := cargohome.Open(lockfs.At(o.Home))
	client := download.NewClient(download.Config{UserAgent: "berth/test", Retries: 3, Timeout: time.Minute,
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }})
	var authorize func(context.Context, crate.SourceID, http.Header) (string, error)
	if o.Token != "" {
		authorize = func(context.Context, crate.SourceID, http.Header) (string, error) { return o.Token, nil }
	}
	return registry.Env{
		Authorize: authorize,
		Home:      home, Client: client, Voice: v, Offline: o.Offline, Began: began, Company: registry.NewCompany(home, time.Hour),
		Crates:   registry.NewCrates(home, client, v, o.Offline),
		Git:      func() gitdb.Engine { return gitdb.New(gitdb.Options{Environ: os.Environ()}) },
		Patience: func() (gitdb.Patience, error) { return gitdb.Patience{}, nil },
	}
}

type source interface {
	Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error)
	Similar(ctx context.Context, q resolve.Query) ([]string, error)
	Rejected(ctx context.Context, q resolve.Query) ([]resolve.Rejected, error)
	Fetch(ctx context.Context, wanted []*crate.Summary) error
	Directory(ctx context.Context, s *crate.Summary) (string, error)
}

func (o order) open(env registry.Env) (source, error) {
	if o.Local != "" {
		return registry.NewLocal(env, crate.LocalRegistrySource(o.Local), crate.PublicSource()), nil
	}
	id, err := crate.RegistrySource(o.Index, "")
	if err != nil {
		return nil, err
	}
	if id.Kind() == crate.Registry {
		return registry.NewGit(env, id, crate.PublicSource()), nil
	}
	return registry.NewSparse(env, id, crate.PublicSource())
}

// run does all queries at once and returns what was found, name-version.
func (o order) run(ctx context.Context, began time.Time, v registry.Voice) ([]string, error) {
	env := o.env(began, v)
	defer env.Company.Close()
	r, err := o.open(env)
	if err != nil {
		return nil, err
	}
	var queries []resolve.Query
	for _, name := range o.Query {
		queries = append(queries, resolve.Query{Name: name, Source: crate.PublicSource()})
	}
	for _, locked := range o.Locked {
		name, version, _ := strings.Cut(locked, " ")
		queries = append(queries, resolve.Query{Name: name, Source: crate.PublicSource(), Locked: true, Version: must(semver.Parse(version))})
	}
	answers := make([][]*crate.Summary, len(queries))
	errs := make([]error, len(queries))
	var running sync.WaitGroup
	for i, q := range queries {
		running.Go(func() { answers[i], errs[i] = r.Query(ctx, q) })
	}
	running.Wait()
	var wanted []*crate.Summary
	var names []string
	for i := range queries {
		if errs[i] != nil {
			return nil, errs[i]
		}
		for _, s := range answers[i] {
			wanted = append(wanted, s)
			names = append(names, s.ID.FileName())
		}
	}
	if o.Fetch {
		err = r.Fetch(ctx, wanted)
	}
	return names, err
}

// do is run in this process.
func (o order) do(t testing.TB) ([]string, *voice, error) {
	t.Helper()
	v := &voice{}
	found, err := o.run(t.Context(), time.Now(), v)
	return found, v, err
}

func (o order) must(t testing.TB) ([]string, *voice) {
	t.Helper()
	found, v, err := o.do(t)
	if err != nil {
		t.Fatal(err)
	}
	return found, v
}

// process is another process that does what its order says.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.Closer
	out   *strings.Builder
	ready chan struct{}
	done  chan struct{}
}

func (o order) start(t testing.TB, env ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "GORACE=atexit_sleep_ms=0", "REGISTRY_TEST_ORDER="+string(must(json.Marshal(o)))), env...)
	stdin, stdout := must(cmd.StdinPipe()), must(cmd.StdoutPipe())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, stdin: stdin, out: &strings.Builder{}, ready: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(p.done)
		buf := make([]byte, 64)
		for first := true; ; {
			n, err := stdout.Read(buf)
			p.out.Write(buf[:n])
			if first && strings.Contains(p.out.String(), "\n") {
				first = false
				close(p.ready)
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(p.kill)
	return p
}

func (p *process) begin() { p.stdin.Close() }

// wait returns what the process printed, and how it ended.
func (p *process) wait() (string, error) {
	<-p.done
	err := p.cmd.Wait()
	_, text, _ := strings.Cut(p.out.String(), "\n")
	return strings.TrimSpace(text), err
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.done
	p.cmd.Wait()
}

// together starts processes and lets them begin when all are there.
func together(t testing.TB, orders ...order) []string {
	t.Helper()
	var all []*process
	for _, o := range orders {
		all = append(all, o.start(t))
	}
	for _, p := range all {
		<-p.ready
	}
	for _, p := range all {
		p.begin()
	}
	var texts []string
	for i, p := range all {
		text, err := p.wait()
		if err != nil {
			t.Errorf("process %d: %v: %s", i, err, text)
		}
		texts = append(texts, text)
	}
	return texts
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// tree is what lies in a directory: path, mode, time of files, and what they hold.
func tree(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if d.IsDir() {
			fmt.Fprintf(&b, "%v %s\n", info.Mode(), rel)
			return nil
		}
		data, err := os.ReadFile(path)
		at := info.ModTime().Unix()
		if filepath.Base(path) == ".cargo-ok" {
			at = 0
		}
		fmt.Fprintf(&b, "%v %d %s %q\n", info.Mode(), at, rel, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func expectOnce(t *testing.T, s *registryserver.Server, paths ...string) {
	t.Helper()
	for _, p := range paths {
		if n := s.Requests(p); n != 1 {
			t.Errorf("%s was asked for %d times", p, n)
		}
	}
}
