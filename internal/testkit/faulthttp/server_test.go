package faulthttp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"berth/internal/testkit/proxies"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stream answers with a body that is no file.
func stream(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, strings.Repeat("0", 5000))
}

// startTLS returns the server and a client that trusts it.
func startTLS(t *testing.T, offer Protocol) (*Server, *http.Client) {
	t.Helper()
	authority, err := proxies.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := authority.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	s := New(http.HandlerFunc(stream))
	if err := s.StartTLS("127.0.0.1:0", cert, offer); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	file, err := authority.WriteCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(text)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return s, &http.Client{Transport: transport}
}

func get(t *testing.T, client *http.Client, url string) (string, error) {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return string(data), err
}

func TestStreamsOfOneConnection(t *testing.T) {
	for offer, want := range map[Protocol]Stats{
		HTTP1: {Connections: 4, MaxStreams: 1, MaxConcurrent: 3},
		HTTP2: {Connections: 1, MaxStreams: 3, MaxConcurrent: 3},
	} {
		s, client := startTLS(t, offer)
		// A first request, so that all others find the connection there.
		if _, err := get(t, client, s.URL()+"/first"); err != nil {
			t.Fatal(err)
		}
		if err := s.Inject(Fault{Kind: Hold, Path: "/held", Event: "go"}); err != nil {
			t.Fatal(err)
		}
		var clients sync.WaitGroup
		for range 3 {
			clients.Go(func() {
				if body, err := get(t, client, s.URL()+"/held"); err != nil || len(body) != 5000 {
					t.Errorf("%d bytes, %v", len(body), err)
				}
			})
		}
		if err := s.AwaitEvent(t.Context(), "go", 3); err != nil {
			t.Fatal(err)
		}
		s.Release("go")
		clients.Wait()
		stats := s.Stats()
		// HTTP/1.1 keeps its first connection for one of the three.
		if offer == HTTP1 {
			want.Connections--
		}
		if stats.Connections != want.Connections || stats.MaxStreams != want.MaxStreams || stats.MaxConcurrent != want.MaxConcurrent {
			t.Errorf("offer %d: %d connections, at most %d requests at once on one, %d in all; want %+v",
				offer, stats.Connections, stats.MaxStreams, stats.MaxConcurrent, want)
		}
	}
}

func TestFaultsOverHTTP2EndTheStreamAlone(t *testing.T) {
	s, client := startTLS(t, HTTP2)
	if err := s.Inject(Fault{Kind: Cut, Bytes: 100, Times: 1}); err != nil {
		t.Fatal(err)
	}
	if body, err := get(t, client, s.URL()+"/a"); err == nil || len(body) > 100 {
		t.Errorf("%d bytes and %v, want an end after 100", len(body), err)
	}
	if body, err := get(t, client, s.URL()+"/a"); err != nil || len(body) != 5000 {
		t.Errorf("afterwards: %d bytes, %v", len(body), err)
	}
	if n := s.Stats().Connections; n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestFaultsOfWhatIsNoFile(t *testing.T) {
	s := New(http.HandlerFunc(stream))
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, f := range []Fault{{Kind: Flip, Path: "/flip", Bytes: 4999}, {Kind: Truncate, Path: "/half", Bytes: 2000}, {Kind: Delay, Path: "/late", Millis: 30}} {
		if err := s.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
	if body, err := get(t, client, s.URL()+"/flip"); err != nil || body != strings.Repeat("0", 4999)+"1" {
		t.Errorf("flip: %q at the end, %v", body[len(body)-3:], err)
	}
	if body, err := get(t, client, s.URL()+"/half"); !errors.Is(err, io.ErrUnexpectedEOF) || len(body) != 2000 {
		t.Errorf("truncate: %d bytes, %v", len(body), err)
	}
	begin := time.Now()
	if _, err := get(t, client, s.URL()+"/late"); err != nil || time.Since(begin) < 30*time.Millisecond {
		t.Errorf("delay: %v after %v", err, time.Since(begin))
	}
	if err := s.Inject(Fault{Kind: Delay}); err == nil {
		t.Error("a delay of nothing was taken")
	}
}

// TestAwaitGone: what a client had sent before it ended is counted, also when the server had not come to it by then.
func TestAwaitGone(t *testing.T) {
	s := New(http.HandlerFunc(stream))
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for sent := 1; sent <= 100; sent++ {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		c.Close()
		if err := s.AwaitGone(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := s.Requests("/x"); n != sent {
			t.Fatalf("%d requests are counted of %d", n, sent)
		}
	}
}
