package download

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"berth/internal/testkit/distserver"
)

func TestGetBytes(t *testing.T) {
	s := newStage(t, 1000)
	s.inject(distserver.Fault{Kind: distserver.Status, Status: 502, Times: 1}, distserver.Fault{Kind: distserver.Truncate, Bytes: 10, Skip: 1, Times: 1})
	c := s.dir.client
	if got, err := c.GetBytes(t.Context(), s.want.URL, 1000); err != nil || !slices.Equal(got, s.data) {
		t.Fatal(err)
	}
	s.mustRequest(3)
	if _, err := c.GetBytes(t.Context(), s.want.URL, 999); !is[*TooLargeError](err) {
		t.Fatal(err)
	}
	if _, err := c.GetBytes(t.Context(), s.want.URL+".absent", 999); !IsNotFound(err) {
		t.Fatal(err)
	}
	if agent := s.server.Stats().Log[0].UserAgent; agent != "berth-test" {
		t.Fatal(agent)
	}
}

func TestNotFound(t *testing.T) {
	for status := 400; status < 600; status++ {
		answer := &http.Response{StatusCode: status}
		want := status < 500 && status != 407 && status != 408 && status != 416 && status != 429
		if err := fmt.Errorf("manifest: %w", statusError(answer, "u")); IsNotFound(err) != want {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// Having a client reads nothing; the proxies for rustc have one.
func TestNothingBeforeTheFirstRequest(t *testing.T) {
	c := NewClient(Config{Getenv: func(name string) string {
		t.Errorf("%s is read", name)
		return ""
	}})
	if allocated := testing.AllocsPerRun(10, func() { NewClient(c.config) }); allocated > 10 {
		t.Errorf("%v allocations", allocated)
	}
}

func TestWaits(t *testing.T) {
	s := newStage(t, 1000)
	s.inject(
		distserver.Fault{Kind: distserver.Status, Status: 503, Skip: 0, Times: 1, RetryAfter: 7},
		distserver.Fault{Kind: distserver.Status, Status: 503, Skip: 1, Times: 1, RetryAfter: 7000},
		distserver.Fault{Kind: distserver.Status, Status: 503, Skip: 2, Times: 1},
	)
	var waits []time.Duration
	config := s.dir.client.config
	config.Wait = func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }
	told := 0
	config.Retrying = func(r Retry) {
		err, wait := r.Err, r.Wait
		if told++; !is[*StatusError](err) || wait <= 0 {
			t.Error(err, wait)
		}
	}
	c := NewClient(config)
	defer c.CloseIdle()
	if _, err := c.GetBytes(t.Context(), s.want.URL, 1000); err != nil {
		t.Fatal(err)
	}
	if len(waits) != 3 || told != 3 || waits[0] != 7*time.Second || waits[1] != time.Minute || waits[2] < time.Second || waits[2] > 3*time.Second {
		t.Fatal(waits)
	}
}

func TestAnswersAreTold(t *testing.T) {
	s := newStage(t, 1000)
	var told []string
	config := s.dir.client.config
	config.Answered = func(url, byteRange string, status int) {
		told = append(told, fmt.Sprint(url, " ", byteRange, " ", status))
	}
	s.dir.client = NewClient(config)
	defer s.dir.client.CloseIdle()
	mustWrite(t, s.file(".partial"), s.data[:10])
	s.want.URL = strings.Replace(s.want.URL, "http://", "http://user:s3cr@", 1) + "?token=s3cr"
	if _, _, err := s.fetch(); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || !strings.HasSuffix(told[0], " bytes=10- 206") || strings.Contains(told[0], "s3cr") {
		t.Errorf("%q", told)
	}
}

func TestBackoffGrowsAndEnds(t *testing.T) {
	for failures := range 100 {
		middle := min(500*time.Millisecond<<min(failures, 10), 15*time.Second)
		if d := backoff(failures); d < middle/2 || d > middle*3/2 {
			t.Errorf("%d: %v", failures, d)
		}
	}
}

func TestWaitEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("interrupted")
	s := newStage(t, 1000)
	s.inject(distserver.Fault{Kind: distserver.Status, Status: 503})
	config := s.dir.client.config
	config.Wait = nil
	config.Retrying = func(Retry) { cancel(cause) }
	c := NewClient(config)
	defer c.CloseIdle()
	if _, err := c.GetBytes(ctx, s.want.URL, 1000); !errors.Is(err, cause) {
		t.Fatal(err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, "-5": 0, "x": 0, "99999999999999": 0,
		"Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 03:04:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %v, expected %v", value, got, want)
		}
	}
}

// A server that stops sending is left after the time limit; what came before counts.
func TestStall(t *testing.T) {
	s := newStage(t, 1<<20)
	s.inject(distserver.Fault{Kind: distserver.Stall, Bytes: 1 << 19, Event: "never", Times: 1}, distserver.Fault{Kind: distserver.Hold, Event: "never", Skip: 1, Times: 1})
	config := s.dir.client.config
	config.Timeout = 300 * time.Millisecond
	var stalls []error
	config.Retrying = func(r Retry) {
		if stalls = append(stalls, r.Err); len(stalls) == 2 {
			s.dir.client.config.Timeout = time.Hour // the third one gets all the time that a busy machine takes
		}
	}
	s.dir.client = NewClient(config)
	defer s.dir.client.CloseIdle()
	s.mustFetch()
	if len(stalls) != 2 || !is[*stalled](stalls[0]) || !is[*stalled](stalls[1]) || !strings.Contains(stalls[0].Error(), "RUSTUP_DOWNLOAD_TIMEOUT") {
		t.Fatal(stalls)
	}
	s.mustRequest(3)
}

