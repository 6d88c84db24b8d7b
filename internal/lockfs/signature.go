package lockfs

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode"
)

// A signature is one line of JSON, a Holder, that the exclusive holder of a lock
// leaves for people and erases when it lets go. A killed holder leaves it
// behind, so it counts only as far as the system confirms it (holdersOf).

// signatureSize bounds what is read; a longer one is nobody's.
const signatureSize = 1024

func encodeSignature(h Holder) []byte {
	line, err := json.Marshal(h)
	if err != nil {
		return nil // a year past 9999: nothing that people need to read
	}
	return append(line, '\n')
}

// decodeSignature takes a torn, foreign or hostile line for nobody's. What it
// returns is shown on terminals, so control characters are dropped.
func decodeSignature(r io.Reader) Holder {
	data, _ := io.ReadAll(io.LimitReader(r, signatureSize))
	line, _, whole := bytes.Cut(data, []byte{'\n'})
	var h Holder
	if !whole || json.Unmarshal(line, &h) != nil || h.PID <= 0 {
		return Holder{}
	}
	h.Command, h.Host, h.Lock = printable(h.Command), printable(h.Host), printable(h.Lock)
	return h
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
}

// holdersOf names those who hold a lock. The signature knows the verb and the
// time, the system who is really there: a signature stays behind when its writer
// is killed, and shared holders and stock tools write none.
func holdersOf(signed Holder, locks []systemLock) []Holder {
	var holders []Holder
	for _, l := range locks {
		if l.waits {
			continue
		}
		h := signed
		if l.pid != signed.PID || l.mode != Exclusive {
			h = processHolder(l.pid)
		}
		h.Stopped = isStopped(l.pid)
		holders = append(holders, h)
	}
	if holders == nil && signed.PID != 0 && !isDead(signed) {
		holders = []Holder{signed} // of another host, or of a system that does not tell
	}
	return holders
}

func isDead(h Holder) bool { return h.Host == hostname() && !Alive(h.PID) }
