package download

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"berth/internal/lockfs"
)

func (s *stage) stockFile(suffix string) string {
	return filepath.Join(s.want.StockDir.Display(), s.want.SHA256+suffix)
}

func TestStockComplete(t *testing.T) {
	s := newStage(t, 1<<20)
	s.stock("", s.data)
	s.mustFetch()
	if err := os.Remove(s.stockFile("")); err != nil { // as a bare update of stock rustup does
		t.Fatal(err)
	}
	s.mustFetch()
	s.mustRequest(0)
}

// Where there can be no second name for stock's file it is copied.
func TestStockCompleteCopied(t *testing.T) {
	s := newStage(t, 1<<20)
	s.stock("", s.data)
	mustWrite(t, s.file(".partial"), body(2<<20))
	err := s.dir.lock(s.want).With(t.Context(), lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		return s.dir.copyStock(ctx, held, s.stockFile(""), s.want.SHA256)
	})
	if err != nil {
		t.Fatal(err)
	}
	s.mustBeWhole()
}

// A link in stock's folder is read through, and not taken over: what it points to is not stock's.
func TestStockLink(t *testing.T) {
	s := newStage(t, 1<<20)
	s.stock("", s.data)
	elsewhere := filepath.Join(t.TempDir(), "x")
	if err := errors.Join(os.Rename(s.stockFile(""), elsewhere), os.Symlink(elsewhere, s.stockFile(""))); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.fetch(); err != nil {
		t.Fatal(err)
	}
	s.mustHave()
	s.mustRequest(0)
}

// Stock's files are left as they are, whatever they hold.
func TestStockFilesStay(t *testing.T) {
	right := body(1 << 20)
	tests := []struct {
		name     string
		suffix   string
		theirs   []byte
		ours     []byte
		requests int
		first    string // range of the first request
	}{
		{"damaged complete", "", make([]byte, 1<<20), nil, 1, ""},
		{"partial", ".partial", right[:1<<19], nil, 1, "bytes=524288-"},
		{"partial, ours is shorter", ".partial", right[:1<<19], right[:1<<18], 1, "bytes=524288-"},
		{"partial, ours is longer", ".partial", right[:1<<18], right[:1<<19], 1, "bytes=524288-"},
		{"damaged partial", ".partial", make([]byte, 1<<19), nil, 2, "bytes=524288-"},
		{"whole partial", ".partial", right, nil, 0, ""},
		{"empty partial", ".partial", nil, nil, 1, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t, 1<<20)
			s.stock(test.suffix, test.theirs)
			if test.ours != nil {
				mustWrite(t, s.file(".partial"), test.ours)
			}
			before, _ := os.Stat(s.stockFile(test.suffix))
			s.mustFetch()
			s.mustRequest(test.requests)
			if log := s.server.Stats().Log; len(log) > 0 && log[0].Range != test.first {
				t.Errorf("first range %q, expected %q", log[0].Range, test.first)
			}
			after, err := os.Stat(s.stockFile(test.suffix))
			if err != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
				t.Errorf("stock's file was changed: %v", err)
			}
		})
	}
}

func TestManyThreadsOneRequest(t *testing.T) {
	s := newStage(t, 1<<20)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := s.dir.Fetch(t.Context(), s.want, nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s.mustRequest(1)
	s.mustBeWhole()
}
