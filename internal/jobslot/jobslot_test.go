//go:build unix

package jobslot_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"berth/internal/jobslot"
	"berth/internal/lockfs"
)

// TestMain lets the test binary be another build: it takes a slot, says so, and keeps it until its standard input ends.
func TestMain(m *testing.M) {
	dir := os.Getenv("JOBSLOT_TEST_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	p := jobslot.Open(jobslot.Options{Dir: lockfs.At(dir), Cores: 1, Lookup: os.LookupEnv})
	_, slot, err := p.Acquire(context.Background())
	if err != nil {
		panic(err)
	}
	fmt.Println("held")
	io.Copy(io.Discard, os.Stdin)
	slot.Close()
	os.Exit(0)
}

type env map[string]string

func (e env) lookup(name string) (string, bool) { v, ok := e[name]; return v, ok }

func pool(t testing.TB, dir string, cores int, e env) *jobslot.Pool {
	p := jobslot.Open(jobslot.Options{Dir: lockfs.At(dir), Cores: cores, Lookup: e.lookup})
	t.Cleanup(p.Close)
	return p
}

// place is a directory for locks. Who waited for one of them when the test ended may make a file there yet.
func place(t testing.TB) string {
	dir, err := os.MkdirTemp("", "jobslot")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func acquire(t testing.TB, p *jobslot.Pool) *jobslot.Slot {
	t.Helper()
	_, slot, err := p.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return slot
}

// soon waits in the background.
func soon(t testing.TB, p *jobslot.Pool) <-chan *jobslot.Slot {
	got := make(chan *jobslot.Slot, 1)
	go func() {
		_, slot, err := p.Acquire(t.Context())
		if err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		got <- slot
	}()
	return got
}

// stands tells whether a job of the pool waits, and all that may have a slot for it was asked in vain so far.
func stands(t testing.TB, p *jobslot.Pool) bool {
	t.Helper()
	lists, ok := p.Awaited()
	return ok && !slices.ContainsFunc(lists, func(files []string) bool { return !isWaitedFor(t, files) })
}

// mustWait waits until the job does.
func mustWait(t *testing.T, p *jobslot.Pool, got <-chan *jobslot.Slot) {
	t.Helper()
	for !stands(t, p) {
		select {
		case <-got:
			t.Fatal("a slot was given that is not there")
		default:
			runtime.Gosched()
		}
	}
}

func TestNeverMoreThanTheSlots(t *testing.T) {
	const slots, builds, jobs = 3, 6, 20
	dir := place(t)
	var running, most, done atomic.Int32
	var all sync.WaitGroup
	for range builds {
		p := pool(t, dir, slots, nil)
		for range jobs {
			all.Go(func() {
				_, slot, err := p.Acquire(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				n := running.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				runtime.Gosched() // the job: others run meanwhile
				running.Add(-1)
				done.Add(1)
				slot.Close()
			})
		}
	}
	all.Wait()
	if most.Load() > slots || done.Load() != builds*jobs {
		t.Errorf("%d at once of %d slots, %d of %d done", most.Load(), slots, done.Load(), builds*jobs)
	}
}

func TestALimitOfOneProcess(t *testing.T) {
	p := jobslot.Open(jobslot.Options{Dir: lockfs.At(place(t)), Cores: 4, Limit: 1, Lookup: env{}.lookup})
	defer p.Close()
	slot := acquire(t, p)
	got := soon(t, p)
	mustWait(t, p, got)
	slot.Close()
	(<-got).Close()
}

func TestAKilledBuildGivesItsSlotBack(t *testing.T) {
	dir := place(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "JOBSLOT_TEST_DIR="+dir)
	in, _ := cmd.StdinPipe()
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatal(line, err)
	}
	p := pool(t, dir, 1, nil)
	got := soon(t, p)
	mustWait(t, p, got)
	cmd.Process.Kill()
	(<-got).Close()
	cmd.Wait()
}

// TestBuildsTakeTurns: a build with many jobs does not keep another one out.
func TestBuildsTakeTurns(t *testing.T) {
	const jobs = 60
	dir := place(t)
	var all sync.WaitGroup
	var order []int
	var mu sync.Mutex
	first := acquire(t, pool(t, dir, 1, nil)) // until all wait
	builds := []*jobslot.Pool{pool(t, dir, 1, nil), pool(t, dir, 1, nil), pool(t, dir, 1, nil)}
	for build, p := range builds {
		for range jobs {
			all.Go(func() {
				slot := acquire(t, p)
				mu.Lock()
				order = append(order, build)
				mu.Unlock()
				untilAllStand(t, builds)
				slot.Close()
			})
		}
	}
	for _, p := range builds {
		for p.Waiting() < jobs {
			runtime.Gosched()
		}
	}
	untilAllStand(t, builds)
	first.Close()
	all.Wait()
	var counts [3]int
	for _, build := range order[:len(order)/2] {
		counts[build]++
	}
	for build, n := range counts {
		if n < jobs/6 { // a third of the half would be jobs/2
			t.Errorf("build %d had %d of the first %d turns: %v", build, n, len(order)/2, counts)
		}
	}
	t.Log(counts)
}

// untilAllStand returns when all who still have jobs that wait stand in the queue.
func untilAllStand(t testing.TB, builds []*jobslot.Pool) {
	for _, p := range builds {
		for p.Waiting() > 0 && !stands(t, p) {
			runtime.Gosched()
		}
	}
}

func TestAWaiterWhoLeaves(t *testing.T) {
	dir := place(t)
	p := pool(t, dir, 1, nil)
	slot := acquire(t, p)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("interrupted")
	left := make(chan error, 1)
	other := pool(t, dir, 1, nil)
	go func() { _, _, err := other.Acquire(ctx); left <- err }()
	go func() { _, _, err := p.Acquire(ctx); left <- err }()
	cancel(reason)
	for range 2 {
		if err := <-left; !errors.Is(err, reason) {
			t.Error(err)
		}
	}
	slot.Close()
	acquire(t, p).Close()
	acquire(t, other).Close()
	acquire(t, pool(t, dir, 1, nil)).Close()
}

// below is the environment of a child of the job that has slot.
func below(t *testing.T, slot *jobslot.Slot) env {
	server, err := slot.Serve()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	e := env{}
	for _, text := range server.Environ(nil) {
		name, value, _ := strings.Cut(text, "=")
		e[name] = value
	}
	return e
}

// TestBuildsBelowAJobWithOneSlot: two of them share the job's slot, and one below one of these shares that.
func TestBuildsBelowAJobWithOneSlot(t *testing.T) {
	dir := place(t)
	job := acquire(t, pool(t, dir, 1, nil))
	e := below(t, job)
	one, two := pool(t, dir, 1, e), pool(t, dir, 1, e)
	slot := acquire(t, one)
	got := soon(t, two)
	mustWait(t, two, got)
	deep := acquire(t, pool(t, dir, 1, below(t, slot)))
	deep.Close()
	slot.Close()
	(<-got).Close()
	late := pool(t, dir, 1, nil)
	mustWait(t, late, soon(t, late)) // the slot itself is the job's all the time
}

func TestABuildBelowUsesFreeSlotsToo(t *testing.T) {
	dir := place(t)
	job := acquire(t, pool(t, dir, 3, nil))
	server, err := job.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	e := env{}
	for _, text := range server.Environ([]string{"CARGO_MAKEFLAGS=old", "A=b"}) {
		name, value, _ := strings.Cut(text, "=")
		e[name] = value
	}
	if e["A"] != "b" || e["CARGO_MAKEFLAGS"] != "-j --jobserver-fds=3,4 --jobserver-auth=3,4" {
		t.Errorf("%v", e)
	}
	p := pool(t, dir, 3, e)
	slots := []*jobslot.Slot{acquire(t, p), acquire(t, p), acquire(t, p)} // its own one and two free ones
	mustWait(t, p, soon(t, p))
	for _, s := range slots {
		s.Close()
	}
}

func TestNoPlaceForLocks(t *testing.T) {
	p := jobslot.Open(jobslot.Options{Cores: 1, Lookup: env{}.lookup})
	defer p.Close()
	slot := acquire(t, p)
	got := soon(t, p)
	mustWait(t, p, got)
	slot.Close()
	(<-got).Close()

	readOnly := place(t)
	if err := os.WriteFile(readOnly+"/file", nil, 0o444); err != nil {
		t.Fatal(err)
	}
	p = pool(t, readOnly+"/file", 1, nil) // no directory, and none can be made
	slot = acquire(t, p)
	got = soon(t, p)
	mustWait(t, p, got)
	slot.Close()
	(<-got).Close()
}

// TestThePlaceForLocksGoes: that of a session goes with it, and no other can be made there.
func TestThePlaceForLocksGoes(t *testing.T) {
	dir := place(t) + "/session"
	other := acquire(t, pool(t, dir, 1, nil))
	p := pool(t, dir, 1, nil)
	got := soon(t, p)
	mustWait(t, p, got)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o444); err != nil {
		t.Fatal(err)
	}
	other.Close()
	(<-got).Close()
}

func TestASlotComesBeforeAUnit(t *testing.T) {
	dir := place(t)
	ctx, unit, err := lockfs.NewLock(lockfs.At(dir).Join("unit.lock"), lockfs.RankUnit, "a unit").Try(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	defer unit.Close()
	var wrong *lockfs.RankError
	if _, _, err := pool(t, dir, 1, nil).Acquire(ctx); !errors.As(err, &wrong) {
		t.Errorf("a slot while a unit is held: %v", err)
	}
	ctx, slot, err := pool(t, dir, 1, nil).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer slot.Close()
	if err := lockfs.CheckRank(ctx, lockfs.RankCrate, "a crate"); !errors.As(err, &wrong) {
		t.Errorf("the context does not know that the slot is held: %v", err)
	}
}

// makePipe is what make hands down: two tokens beside the one that every command has.
func makePipe(t *testing.T) (e env, r, w *os.File) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	for _, f := range []*os.File{r, w} {
		if _, err := unix.FcntlInt(f.Fd(), unix.F_SETFD, 0); err != nil {
			t.Fatal(err)
		}
	}
	w.WriteString("ab")
	return env{"MAKEFLAGS": fmt.Sprintf(" -j3 --jobserver-auth=%d,%d -- X=--jobserver", r.Fd(), w.Fd())}, r, w
}

func TestUnderMakeOnlyItsTokensCount(t *testing.T) {
	dir := place(t)
	busy := pool(t, dir, 2, nil)
	acquire(t, busy)
	acquire(t, busy)
	e, r, w := makePipe(t)
	p := pool(t, dir, 2, e)
	slots := []*jobslot.Slot{acquire(t, p), acquire(t, p), acquire(t, p)}
	got := soon(t, p)
	mustWait(t, p, got)
	child := below(t, slots[1])
	if child["CARGO_MAKEFLAGS"] != e["MAKEFLAGS"] || child["BERTH_JOB_SLOT"] != "" {
		t.Errorf("%v", child)
	}
	slots[0].Close()
	(<-got).Close()
	slots[1].Close()
	slots[2].Close()
	w.Close()
	back, _ := io.ReadAll(r)
	if s := string(back); s != "ab" && s != "ba" {
		t.Errorf("tokens that came back: %q", s)
	}
}

func TestAJobserverThatIsNotThere(t *testing.T) {
	for _, flags := range []string{"-j --jobserver-auth=-2,-2", "-j --jobserver-auth=77,78", "--jobserver-auth=fifo:/nowhere", "-j", "", "--jobserver-auth=0,1"} {
		p := pool(t, place(t), 2, env{"MAKEFLAGS": flags})
		a, b := acquire(t, p), acquire(t, p)
		mustWait(t, p, soon(t, p))
		a.Close()
		b.Close()
	}
}

// TestTokens: a child takes what is free, what it leaves is taken back for others, and what it keeps comes back when it
// ends.
func TestTokens(t *testing.T) {
	dir := place(t)
	p := pool(t, dir, 4, nil)
	server, err := acquire(t, p).Serve()
	if err != nil {
		t.Fatal(err)
	}
	child := server.Files()[0] // as the child reads
	token := make([]byte, 3)
	if _, err := io.ReadFull(child, token); err != nil { // all there are
		t.Fatal(err)
	}
	others := pool(t, dir, 4, nil)
	got := soon(t, others)
	mustWait(t, others, got)
	if _, err := server.Files()[1].Write(token[:1]); err != nil {
		t.Fatal(err)
	}
	slot := <-got // given back, and taken out of the pipe for somebody else
	server.Close()
	acquire(t, p)
	acquire(t, p)
	slot.Close()
	acquire(t, p)
}

// TestTokensWithoutADirectory: that for temporary files may be one of a shell that has ended.
func TestTokensWithoutADirectory(t *testing.T) {
	dir := place(t)
	t.Setenv("TMPDIR", dir+"/gone")
	p := pool(t, dir, 2, nil)
	server, err := acquire(t, p).Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, err := io.ReadFull(server.Files()[0], make([]byte, 1)); err != nil {
		t.Errorf("the child takes a token: %v", err)
	}
}

// TestUnusedTokensAreNotInTheWay: neither of our own jobs nor of others.
func TestUnusedTokensAreNotInTheWay(t *testing.T) {
	dir := place(t)
	p := pool(t, dir, 2, nil)
	first := acquire(t, p)
	server, err := first.Serve() // the other slot lies in its pipe
	if err != nil {
		t.Fatal(err)
	}
	acquire(t, p).Close()
	(<-soon(t, pool(t, dir, 2, nil))).Close()
	server.Close()
	first.Close()
}

// TestACrazyChild writes tokens that it never had, and takes them with it.
func TestACrazyChild(t *testing.T) {
	p := pool(t, place(t), 2, nil)
	first := acquire(t, p)
	server, err := first.Serve()
	if err != nil {
		t.Fatal(err)
	}
	server.Files()[1].WriteString(strings.Repeat("x", 1000))
	second := acquire(t, p)
	mustWait(t, p, soon(t, p))
	server.Close()
	first.Close()
	second.Close()
}

// BenchmarkAcquire is what a job pays for its slot.
func BenchmarkAcquire(b *testing.B) {
	p := pool(b, place(b), 2, nil)
	for b.Loop() {
		acquire(b, p).Close()
	}
}

// BenchmarkHandOver is the time from Close in one build to Acquire's return in another that waits.
func BenchmarkHandOver(b *testing.B) {
	dir := place(b)
	one, two := pool(b, dir, 1, nil), pool(b, dir, 1, nil)
	var total time.Duration
	for b.Loop() {
		slot := acquire(b, one)
		got := make(chan time.Time, 1)
		go func() {
			s := acquire(b, two)
			got <- time.Now()
			s.Close()
		}()
		for !stands(b, two) {
			runtime.Gosched()
		}
		begin := time.Now()
		slot.Close()
		total += (<-got).Sub(begin)
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/handover")
}
