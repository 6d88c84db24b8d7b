package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"berth/internal/lockfs"
	"berth/internal/testkit/distserver"
)

// TestMain lets the test binary be one of many processes that want the same file.
func TestMain(m *testing.M) {
	if spec := os.Getenv(childVariable); spec != "" {
		os.Exit(child(spec))
	}
	goleak.VerifyTestMain(m)
}

// body is n bytes that do not repeat.
func body(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func environ(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func testClient(t testing.TB, env ...string) *Client {
	c := NewClient(Config{UserAgent: "berth-test", Retries: 3, Getenv: environ(env...), Wait: noWait})
	t.Cleanup(c.CloseIdle)
	return c
}

// stage is a server with one file, and a home.
type stage struct {
	t      testing.TB
	server *distserver.Server
	data   []byte
	home   string
	dir    *Dir
	want   Want
}

const path = "/dist/rustc.tar.xz"

func newStage(t testing.TB, size int) *stage {
	t.Helper()
	s := &stage{t: t, data: body(size), home: t.TempDir()}
	root := t.TempDir()
	mustWrite(t, filepath.Join(root, path), s.data)
	s.server = distserver.Run(t, root)
	s.dir = NewDir(testClient(t), lockfs.At(s.home))
	s.want = Want{URL: s.server.URL() + path, SHA256: hashOf(s.data), Name: "rustc"}
	return s
}

func mustWrite(t testing.TB, file string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) file(suffix string) string {
	return filepath.Join(s.home, "downloads", s.want.SHA256+suffix)
}

// inject adds faults for the one file.
func (s *stage) inject(faults ...distserver.Fault) {
	s.t.Helper()
	for _, f := range faults {
		f.Path = path
		if err := s.server.Inject(f); err != nil {
			s.t.Fatal(err)
		}
	}
}

// fetch fetches, and returns what the last call of the follower was given and how many calls there were.
func (s *stage) fetch() (got []byte, calls int, err error) {
	err = s.dir.Fetch(s.t.Context(), s.want, nil, func(_ context.Context, r io.Reader) (err error) {
		calls++
		got, err = io.ReadAll(r)
		return err
	})
	return got, calls, err
}

func (s *stage) mustFetch() (calls int) {
	s.t.Helper()
	got, calls, err := s.fetch()
	if err != nil {
		s.t.Fatal(err)
	}
	if !bytes.Equal(got, s.data) {
		s.t.Fatalf("the follower was given %d bytes that are not those of the file", len(got))
	}
	s.mustBeWhole()
	return calls
}

// mustBeWhole: the complete file, right, and nothing beside it.
func (s *stage) mustBeWhole() {
	s.t.Helper()
	s.mustHave(s.want.SHA256)
	if got, _ := os.ReadFile(s.file("")); !bytes.Equal(got, s.data) {
		s.t.Fatalf("the complete file has %d bytes that are not the right ones", len(got))
	}
}

func (s *stage) mustHave(names ...string) {
	s.t.Helper()
	entries, _ := os.ReadDir(filepath.Join(s.home, "downloads"))
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, names) {
		s.t.Fatalf("in downloads: %v, expected %v", got, names)
	}
}

func (s *stage) mustRequest(n int) {
	s.t.Helper()
	if got := s.server.Requests(path); got != n {
		s.t.Fatalf("%d requests, expected %d:\n%s", got, n, s.log())
	}
}

func (s *stage) log() (text string) {
	for _, r := range s.server.Stats().Log {
		text += fmt.Sprintf("%s %s range %q if-range %q: %d, %d bytes\n", r.Method, r.Path, r.Range, r.IfRange, r.Status, r.Bytes)
	}
	return text
}

func writeCertificate(t *testing.T, file string, der []byte) {
	t.Helper()
	mustWrite(t, file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
