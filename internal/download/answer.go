package download

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// startOver says that what is there cannot be gone on with. The reason is what the user is told if beginning again
// leads here again.
type startOver struct{ reason error }

func (e *startOver) Error() string { return e.reason.Error() }

func (e *startOver) Unwrap() error { return e.reason }

// part is what an answer brings: the bytes from, inclusive, to, exclusive, of total; -1 where the server does not say.
type part struct{ from, to, total int64 }

// judge says what an answer brings to one who has the first `have` bytes of a file and was told earlier that it has
// `total` (-1: not told). The only parts that pass are the whole file and a run of bytes that begins at have.
func judge(answer *http.Response, url string, have, total int64) (part, error) {
	switch answer.StatusCode {
	case http.StatusOK:
		return part{0, answer.ContentLength, answer.ContentLength}, nil
	case http.StatusPartialContent:
		field := answer.Header.Get("Content-Range")
		p, ok := parseContentRange(field)
		if ok && p.continues(have, total) && (answer.ContentLength < 0 || answer.ContentLength == p.to-p.from) {
			return p, nil
		}
		got := fmt.Sprintf("%.80q with a length of %d", field, answer.ContentLength)
		return part{}, &startOver{&AnswerError{URL: url, Expected: fmt.Sprintf("the bytes from %d on", have), Got: got}}
	case http.StatusRequestedRangeNotSatisfiable:
		return part{}, &startOver{&AnswerError{URL: url, Expected: fmt.Sprintf("the bytes from %d on", have), Got: "status 416"}}
	default:
		return part{}, statusError(answer, url)
	}
}

func (p part) continues(have, total int64) bool {
	return have > 0 && p.from == have && (total < 0 || p.total < 0 || p.total == total)
}

// parseContentRange reads "bytes 5-9/10" and "bytes 5-9/*"; ok only if the numbers make sense by themselves.
func parseContentRange(field string) (p part, ok bool) {
	numbers, ok := strings.CutPrefix(field, "bytes ")
	if !ok {
		return part{}, false
	}
	span, whole, ok1 := strings.Cut(numbers, "/")
	first, last, ok2 := strings.Cut(span, "-")
	from, err1 := strconv.ParseUint(first, 10, 62)
	to, err2 := strconv.ParseUint(last, 10, 62)
	if !ok1 || !ok2 || err1 != nil || err2 != nil || to < from {
		return part{}, false
	}
	p = part{int64(from), int64(to) + 1, -1}
	if whole == "*" {
		return p, true
	}
	total, err := strconv.ParseUint(whole, 10, 62)
	p.total = int64(total)
	return p, err == nil && p.to <= p.total
}

// strongTag is the answer's entity tag where it names bytes; a weak one names a meaning.
func strongTag(tag string) (string, bool) {
	if len(tag) < 2 || len(tag) > 256 || tag[0] != '"' || tag[len(tag)-1] != '"' {
		return "", false
	}
	for _, c := range []byte(tag[1 : len(tag)-1]) {
		if c <= ' ' || c >= 0x7f || c == '"' {
			return "", false
		}
	}
	return tag, true
}
