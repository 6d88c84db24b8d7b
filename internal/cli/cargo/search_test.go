package cargo_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
)

// TestSearchBesideStock: the same registry, asked by both.
func TestSearchBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	long := cratekit.New("long-one", "1.2.3-pre.1+build")
	long.Description = strings.Repeat("many wörds ", 20)
	short := cratekit.New("b", "0.1.0")
	short.Description = "two\nlines about b"
	s := registryserver.Run(t, registryserver.Options{}, long, short, cratekit.New("none", "3.0.0"), cratekit.New("c", "2.0.0"))
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Registry("own"))
	for _, line := range []string{
		"search --registry own", "search --registry own b", "search --registry own one", "search --registry own --limit 1", "search --registry own --limit 2 o",
		"search --registry own --limit 0", "search --registry own --limit 1000 l", "search --registry own nothing-of-this-name", "search --registry own two lines",
		"search --registry own --limit x", "search --registry own --limit -1", "search --registry own --limit=", "search --registry own ü", "search --registry nope b",
		"search --registry no! b", "search -q --registry own b", "search --index " + s.Index() + " b", "search --index nonsense b", "search --color always --registry own b",
		"search --registry own --offline b",
	} {
		p.both(nil, line, neither)
	}
	p.both([]string{"CARGO_REGISTRY_DEFAULT=own"}, "search b", neither)
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	p.both(nil, "search b", neither)
}

// TestSearchOfStrangeAnswers: each an error that names the registry.
func TestSearchOfStrangeAnswers(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for body, want := range map[string]string{
		`{"errors":[{"detail":"too much"},{"detail":"of it"}]}`: "too much, of it", "<html>": "", "": "", `{"crates": 3}`: "", `{"crates":[{"name":"\u001b[2J","max_version":"1"}],"meta":{"total":1}}`: "",
	} {
		status := http.StatusOK
		if want != "" {
			status = http.StatusTooManyRequests
		}
		mux := http.NewServeMux()
		server := httptest.NewServer(mux)
		mux.HandleFunc("/index/config.json", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"dl": "` + server.URL + `/dl", "api": "` + server.URL + `/"}`))
		})
		mux.HandleFunc("/api/v1/crates", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
		r := p.berth([]string{"CARGO_NET_RETRY=0"}, "search", "--index", "sparse+"+server.URL+"/index/", "x")
		server.Close()
		if strings.Contains(body, "max_version") {
			if r.Code != 0 || strings.Contains(r.Stdout, "\x1b") {
				t.Errorf("%s: %+v", body, r)
			}
			continue
		}
		if r.Code != 101 || !strings.Contains(r.Stderr, server.URL) || !strings.Contains(r.Stderr, want) {
			t.Errorf("%s: %+v", body, r)
		}
	}
}
