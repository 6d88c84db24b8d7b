package download

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/lockfs"
	"berth/internal/testkit/distserver"
)

func TestManyProcessesOneRequest(t *testing.T) {
	s := newStage(t, 3<<20)
	s.inject(distserver.Fault{Kind: distserver.Stall, Bytes: 1 << 20, Event: "all wait"})
	holder := s.start()
	holder.until("have 1048576")
	var others []*process
	for range 15 {
		others = append(others, s.start())
	}
	for _, p := range others {
		p.until("waiting for download of rustc which has 1.0 MiB so far")
	}
	s.server.Release("all wait")
	for _, p := range append(others, holder) {
		p.mustSucceed(s)
	}
	s.mustRequest(1)
	s.mustBeWhole()
}

// The holder is killed while others wait: one of them goes on at the very byte where it stopped.
func TestTakeover(t *testing.T) {
	s := newStage(t, 3<<20)
	const arrived = 3<<19 + 12345
	s.inject(distserver.Fault{Kind: distserver.Stall, Bytes: arrived, Event: "never", Times: 1})
	holder := s.start()
	holder.until(fmt.Sprint("have ", arrived))
	var waiters []*process
	for range 3 {
		waiters = append(waiters, s.start())
	}
	for _, p := range waiters {
		p.until("waiting")
	}
	holder.kill()
	for _, p := range waiters {
		p.mustSucceed(s)
	}
	s.mustRequest(2)
	if sent := s.server.Bytes(path); sent != 3<<20 {
		t.Fatalf("the server sent %d bytes of %d:\n%s", sent, 3<<20, s.log())
	}
	s.mustBeWhole()
}

// scene is a state of the home in which a Fetch begins, and the faults that it meets.
type scene struct {
	name   string
	set    func(*stage)
	faults []distserver.Fault
}

var scenes = []scene{
	{"fresh", func(*stage) {}, nil},
	{"cut", func(*stage) {}, []distserver.Fault{{Kind: distserver.Truncate, Bytes: 3 << 19, Times: 1}}},
	{"wrong bit", func(*stage) {}, []distserver.Fault{{Kind: distserver.Flip, Bytes: 9, Times: 1}}},
	{"partial", func(s *stage) { mustWrite(s.t, s.file(".partial"), s.data[:3<<19]) }, nil},
	{"whole partial", func(s *stage) { mustWrite(s.t, s.file(".partial"), s.data) }, nil},
	{"damaged partial", func(s *stage) { mustWrite(s.t, s.file(".partial"), make([]byte, 3<<19)) }, nil},
	{"damaged complete", func(s *stage) { mustWrite(s.t, s.file(""), make([]byte, 1)) }, nil},
	{"stock complete", func(s *stage) {
		s.stock("", s.data)
		mustWrite(s.t, s.file(".partial"), s.data[:1000])
		mustWrite(s.t, s.file(".etag"), []byte(`"x"`))
	}, nil},
	{"stock partial", func(s *stage) {
		s.stock(".partial", s.data[:3<<19])
		mustWrite(s.t, s.file(".partial"), s.data[:1000])
	}, nil},
}

// newScene sets the scene on a new stage.
func newScene(t *testing.T, sc scene) *stage {
	s := newStage(t, 5<<19)
	sc.set(s)
	s.inject(sc.faults...)
	return s
}

// stock puts a file into a folder that stands in for stock's downloads.
func (s *stage) stock(suffix string, data []byte) {
	dir := s.t.TempDir()
	s.want.StockDir = lockfs.At(dir)
	mustWrite(s.t, filepath.Join(dir, s.want.SHA256+suffix), data)
}

// pointsOf runs the scene once and returns the crash points that it passes, each with its number: point#n.
func pointsOf(t *testing.T, sc scene) (points []string) {
	t.Helper()
	s := newScene(t, sc)
	trace := filepath.Join(t.TempDir(), "trace")
	s.start("BERTH_CRASHPOINT_TRACE=" + trace).mustSucceed(s)
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	passed := map[string]int{}
	for _, p := range strings.Fields(string(data)) {
		passed[p]++
		points = append(points, fmt.Sprintf("%s#%d", p, passed[p]))
	}
	if len(points) < 2 {
		t.Fatalf("the scene passes only %v", points)
	}
	return points
}

// Each scene is killed at each of its crash points while somebody else waits for the same file, and fails there: the
// next one succeeds with no help, asks only for what is not there, and leaves nothing behind.
func TestEveryPoint(t *testing.T) {
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			for _, point := range pointsOf(t, sc) {
				killAt(t, sc, point)
				failAt(t, sc, point)
			}
		})
	}
}

func killAt(t *testing.T, sc scene, point string) {
	t.Helper()
	s := newScene(t, sc)
	holder := s.parkAt(point)
	before := s.server.Stats().Log
	left, _ := os.ReadFile(s.file(".partial"))

	waits := make(chan struct{})
	ctx := lockfs.WithSession(t.Context(), &lockfs.Session{Notice: onWaiting(func() { close(waits) })})
	done := make(chan error)
	go func() { done <- s.dir.Fetch(ctx, s.want, nil, nil) }()
	if !s.dir.Have(s.want.SHA256) || point == "download.damaged.before#1" {
		<-waits
	}
	holder.kill()
	if err := <-done; err != nil {
		t.Fatalf("%s: %v", point, err)
	}
	s.mustBeWhole()
	s.mustGoOn(sc, point, before, left)
}

// parkAt starts a process and returns when it stands at the point.
func (s *stage) parkAt(point string) *process {
	s.t.Helper()
	parking, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { parking.Close() })
	holder := s.start("BERTH_CRASHPOINT=" + point + "=park:" + parking.Addr().String())
	parked, err := parking.Accept()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { parked.Close() })
	bufio.NewReader(parked).ReadString('\n')
	return holder
}

type onWaiting func()

func (f onWaiting) Waiting(lockfs.Waiting) func() { f(); return func() {} }
func (onWaiting) NoLocks(string)                  {}

// mustGoOn: the first request after the kill begins where the partial file ended, if it held right bytes.
func (s *stage) mustGoOn(sc scene, point string, before []distserver.Request, left []byte) {
	s.t.Helper()
	after := s.server.Stats().Log[len(before):]
	right := len(left) <= len(s.data) && slices.Equal(left, s.data[:len(left)])
	most := 1
	if !right || len(before) == 0 && len(sc.faults) > 0 { // the fault is still to come
		most = 2
	}
	if len(after) > most {
		s.t.Errorf("%s: %d further requests:\n%s", point, len(after), s.log())
	}
	if len(after) == 0 || !right || s.want.StockDir.Exists() { // the rest of stock's file comes first
		return
	}
	want := ""
	if len(left) > 0 {
		want = fmt.Sprintf("bytes=%d-", len(left))
	}
	if after[0].Range != want {
		s.t.Errorf("%s: %d bytes were there, and the next request was for %q", point, len(left), after[0].Range)
	}
}

func failAt(t *testing.T, sc scene, point string) {
	t.Helper()
	s := newScene(t, sc)
	if got := s.start("BERTH_CRASHPOINT=" + point + "=full").wait(); !strings.HasPrefix(got, "error ") {
		t.Errorf("%s: the process said: %s", point, got)
	}
	s.mustFetch()
}
