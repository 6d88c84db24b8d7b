package distserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"berth/internal/testkit/faulthttp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const file = "/dist/a.tar.xz"

// body is long enough for several writes and has no repetition that would hide a wrong offset.
func body() string {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "%05d\n", i)
	}
	return b.String()
}

func start(t *testing.T, faults ...Fault) *Server {
	t.Helper()
	root := t.TempDir()
	put(t, root, file, body())
	put(t, root, "/dist/channel-rust-stable.toml", "first")
	put(t, root, "/dist/2026-06-01/channel-rust-stable.toml", "second")
	s := Run(t, root)
	for _, f := range faults {
		if err := s.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func put(t *testing.T, root, name, data string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// answer is what a client got: err is how the body ended, if not as announced.
type answer struct {
	status int
	header http.Header
	length int64
	body   string
	err    error
}

// get asks with a connection of its own, as each process does. headers are pairs.
func get(t *testing.T, url string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	resp, err := client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, resp.ContentLength, string(data), err}
}

func TestServesWholeFilesAndRanges(t *testing.T) {
	s := start(t)
	all := body()
	whole := get(t, s.URL()+file)
	if whole.body != all || whole.header.Get("Accept-Ranges") != "bytes" || whole.header.Get("Content-Type") != "application/octet-stream" {
		t.Fatalf("got %d bytes, headers %v", len(whole.body), whole.header)
	}
	etag := whole.header.Get("ETag")
	tests := []struct {
		name    string
		headers []string
		status  int
		body    string
	}{
		{"rest", []string{"Range", "bytes=100000-"}, 206, all[100000:]},
		{"rest if unchanged", []string{"Range", "bytes=100000-", "If-Range", etag}, 206, all[100000:]},
		{"everything if changed", []string{"Range", "bytes=100000-", "If-Range", `"other"`}, 200, all},
		{"not modified", []string{"If-None-Match", etag}, 304, ""},
		{"behind the end", []string{"Range", "bytes=120000-"}, 416, "invalid range: failed to overlap\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := get(t, s.URL()+file, test.headers...)
			if a.status != test.status || a.body != test.body || a.err != nil {
				t.Errorf("status %d, %d bytes, %v; want %d, %d bytes", a.status, len(a.body), a.err, test.status, len(test.body))
			}
		})
	}
}

func TestNothingOutsideTheTree(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/dist", "/dist/", "/", "/absent", "/../server.go", "/dist/../../etc/passwd"} {
		if a := get(t, s.URL()+path); a.status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, a.status)
		}
	}
}

