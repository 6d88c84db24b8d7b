package faulthttp

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// refuse answers with a status alone, if that is planned.
func refuse(w http.ResponseWriter, p plan) bool {
	faults := p.of(Status)
	if len(faults) == 0 {
		return false
	}
	first := faults[0]
	if first.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(first.RetryAfter))
	}
	http.Error(w, "as the test wanted it", first.Status)
	return true
}

// ServeFile answers with a file as [http.ServeContent] does, and with the lies about it that are planned for this request. w has to be what
// the server gave its content. Set the headers before.
func ServeFile(w http.ResponseWriter, r *http.Request, name string, modified time.Time, file io.ReaderAt, size int64) {
	out := w.(*reply)
	out.isFile = true
	body, size := out.plan.distort(file, size)
	if !out.plan.misread(w, r, size) {
		http.ServeContent(w, r, name, modified, body)
	}
}

// misread makes of the request's range what the plan wants; it answers itself where the answer is 416.
func (p plan) misread(w http.ResponseWriter, r *http.Request, size int64) (answered bool) {
	for _, f := range p {
		switch f.Kind {
		case IgnoreRange, NoRanges:
			r.Header.Del("Range")
			r.Header.Del("If-Range")
		case WrongRange:
			r.Header.Set("Range", fmt.Sprintf("bytes=%d-", f.Bytes))
			r.Header.Del("If-Range")
		case Refuse:
			w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", size))
			http.Error(w, "as the test wanted it", http.StatusRequestedRangeNotSatisfiable)
			return true
		}
	}
	return false
}

// distort wraps the file so that every reader of it, also of a range, sees the same lie.
func (p plan) distort(file io.ReaderAt, size int64) (io.ReadSeeker, int64) {
	for _, f := range p {
		switch f.Kind {
		case Flip:
			file = flipped{file, f.Bytes}
		case Short:
			size = min(size, f.Bytes)
		case Long:
			file = lengthened{file, size}
			size += f.Bytes
		}
	}
	return io.NewSectionReader(file, 0, size), size
}

// flipped has one bit wrong.
type flipped struct {
	io.ReaderAt
	at int64
}

func (f flipped) ReadAt(b []byte, off int64) (int, error) {
	n, err := f.ReaderAt.ReadAt(b, off)
	if i := f.at - off; i >= 0 && i < int64(n) {
		b[i] ^= 1
	}
	return n, err
}

// lengthened goes on behind the end of what it wraps.
type lengthened struct {
	io.ReaderAt
	size int64
}

func (l lengthened) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	if off < l.size {
		inside := b[:min(int64(len(b)), l.size-off)]
		var err error
		if n, err = l.ReaderAt.ReadAt(inside, off); n < len(inside) {
			return n, err
		}
	}
	copy(b[n:], strings.Repeat("+", len(b)-n))
	return len(b), nil
}
