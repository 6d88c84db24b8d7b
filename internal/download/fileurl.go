package download

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// serveFile answers for a file:// URL as a server would, ranges and entity tags included, so that everything above it
// has one way to go.
func serveFile(r *http.Request) (*http.Response, error) {
	path := pathOf(r.URL)
	// A pipe is not even opened: that would wait for who writes into it.
	if info, err := os.Stat(path); os.IsNotExist(err) || err == nil && !info.Mode().IsRegular() {
		return answerTo(r, http.StatusNotFound, http.NoBody, 0), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return serveOpen(r, f, info)
}

func serveOpen(r *http.Request, f *os.File, info os.FileInfo) (*http.Response, error) {
	etag := fmt.Sprintf(`"%x-%x"`, info.Size(), info.ModTime().UnixNano())
	from, ranged := startOf(r.Header)
	if condition := r.Header.Get("If-Range"); condition != "" && condition != etag {
		ranged = false
	}
	if !ranged {
		answer := answerTo(r, http.StatusOK, f, info.Size())
		answer.Header.Set("ETag", etag)
		return answer, nil
	}
	if from >= info.Size() {
		f.Close()
		return answerTo(r, http.StatusRequestedRangeNotSatisfiable, http.NoBody, 0), nil
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	answer := answerTo(r, http.StatusPartialContent, f, info.Size()-from)
	answer.Header.Set("ETag", etag)
	answer.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, info.Size()-1, info.Size()))
	return answer, nil
}

// startOf reads the one form of Range that this package sends.
func startOf(h http.Header) (from int64, ok bool) {
	digits := strings.TrimSuffix(strings.TrimPrefix(h.Get("Range"), "bytes="), "-")
	from, err := strconv.ParseInt(digits, 10, 64)
	return from, err == nil
}

func answerTo(r *http.Request, status int, body io.ReadCloser, length int64) *http.Response {
	return &http.Response{
		StatusCode: status, Status: strconv.Itoa(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: body, ContentLength: length, Request: r,
	}
}
