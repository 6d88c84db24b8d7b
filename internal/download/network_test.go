package download

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// never waits: attempts follow each other at once.
func never(context.Context, time.Duration) error { return nil }

func text(t *testing.T, c *Client, url string) (string, error) {
	t.Helper()
	data, err := c.GetBytes(t.Context(), url, 1<<20)
	return string(data), err
}

func TestRefused(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	no := errors.New("no network today")
	c := NewClient(Config{Refuse: no, Retries: 3, Wait: never})
	if _, err := text(t, c, s.URL); !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
}

func TestVersionsOfTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.TLS.Version, r.Proto) }))
	s.EnableHTTP2 = true
	s.TLS = &tls.Config{MaxVersion: tls.VersionTLS13}
	s.StartTLS()
	defer s.Close()
	file := pemOf(t, s)
	for _, c := range []struct {
		network Network
		want    string
	}{
		{Network{}, fmt.Sprint(tls.VersionTLS13, "HTTP/2.0")},
		{Network{MaxTLS: tls.VersionTLS12}, fmt.Sprint(tls.VersionTLS12, "HTTP/2.0")},
		{Network{HTTP1: true}, fmt.Sprint(tls.VersionTLS13, "HTTP/1.1")},
	} {
		c.network.CA = CertificateFile{file, "http.cainfo"}
		client := NewClient(Config{Network: c.network, Getenv: none})
		if got, err := text(t, client, s.URL); err != nil || got != c.want {
			t.Errorf("%+v: %s %v, expected %s", c.network, got, err, c.want)
		}
		client.CloseIdle()
	}
	s.TLS.MaxVersion = tls.VersionTLS12
	client := NewClient(Config{Network: Network{MinTLS: tls.VersionTLS13, CA: CertificateFile{file, "x"}}, Getenv: none, Wait: never})
	if got, err := text(t, client, s.URL); err == nil {
		t.Errorf("TLS 1.3 was asked for, and %s is spoken", got)
	}
}

func none(string) string { return "" }

func TestCertificateFileIsWrong(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	tries := 0
	for _, file := range []string{"/nowhere/ca.pem", "network_test.go"} {
		c := NewClient(Config{Network: Network{CA: CertificateFile{file, "http.cainfo"}}, Getenv: none, Retries: 3, Wait: never, Retrying: func(Retry) { tries++ }})
		_, err := text(t, c, s.URL)
		if err == nil || !strings.Contains(err.Error(), "http.cainfo") || !strings.Contains(err.Error(), file) || tries > 0 {
			t.Errorf("%s: %v after %d tries", file, err, tries)
		}
	}
}

// TestTooSlow: fewer bytes than LowSpeed within Timeout end a request, and more do not.
func TestTooSlow(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "4000")
		for i := range 4000 {
			if _, err := w.Write([]byte{'x'}); err != nil {
				return
			}
			if http.NewResponseController(w).Flush() != nil {
				return
			}
			if i%10 == 9 {
				select {
				case <-r.Context().Done():
					return
				case <-time.After(time.Millisecond):
				}
			}
		}
	}))
	defer s.Close()
	slow := NewClient(Config{Getenv: none, Timeout: 100 * time.Millisecond, LowSpeed: 1 << 20})
	if _, err := text(t, slow, s.URL); !errors.As(err, new(*stalled)) {
		t.Errorf("a few bytes a second: %v", err)
	}
	patient := NewClient(Config{Getenv: none, Timeout: 10 * time.Second, LowSpeed: 10})
	if got, err := text(t, patient, s.URL); err != nil || len(got) != 4000 {
		t.Errorf("%d bytes: %v", len(got), err)
	}
}

func TestBackoffOfSettings(t *testing.T) {
	answers := []int{503, 429, 500}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(answers) == 0 {
			return
		}
		if answers[0] == 429 {
			w.Header().Set("Retry-After", "3600")
		}
		w.WriteHeader(answers[0])
		answers = answers[1:]
	}))
	defer s.Close()
	var waits []time.Duration
	c := NewClient(Config{Getenv: none, Retries: 3, LongestAsked: 10 * time.Second, Backoff: func(failures int) time.Duration { return time.Duration(failures+1) * time.Second },
		Wait: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }})
	if _, err := text(t, c, s.URL); err != nil || !slices.Equal(waits, []time.Duration{time.Second, 10 * time.Second, 3 * time.Second}) {
		t.Errorf("%v %v", waits, err)
	}
}

func TestTrace(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "hush")
		if r.URL.Path == "/" {
			http.Redirect(w, r, "http://u:hush@"+r.Host+"/to?hush", http.StatusFound)
		}
	}))
	defer s.Close()
	var mutex sync.Mutex
	var lines []string
	c := NewClient(Config{UserAgent: "me", Getenv: none, Network: Network{Trace: func(line string) { mutex.Lock(); lines = append(lines, line); mutex.Unlock() }}})
	answer, err := c.Get(t.Context(), s.URL+"/?hush", http.Header{"Authorization": {"hush"}, "Cookie": {"hush"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	all := strings.Join(lines, "\n")
	if strings.Contains(all, "hush") || !strings.Contains(all, "> GET "+s.URL+"/to") || !strings.Contains(all, "> User-Agent: me") || !strings.Contains(all, "< HTTP/1.1 302 Found") {
		t.Errorf("told:\n%s", all)
	}
}

func TestTextMayComeCompressed(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Accept-Encoding") != "gzip":
			w.WriteHeader(http.StatusBadRequest)
		case r.URL.Path == "/plain":
			fmt.Fprint(w, "text")
		case r.URL.Path == "/broken":
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "no gzip at all")
		default:
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			fmt.Fprint(z, "text")
			z.Close()
		}
	}))
	defer s.Close()
	c := NewClient(Config{Getenv: none})
	for _, path := range []string{"/plain", "/zipped"} {
		answer, err := c.GetText(t.Context(), s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(answer.Body)
		if answer.Body.Close(); err != nil || string(data) != "text" {
			t.Errorf("%s: %q %v", path, data, err)
		}
	}
	answer, err := c.GetText(t.Context(), s.URL+"/broken", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.ReadAll(answer.Body); !errors.As(err, new(*AnswerError)) {
		t.Errorf("got %v", err)
	}
}

// pemOf is a file with the server's own certificate.
func pemOf(t *testing.T, s *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