func TestCounts(t *testing.T) {
	s := start(t)
	for _, fetch := range [][]string{{file}, {file, "Range", "bytes=119990-", "User-Agent", "kit"}, {"/dist/channel-rust-stable.toml"}} {
		get(t, s.URL()+fetch[0], fetch[1:]...)
		// A client may have everything before the server has counted it.
		if err := s.AwaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stats := s.Stats()
	if stats.Requests[file] != 2 || stats.Bytes[file] != 120_010 || stats.Ranges[file] != 1 || stats.MaxConcurrent != 1 {
		t.Errorf("counts: %+v", stats)
	}
	if s.Requests("*.toml") != 1 || s.Requests("*") != 3 || s.Bytes("/dist/a*") != 120_010 || s.Ranges("") != 1 {
		t.Errorf("patterns: %d toml, %d in all, %d bytes, %d ranges", s.Requests("*.toml"), s.Requests("*"), s.Bytes("/dist/a*"), s.Ranges(""))
	}
	want := Request{Method: "GET", Path: file, Range: "bytes=119990-", UserAgent: "kit", Proto: "HTTP/1.1", Conn: 2, Status: 206, Bytes: 10, Done: true}
	if len(stats.Log) != 3 || stats.Log[1] != want {
		t.Errorf("log %+v, want its second line to be %+v", stats.Log, want)
	}
	s.Reset()
	if n := len(s.Stats().Log); n != 0 {
		t.Errorf("%d lines after a reset", n)
	}
}

func TestHoldUntilReleased(t *testing.T) {
	s := start(t, Fault{Kind: Hold, Path: "*.xz", Event: "go"})
	var clients sync.WaitGroup
	for range 3 {
		clients.Go(func() {
			if a := get(t, s.URL()+file); a.body != body() {
				t.Errorf("held request got %d bytes, %v", len(a.body), a.err)
			}
		})
	}
	await(t, s.AwaitEvent(t.Context(), "go", 3))
	if s.Bytes("") != 0 {
		t.Error("something was sent before the release")
	}
	s.Release("go")
	clients.Wait()
	if most := s.Stats().MaxConcurrent; most != 3 {
		t.Errorf("at most %d at once, want 3", most)
	}
}

func await(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestStallInTheMiddle(t *testing.T) {
	s := start(t, Fault{Kind: Stall, Bytes: 50_001, Event: "go"})
	got := make(chan answer, 1)
	go func() { got <- get(t, s.URL()+file) }()
	await(t, s.AwaitEvent(t.Context(), "go", 1))
	if n := s.Bytes(file); n != 50_001 {
		t.Errorf("stalled after %d bytes, want 50001", n)
	}
	s.Release("go")
	if a := <-got; a.body != body() {
		t.Errorf("after the release: %d bytes, %v", len(a.body), a.err)
	}
}

// A client that is killed while it is stalled is not waited for.
func TestGoneClientEndsItsRequest(t *testing.T) {
	s := start(t, Fault{Kind: Stall, Bytes: 10, Event: "never"})
	ctx, kill := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+file, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	await(t, s.AwaitEvent(t.Context(), "never", 1))
	kill()
	await(t, s.AwaitIdle(t.Context()))
}

func TestBodyFaults(t *testing.T) {
	all := body()
	flipped := []byte(all)
	flipped[7] ^= 1
	tests := []struct {
		fault  Fault
		length int64
		body   string
		err    error
	}{
		{Fault{Kind: Truncate, Bytes: 70_000}, 120_000, all[:70_000], io.ErrUnexpectedEOF},
		{Fault{Kind: Truncate}, 120_000, "", io.ErrUnexpectedEOF},
		{Fault{Kind: Flip, Bytes: 7}, 120_000, string(flipped), nil},
		{Fault{Kind: Short, Bytes: 100}, 100, all[:100], nil},
		{Fault{Kind: Long, Bytes: 3}, 120_003, all + "+++", nil},
		{Fault{Kind: Rate, Bytes: 10_000_000}, 120_000, all, nil},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %d", test.fault.Kind, test.fault.Bytes), func(t *testing.T) {
			a := get(t, start(t, test.fault).URL()+file)
			if a.length != test.length || a.body != test.body || !errors.Is(a.err, test.err) {
				t.Errorf("length %d, %d bytes, %v; want %d, %d bytes, %v", a.length, len(a.body), a.err, test.length, len(test.body), test.err)
			}
		})
	}
}

func TestCutResetsTheConnection(t *testing.T) {
	a := get(t, start(t, Fault{Kind: Cut, Bytes: 70_000}).URL()+file)
	if !errors.Is(a.err, syscall.ECONNRESET) || len(a.body) > 70_000 || a.length != 120_000 {
		t.Errorf("%d of %d bytes and %v, want a reset after 70000", len(a.body), a.length, a.err)
	}
}

func TestRateIsKept(t *testing.T) {
	s := start(t, Fault{Kind: Rate, Bytes: 50})
	ctx, stop := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+file, nil)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	// A byte each 20 ms: before the third there were two pauses, and bytes do not wait for a full buffer.
	if _, err := io.ReadFull(resp.Body, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took < 40*time.Millisecond {
		t.Errorf("3 bytes at 50 a second took %v", took)
	}
	stop()
}

