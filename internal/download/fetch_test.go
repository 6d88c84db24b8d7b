package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/lockfs"
)

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

func noEnv(string) string { return "" }

func testClient(t *testing.T) *Client {
	c := NewClient(Config{UserAgent: "test", Retries: 3, Getenv: noEnv, Wait: noWait})
	t.Cleanup(c.CloseIdle)
	return c
}

func testDir(t *testing.T) (*Dir, string) {
	home := t.TempDir()
	return NewDir(testClient(t), lockfs.At(home)), filepath.Join(home, "downloads")
}

func TestFetchAndAgain(t *testing.T) {
	data := body(3 << 20)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}))
	defer server.Close()
	d, dir := testDir(t)
	w := Want{URL: server.URL, SHA256: hashOf(data), Name: "rustc"}
	for range 2 {
		var got []byte
		err := d.Fetch(t.Context(), w, nil, func(_ context.Context, r io.Reader) (err error) {
			got, err = io.ReadAll(r)
			return err
		})
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("followed %d bytes: %v", len(got), err)
		}
	}
	if requests != 1 {
		t.Fatalf("%d requests", requests)
	}
	names, _ := os.ReadDir(dir)
	if len(names) != 1 || !d.Have(w.SHA256) {
		t.Fatalf("left behind: %v", names)
	}
}
