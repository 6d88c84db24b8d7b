package download

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"berth/internal/testkit/distserver"
)

// Each row is a server that misbehaves, and what it may cost.
func TestFaults(t *testing.T) {
	const size, half = 3 << 20, 3 << 19
	type faults = []distserver.Fault
	tests := []struct {
		name     string
		faults   faults
		partial  []byte // what is there before
		requests int
		calls    int // of the follower
	}{
		{"cut once", faults{{Kind: distserver.Truncate, Bytes: half, Times: 1}}, nil, 2, 1},
		{"cut at the first byte, thrice", faults{{Kind: distserver.Truncate, Times: 3}}, nil, 4, 1},
		{"reset", faults{{Kind: distserver.Cut, Bytes: half, Times: 1}}, nil, 2, 1},
		{"no ranges, cut once", faults{{Kind: distserver.NoRanges}, {Kind: distserver.Truncate, Bytes: half, Times: 1}}, nil, 2, 2},
		{"busy thrice", faults{{Kind: distserver.Status, Status: 503, Times: 3}}, nil, 4, 1},
		{"429 with a long Retry-After", faults{{Kind: distserver.Status, Status: 429, RetryAfter: 100000, Times: 1}}, nil, 2, 1},
		{"408", faults{{Kind: distserver.Status, Status: 408, Times: 1}}, nil, 2, 1},
		{"one wrong bit once", faults{{Kind: distserver.Flip, Bytes: half, Times: 1}}, nil, 2, 2},
		{"short once", faults{{Kind: distserver.Short, Bytes: half, Times: 1}}, nil, 2, 2},
		{"long once", faults{{Kind: distserver.Long, Bytes: 7, Times: 1}}, nil, 2, 2},
		{"resume", nil, body(size)[:half], 1, 1},
		{"resume at the last byte", nil, body(size)[:size-1], 1, 1},
		{"nothing left to ask for", nil, body(size), 0, 1},
		{"resume, range ignored", faults{{Kind: distserver.IgnoreRange}}, body(size)[:half], 1, 2},
		{"resume, no ranges", faults{{Kind: distserver.NoRanges}}, body(size)[:half], 1, 2},
		{"resume, wrong range", faults{{Kind: distserver.WrongRange, Bytes: 5}}, body(size)[:half], 2, 2},
		{"resume, 416", faults{{Kind: distserver.Refuse}}, body(size)[:half], 2, 2},
		{"partial of other bytes", nil, make([]byte, half), 2, 2},
		{"partial of other bytes, too long", nil, make([]byte, size+9), 2, 2},
		{"partial of right bytes and more", nil, append(body(size), 1, 2, 3), 2, 2},
		{"resume, wrong bit in the rest", faults{{Kind: distserver.Flip, Bytes: half + 9, Times: 1}}, body(size)[:half], 2, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t, size)
			if test.partial != nil {
				mustWrite(t, s.file(".partial"), test.partial)
			}
			s.inject(test.faults...)
			if calls := s.mustFetch(); calls != test.calls {
				t.Errorf("the follower was called %d times, expected %d", calls, test.calls)
			}
			s.mustRequest(test.requests)
		})
	}
}

// Each row is a server that misbehaves for good: a typed error, nothing wrong left behind, and success once it is well.
func TestLastingFaults(t *testing.T) {
	const size, half = 3 << 20, 3 << 19
	tests := []struct {
		name     string
		fault    distserver.Fault
		requests int
		as       func(error) bool
		text     string
		left     string // of the partial file
	}{
		{"absent", distserver.Fault{Kind: distserver.Status, Status: 404}, 1, IsNotFound, "got status 404 Not Found", ""},
		{"forbidden", distserver.Fault{Kind: distserver.Status, Status: 403}, 1, IsNotFound, "403", ""},
		{"busy", distserver.Fault{Kind: distserver.Status, Status: 503}, 4, is[*StatusError], "(4 attempts)", ""},
		{"cut", distserver.Fault{Kind: distserver.Truncate, Bytes: 0}, 4, is[*TransportError], "unexpected EOF", ""},
		{"wrong bit", distserver.Fault{Kind: distserver.Flip, Bytes: half}, 2, is[*ChecksumError], "expected sha256 ", ""},
		{"short", distserver.Fault{Kind: distserver.Short, Bytes: half}, 2, is[*ChecksumError], "(1572864 bytes)", ""},
		{"long", distserver.Fault{Kind: distserver.Long, Bytes: half}, 2, is[*ChecksumError], "(4718592 bytes)", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t, size)
			s.inject(test.fault)
			_, _, err := s.fetch()
			if !test.as(err) || !strings.Contains(err.Error(), test.text) || !strings.Contains(err.Error(), s.want.URL) {
				t.Fatalf("%T: %v", err, err)
			}
			s.mustRequest(test.requests)
			s.mustHave()
			s.server.ClearFaults()
			s.mustFetch()
		})
	}
}

func is[E error](err error) bool { return errors.As(err, new(E)) }

// A length that an earlier answer announced says nothing about a later one that announces none: the transfer ends.
func TestLengthForgotten(t *testing.T) {
	s := newStage(t, 100)
	s.dir.client = (&scripted{right: s.data, answers: []*http.Response{
		answerOf(200, "", "", 100, nil),
		answerOf(200, "", "", -1, nil),
	}}).client()
	if calls := s.mustFetch(); calls != 2 {
		t.Fatalf("%d calls of the follower: the empty second answer was not taken for the whole file", calls)
	}
}
