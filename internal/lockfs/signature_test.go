package lockfs

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

func TestSignatureRoundTrip(t *testing.T) {
	h := Holder{Command: "rustup update", Host: "ci", PID: 7, Since: time.Unix(1e9, 0).UTC(), Lock: "toolchain 'stable'"}
	if got := decodeSignature(bytes.NewReader(encodeSignature(h))); got != h {
		t.Errorf("got %+v", got)
	}
}

func TestDamagedSignaturesAreNobodys(t *testing.T) {
	for _, s := range []string{"", "\n", "{}\n", "{", `{"command":"x","pid":7}`, "version = 4\n", `{"pid":-1}` + "\n", "\x00\x00\n",
		`{"pid":7,"command":"` + strings.Repeat("x", signatureSize) + "\"}\n"} {
		if got := decodeSignature(strings.NewReader(s)); got != (Holder{}) {
			t.Errorf("%.40q gave %+v", s, got)
		}
	}
}

func FuzzSignature(f *testing.F) {
	f.Add([]byte("{\"command\":\"\\u001b[2Jx\",\"pid\":7}\n"))
	f.Add(encodeSignature(Holder{Command: "rustup", PID: 1}))
	f.Fuzz(func(t *testing.T, data []byte) {
		h := decodeSignature(bytes.NewReader(data))
		if h != (Holder{}) && h.PID <= 0 {
			t.Errorf("process %d", h.PID)
		}
		if s := h.Command + h.Host + h.Lock; strings.ContainsAny(s, "\x1b\r\n\u009b") {
			t.Errorf("control characters reach a terminal: %q", s)
		}
	})
}

// TestHoldersOf: the system decides who is there, the signature adds the verb.
func TestHoldersOf(t *testing.T) {
	me := os.Getpid()
	signed := func(pid int, host string) Holder { return Holder{Command: "rustup x", Host: host, PID: pid} }
	here := hostname()
	for name, c := range map[string]struct {
		signed Holder
		locks  []systemLock
		want   []string
	}{
		"confirmed":         {signed(me, here), []systemLock{{me, Exclusive, false}}, []string{"rustup x"}},
		"of a dead one":     {signed(me, here), []systemLock{{me + 1, Exclusive, false}}, []string{processHolder(me + 1).Command}},
		"left, now shared":  {signed(me, here), []systemLock{{me, Shared, false}}, []string{processHolder(me).Command}},
		"only waiters":      {Holder{}, []systemLock{{me, Shared, true}}, nil},
		"another host":      {signed(me, "elsewhere"), nil, []string{"rustup x"}},
		"system is silent":  {signed(me, here), nil, []string{"rustup x"}},
		"dead and silent":   {signed(1<<22+1, here), nil, nil},
		"nobody and silent": {Holder{}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, h := range holdersOf(c.signed, c.locks) {
				got = append(got, h.Command)
			}
			if strings.Join(got, ",") != strings.Join(c.want, ",") {
				t.Errorf("got %q, expected %q", got, c.want)
			}
		})
	}
}
