package download

import (
	"context"
	"io"
	"testing"

	"berth/internal/lockfs"
)

// BenchmarkFetch is the cost of a file's way from a loopback server to a verified file.
func BenchmarkFetch(b *testing.B) {
	const size = 64 << 20
	s := newStage(b, size)
	b.SetBytes(size)
	for name, follow := range map[string]FollowFunc{
		"alone":    nil,
		"followed": func(_ context.Context, r io.Reader) error { _, err := io.Copy(io.Discard, r); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				d := NewDir(testClient(b), lockfs.At(b.TempDir()))
				if err := d.Fetch(b.Context(), s.want, nil, follow); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
