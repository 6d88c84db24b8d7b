package xz

import (
	"hash/crc64"
	"testing"
)

func TestCRC64IsThatOfTheStandardLibrary(t *testing.T) {
	data := noise(5*lane + 100)
	for _, n := range []int{0, 1, 7, 8, 9, 100, lane, 2*lane - 1, 2 * lane, 2*lane + 1, len(data)} {
		own, want := newCRC64(), crc64.New(crc64.MakeTable(crc64.ECMA))
		for _, part := range [][]byte{data[:n], data[n:], data[:n]} {
			own.Write(part)
			want.Write(part)
			if got, want := own.Sum(nil), want.Sum(nil); string(got) != string(want) {
				t.Errorf("split at %d: got %x, expected %x", n, got, want)
			}
		}
	}
}

func BenchmarkCRC64(b *testing.B) {
	data := noise(1 << 18)
	b.SetBytes(int64(len(data)))
	sum := newCRC64()
	for b.Loop() {
		sum.Write(data)
	}
}
