package download

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"berth/internal/lockfs"
)

const childVariable = "DOWNLOAD_TEST_CHILD"

// errand is what a child process is told to do: one Fetch.
type errand struct{ URL, SHA256, Home, Stock string }

// child does an errand and says how it goes, a line at a time.
func child(spec string) int {
	var e errand
	if err := json.Unmarshal([]byte(spec), &e); err != nil {
		fmt.Println("error", err)
		return 2
	}
	w := Want{URL: e.URL, SHA256: e.SHA256, Name: "rustc"}
	if e.Stock != "" {
		w.StockDir = lockfs.At(e.Stock)
	}
	ctx := lockfs.WithSession(context.Background(), &lockfs.Session{Command: "test", Notice: lines{}})
	client := NewClient(Config{UserAgent: "berth-test", Retries: 3, Wait: noWait})
	var followed string
	err := NewDir(client, lockfs.At(e.Home)).Fetch(ctx, w, &counter{}, func(_ context.Context, r io.Reader) error {
		data, err := io.ReadAll(r)
		followed = hashOf(data)
		return err
	})
	if err != nil {
		fmt.Println("error", err)
		return 3
	}
	fmt.Println("done", followed)
	return 0
}

type lines struct{}

func (lines) Waiting(w lockfs.Waiting) func() {
	fmt.Println("waiting for", w.Lock, "which has", w.Progress())
	return func() {}
}
func (lines) NoLocks(string) {}

type counter struct{ have int64 }

func (c *counter) Start(_, have int64) { c.have = have }
func (c *counter) Add(n int) {
	c.have += int64(n)
	fmt.Println("have", c.have)
}

// process is a running child.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	lines chan string
	last  string
}

// start runs a child on the stage's errand, with further environment.
func (s *stage) start(env ...string) *process {
	s.t.Helper()
	e := errand{URL: s.want.URL, SHA256: s.want.SHA256, Home: s.home}
	if s.want.StockDir != (lockfs.Filesystem{}) {
		e.Stock = s.want.StockDir.Display()
	}
	spec, _ := json.Marshal(e)
	cmd := exec.Command(os.Args[0])
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); !strings.HasSuffix(strings.ToLower(name), "_proxy") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(append(cmd.Env, env...), childVariable+"="+string(spec))
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	p := &process{s.t, cmd, make(chan string, 10000), ""}
	go func() {
		defer close(p.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			p.lines <- in.Text()
		}
	}()
	return p
}

// until returns when the child says something that begins so.
func (p *process) until(prefix string) {
	p.t.Helper()
	for line := range p.lines {
		if p.last = line; strings.HasPrefix(line, prefix) {
			return
		}
	}
	p.t.Fatalf("the process ended before it said %q; its last line: %s", prefix, p.last)
}

// wait returns the child's last line, and "" for one that was killed.
func (p *process) wait() string {
	for line := range p.lines {
		p.last = line
	}
	if err := p.cmd.Wait(); err != nil && p.cmd.ProcessState.ExitCode() < 0 {
		return ""
	}
	return p.last
}

func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	p.wait()
}

// mustSucceed waits for the child, who must have followed the right bytes to their end.
func (p *process) mustSucceed(s *stage) {
	p.t.Helper()
	if got := p.wait(); got != "done "+s.want.SHA256 {
		p.t.Fatalf("the process said: %s", got)
	}
}
