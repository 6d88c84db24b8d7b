package download

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
)

// scripted is a network that gives the answers of a fuzzer, in order, and then for ever the right one.
type scripted struct {
	answers []*http.Response
	right   []byte
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(s.answers) > 0 {
		answer := s.answers[0]
		s.answers = s.answers[1:]
		answer.Request = r
		return answer, nil
	}
	return answerTo(r, http.StatusOK, io.NopCloser(bytes.NewReader(s.right)), int64(len(s.right))), nil
}

func (s *scripted) client() *Client {
	c := NewClient(Config{Retries: 2, Wait: noWait})
	c.open = func() (*wire, error) {
		return &wire{http: &http.Client{Transport: s}, network: &network{}}, nil
	}
	return c
}

func answerOf(status int, contentRange, etag string, length int64, body []byte) *http.Response {
	h := http.Header{"Content-Range": {contentRange}, "Etag": {etag}}
	return &http.Response{StatusCode: status, Header: h, ContentLength: length, Body: io.NopCloser(bytes.NewReader(body)), ProtoMajor: 1, ProtoMinor: 1}
}

// FuzzAnswers: whatever the partial and the complete file hold and whatever a server answers, Fetch ends with the right
// file or with an error, never with a wrong one.
func FuzzAnswers(f *testing.F) {
	right := body(100)
	seeds := 0
	add := func(complete, partial []byte, status int, contentRange, etag string, length int64, body []byte) {
		seeds++
		f.Add(complete, partial, status, contentRange, etag, length, body)
	}
	add(nil, nil, 200, "", `"tag"`, int64(100), right)
	add(nil, nil, 200, "", "", int64(-1), right[:50])
	add(right, nil, 500, "", "", int64(0), nil)
	add(right[:99], nil, 404, "", "", int64(0), nil)
	for at := 0; at <= 100; at += 20 {
		add(nil, right[:at], 206, fmt.Sprintf("bytes %d-99/100", at), `"tag"`, int64(100-at), right[at:])
		add(nil, right[:at], 206, fmt.Sprintf("bytes %d-49/*", at), `"tag"`, int64(50-at), right[min(at, 50):50])
		add(nil, make([]byte, at), 206, fmt.Sprintf("bytes %d-99/100", at), "", int64(-1), right[at:])
		add(nil, right[:at], 416, "bytes */100", "", int64(0), nil)
	}
	add(nil, append(right, 1), 206, "bytes 101-101/102", "", int64(1), []byte{1})
	if seeds < 20 {
		f.Fatal("the seeds are gone")
	}
	home := f.TempDir()
	f.Fuzz(func(t *testing.T, complete, partial []byte, status int, contentRange, etag string, length int64, body []byte) {
		if status < 100 || status > 999 || status/100 == 3 || status/100 == 1 { // the library's own business
			return
		}
		os.RemoveAll(home)
		sha := hashOf(right)
		file := filepath.Join(home, "downloads", sha)
		if complete != nil {
			mustWrite(t, file, complete)
		}
		mustWrite(t, file+".partial", partial)
		mustWrite(t, file+".etag", []byte(etag))
		peer := &scripted{right: right}
		for range 2 {
			peer.answers = append(peer.answers, answerOf(status, contentRange, etag, length, body))
		}
		client := peer.client()
		var followed []byte
		err := NewDir(client, lockfs.At(home)).Fetch(t.Context(), Want{URL: "http://fuzz.test/x", SHA256: sha}, nil, collect(&followed))
		got, readErr := os.ReadFile(file)
		if readErr == nil && !bytes.Equal(got, right) {
			t.Fatalf("a wrong complete file of %d bytes (%v)", len(got), err)
		}
		if err == nil && (readErr != nil || !bytes.Equal(followed, right)) {
			t.Fatalf("success without the file, or with %d wrong bytes given to the follower", len(followed))
		}
	})
}

func collect(into *[]byte) FollowFunc {
	return func(_ context.Context, r io.Reader) (err error) {
		*into, err = io.ReadAll(r)
		return err
	}
}

// FuzzContentRange: what is taken for a range makes sense, and is written like one.
func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{"bytes 0-0/1", "bytes 5-9/10", "bytes 5-9/*", "bytes */10", "bytes 9-5/10", "bytes 0-10/10", "bytes -5-9/10", "bytes +5-9/10",
		"bytes 05-9/10", "", "bytes=0-1/2", "bytes 1-99999999999999999999/*", "bytes 4611686018427387903-4611686018427387903/*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		p, ok := parseContentRange(field)
		if !ok {
			return
		}
		if p.from < 0 || p.to <= p.from || p.total >= 0 && p.to > p.total {
			t.Fatalf("%q: %+v", field, p)
		}
		text := fmt.Sprintf("bytes %d-%d/*", p.from, p.to-1)
		if p.total >= 0 {
			text = fmt.Sprintf("bytes %d-%d/%d", p.from, p.to-1, p.total)
		}
		if again, ok := parseContentRange(text); !ok || again != p {
			t.Fatalf("%q: %+v, and again %q: %+v", field, p, text, again)
		}
	})
}

// FuzzProxyVariable: any value is a usable proxy or an error that shows nothing of it.
func FuzzProxyVariable(f *testing.F) {
	for _, seed := range []string{"p:8", "http://u:p@h", "socks5h://[::1]", "socks4://h", "://", "http://%zz", "http://u:p@[", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		u, err := proxyVariable{"http_proxy", value}.parse()
		if err != nil {
			return
		}
		if u.Hostname() == "" || u.Port() == "" || u.Path != "" || u.RawQuery != "" {
			t.Fatalf("%q: %v", value, u)
		}
	})
}