// Time that passes between two reads is not the server's.
func TestTimeLimitIsOnTheNetworkAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, w := watchFor(t.Context(), time.Minute, 1)
		defer w.end()
		w.arm()
		w.disarm(0)
		<-time.After(time.Hour)
		if ctx.Err() != nil {
			t.Fatal(context.Cause(ctx))
		}
		w.arm()
		<-ctx.Done()
		if !is[*stalled](context.Cause(ctx)) {
			t.Fatal(context.Cause(ctx))
		}
	})
}

// What came before a few bytes that are too few is not held against them.
func TestTimeLimitBeginsAnewWithEnoughBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, w := watchFor(t.Context(), time.Minute, 10)
		defer w.end()
		for range 3 {
			w.arm()
			<-time.After(15 * time.Second)
			w.disarm(4) // the third makes it enough
		}
		<-time.After(time.Hour)
		for range 2 {
			w.arm()
			<-time.After(20 * time.Second)
			w.disarm(4)
		}
		if ctx.Err() != nil {
			t.Fatal(context.Cause(ctx))
		}
		w.arm()
		<-time.After(21 * time.Second)
		if !is[*stalled](context.Cause(ctx)) {
			t.Fatal("8 bytes in 61 seconds were enough")
		}
	})
}

func TestRedirects(t *testing.T) {
	s := newStage(t, 1000)
	local := filepath.Join(t.TempDir(), "private")
	mustWrite(t, local, []byte("private"))
	var referer string
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/signed?token=s3cr", http.StatusFound)
	})
	mux.HandleFunc("/signed", func(w http.ResponseWriter, r *http.Request) {
		referer = r.Referer()
		http.Redirect(w, r, s.want.URL, http.StatusFound)
	})
	mux.HandleFunc("/local", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file://"+local+"?token=s3cr", http.StatusFound)
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/round?token=s3cr", http.StatusFound)
	})
	mux.HandleFunc("/bad", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://u:s3cr@h/%zz?token=s3cr")
		w.WriteHeader(302)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	if got, err := s.dir.client.GetBytes(t.Context(), server.URL+"/ok?token=s3cr", 1000); err != nil || !slices.Equal(got, s.data) || referer != "" {
		t.Fatal(err, referer)
	}
	for _, place := range []string{"/local", "/round", "/bad"} {
		_, err := s.dir.client.GetBytes(t.Context(), server.URL+place, 1000)
		if err == nil || strings.Contains(err.Error(), "s3cr") || strings.Contains(err.Error(), "token") {
			t.Errorf("%s: %v", place, err)
		}
	}
}

// TestTokensStayWithTheirServer: net/http gives them to other ports and to subdomains as well; curl, and so stock, does not.
func TestTokensStayWithTheirServer(t *testing.T) {
	var seen []string
	note := func(w http.ResponseWriter, r *http.Request) { seen = append(seen, r.Header.Get("Authorization")) }
	other := httptest.NewServer(http.HandlerFunc(note))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/here", note)
	mux.Handle("/stay", http.RedirectHandler("/here", http.StatusFound))
	mux.Handle("/leave", http.RedirectHandler(other.URL, http.StatusFound))
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, path := range []string{"/stay", "/leave"} {
		answer, err := testClient(t).Get(t.Context(), server.URL+path, http.Header{"Authorization": {"hush"}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	if !slices.Equal(seen, []string{"hush", ""}) {
		t.Errorf("after a redirect to the same server and one to another the tokens were %q", seen)
	}
	from := &url.URL{Scheme: "https", Host: "a.test"}
	for to, same := range map[string]bool{"https://A.test:443/x": true, "http://a.test": false, "http://a.test:443": false, "https://b.a.test": false, "https://a.test:444": false} {
		u, err := url.Parse(to)
		if err != nil || sameServer(u, from) != same {
			t.Errorf("%s: %v (%v)", to, !same, err)
		}
	}
}

func TestNoURL(t *testing.T) {
	for _, raw := range []string{"", "user:s3cr@h/x", "http:user:s3cr@h", "http://", "http:///x", "http://user:s3cr@", "//user:s3cr@h", "mailto:s3cr@h"} {
		_, err := testClient(t).GetBytes(t.Context(), raw, 1)
		if err == nil || is[*GaveUpError](err) || strings.Contains(err.Error(), "s3cr") || !strings.Contains(err.Error(), "RUSTUP_DIST_SERVER") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// Asking again makes no https of http, and the network is not what is to be checked.
func TestServerWithoutTLS(t *testing.T) {
	s := newStage(t, 1)
	_, err := s.dir.client.GetBytes(t.Context(), strings.Replace(s.want.URL, "http:", "https:", 1), 1)
	if !is[*TransportError](err) || is[*GaveUpError](err) || !strings.Contains(err.Error(), "does not speak https") {
		t.Error(err)
	}
}

func TestHTTP2(t *testing.T) {
	data := body(1 << 20)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("%s", r.Proto)
		}
		w.Write(data)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	writeCertificate(t, ca, server.Certificate().Raw)
	c := testClient(t, "SSL_CERT_FILE", ca)
	if got, err := c.GetBytes(t.Context(), server.URL, 1<<20); err != nil || !slices.Equal(got, data) {
		t.Fatal(err)
	}
}

func TestFileIsADirectory(t *testing.T) {
	if _, err := testClient(t).GetBytes(t.Context(), "file://"+filepath.ToSlash(os.TempDir()), 10); !IsNotFound(err) {
		t.Fatal(err)
	}
}
