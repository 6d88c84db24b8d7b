package figures

import (
	"testing"
	"time"
)

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0B", 1023: "1023B", 1024: "1.0KiB", 430592: "420.5KiB", 1 << 20: "1.0MiB", 1<<30 + 1<<28: "1.2GiB", 1 << 40: "1.0TiB", 1<<63 - 1: "8.0EiB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: %s, expected %s", n, got, want)
		}
	}
}

func TestElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0.00s", 1999 * time.Millisecond: "1.99s", 59999 * time.Millisecond: "59.99s", time.Minute: "1m 00s", 3661 * time.Second: "61m 01s"} {
		if got := Elapsed(d); got != want {
			t.Errorf("%v: %s, expected %s", d, got, want)
		}
	}
}