func TestRangeFaults(t *testing.T) {
	all := body()
	tests := []struct {
		fault  Fault
		status int
		header string // of the answer, "Name: value"
		body   string
	}{
		{Fault{Kind: WrongRange}, 206, "Content-Range: bytes 0-119999/120000", all},
		{Fault{Kind: WrongRange, Bytes: 119_000}, 206, "Content-Range: bytes 119000-119999/120000", all[119_000:]},
		{Fault{Kind: IgnoreRange}, 200, "Accept-Ranges: bytes", all},
		{Fault{Kind: NoRanges}, 200, "Accept-Ranges: ", all},
		{Fault{Kind: Refuse}, 416, "Content-Range: bytes */120000", "as the test wanted it\n"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %d", test.fault.Kind, test.fault.Bytes), func(t *testing.T) {
			s := start(t, test.fault)
			a := get(t, s.URL()+file, "Range", "bytes=60000-")
			name, value, _ := strings.Cut(test.header, ": ")
			if a.status != test.status || a.body != test.body || a.header.Get(name) != value {
				t.Errorf("status %d, %d bytes, %s: %q; want %d, %d bytes, %s", a.status, len(a.body), name, a.header.Get(name), test.status, len(test.body), test.header)
			}
			if plain := get(t, s.URL()+file); plain.status != 200 || plain.body != all {
				t.Errorf("without a range: status %d, %d bytes", plain.status, len(plain.body))
			}
		})
	}
}

func TestStatusSomeTimes(t *testing.T) {
	s := start(t, Fault{Kind: Status, Path: "*a.tar*", Status: 503, RetryAfter: 2, Skip: 1, Times: 2})
	for i, want := range []int{200, 503, 503, 200} {
		a := get(t, s.URL()+file)
		if a.status != want || (a.header.Get("Retry-After") == "2") != (want == 503) {
			t.Errorf("request %d: status %d, Retry-After %q, want %d", i, a.status, a.header.Get("Retry-After"), want)
		}
		if other := get(t, s.URL()+"/dist/channel-rust-stable.toml"); other.status != 200 {
			t.Errorf("another path got status %d", other.status)
		}
	}
}

func TestFaultsThatMakeNoSense(t *testing.T) {
	s := start(t)
	for _, f := range []Fault{{Kind: "melt"}, {Kind: Hold}, {Kind: Stall, Bytes: 1}, {Kind: Status}, {Kind: Rate}} {
		if err := s.Inject(f); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
}

func TestPoint(t *testing.T) {
	s := start(t)
	url := s.URL() + "/dist/channel-rust-stable.toml"
	for _, step := range []struct{ date, want string }{{"", "first"}, {"2026-06-01", "second"}, {"", "first"}} {
		s.Point("stable", step.date)
		if a := get(t, url); a.body != step.want {
			t.Errorf("pointed at %q: %q, want %q", step.date, a.body, step.want)
		}
	}
}

func TestCloseEndsWhatWaits(t *testing.T) {
	s := start(t, Fault{Kind: Hold, Event: "never"})
	got := make(chan answer, 1)
	go func() { got <- get(t, s.URL()+file) }()
	await(t, s.AwaitRequests(t.Context(), file, 1))
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if a := <-got; a.err == nil {
		t.Error("a request survived its server")
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"", "/any", true}, {"*", "/any", true}, {"/a", "/a", true}, {"/a", "/ab", false}, {"/a*", "/a/b", true},
		{"*cargo*", "/dist/cargo-1.tar", true}, {"*cargo*.xz", "/dist/cargo-1.gz", false}, {"a*b*b", "ab", false}, {"a*b*b", "axbyb", true},
		{"*a", "a", true}, {"aa*a", "aa", false},
	} {
		if got := faulthttp.Match(test.pattern, test.path); got != test.want {
			t.Errorf("match(%q, %q) = %t", test.pattern, test.path, got)
		}
	}
}
