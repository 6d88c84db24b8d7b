package cargohttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/internal/config"
	"berth/internal/download"
	"berth/internal/testkit/proxies"
	"berth/internal/testkit/stock"
)

// field is a registry that answers with a status, and a package that wants something of it.
type field struct {
	*testing.T
	cargo *stock.Cargo
	dir   string
	index string // its URL without sparse+

	mutex    sync.Mutex
	requests []*http.Request
	status   int
}

func newField(t *testing.T) *field {
	f := &field{T: t, cargo: stock.NewCargo(t), dir: t.TempDir(), status: http.StatusNotFound}
	f.write("Cargo.toml", "[package]\nname='a'\nedition='2021'\n[lib]\npath='lib.rs'\n[dependencies]\nx={version='1',registry='r'}\n")
	f.write("lib.rs", "")
	return f
}

func (f *field) write(name, text string) {
	f.Helper()
	path := filepath.Join(f.dir, name)
	if filepath.IsAbs(name) {
		path = name
	}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		f.Fatal(err)
	}
}

// ServeHTTP is the registry.
func (f *field) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.requests = append(f.requests, r)
	w.WriteHeader(f.status)
}

func (f *field) take() []*http.Request {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	taken := f.requests
	f.requests = nil
	return taken
}

// stock asks the registry with stock Cargo; reached tells whether the registry's own answer was heard.
func (f *field) stock(env []string, text string) (reached bool, said string) {
	f.write(".cargo/config.toml", text+"\n[registries.r]\nindex='sparse+"+f.index+"'\n")
	result := f.cargo.Try(f.dir, append([]string{"__CARGO_TEST_FIXED_RETRY_SLEEP_MS=1"}, env...), "generate-lockfile")
	heard := strings.Contains(result.Stderr, "config.json not found") || strings.Contains(result.Stderr, "no matching package named") || strings.Contains(result.Stderr, "successful HTTP response from") || strings.Contains(result.Stderr, "authenticated registries require")
	return heard, result.Stderr
}

// ours does the same.
func (f *field) ours(env []string, text string) (reached bool, err error) {
	f.write(".cargo/config.toml", text)
	c, err := config.Load(config.Options{Dir: f.dir, Home: f.cargo.Home, Env: append(f.cargo.Env(), env...), Files: config.Disk{}})
	if err != nil {
		f.Fatal(err)
	}
	settings := settingsOf(c, Options{UserAgent: "cargo/1"})
	settings.Wait = func(context.Context, time.Duration) error { return nil }
	client := download.NewClient(settings)
	defer client.CloseIdle()
	_, err = client.GetBytes(f.Context(), f.index+"config.json", 1<<20)
	return download.IsNotFound(err) || errors.As(err, new(*download.StatusError)), err
}

// both wants the two to agree, and tells what they agree in.
func (f *field) both(what string, env []string, text string, witness func() string) string {
	f.Helper()
	reached, said := f.stock(env, text)
	wanted := fmt.Sprint(reached, " ", witness())
	reached, err := f.ours(env, text)
	if got := fmt.Sprint(reached, " ", witness()); got != wanted {
		f.Errorf("%s: %s, with stock %s\n%v\nstock: %s", what, got, wanted, err, said)
	}
	return wanted
}

// TestProxiesAsStock: which proxy is used. The registry's name is known to the proxies alone.
func TestProxiesAsStock(t *testing.T) {
	f := newField(t)
	server := httptest.NewServer(f)
	defer server.Close()
	f.index = "http://registry.test/"
	via := map[string]*proxies.HTTP{}
	for _, name := range []string{"config", "git", "env"} {
		via[name] = proxies.Run(t, &proxies.HTTP{Hosts: map[string]string{"registry.test:80": strings.TrimPrefix(server.URL, "http://")}})
	}
	seen := map[string]int{}
	witness := func() string {
		var used []string
		for _, name := range []string{"config", "git", "env"} {
			if n := via[name].Counts().Requests; n != seen[name] {
				seen[name] = n
				used = append(used, name)
			}
		}
		return strings.Join(used, " ")
	}
	const none = "net.retry=0\n"
	configured := none + "http.proxy='" + via["config"].URL() + "'\n"
	fromEnv := []string{"http_proxy=" + via["env"].URL()}
	gitconfig := filepath.Join(f.cargo.Home, ".gitconfig")
	for _, c := range []struct {
		name, git string
		env       []string
		text      string
		want      string
	}{
		{"nothing", "", nil, none, "false "},
		{"http.proxy", "", nil, configured, "true config"},
		{"http.proxy without scheme", "", nil, none + "http.proxy='" + strings.TrimPrefix(via["config"].URL(), "http://") + "'\n", "true config"},
		{"CARGO_HTTP_PROXY", "", []string{"CARGO_HTTP_PROXY=" + via["config"].URL()}, none, "true config"},
		{"the environment", "", fromEnv, none, "true env"},
		{"all_proxy", "", []string{"ALL_PROXY=" + via["env"].URL()}, none, "true env"},
		{"HTTP_PROXY in capitals", "", []string{"HTTP_PROXY=" + via["env"].URL()}, none, "false "},
		{"HTTPS_PROXY for http", "", []string{"HTTPS_PROXY=" + via["env"].URL()}, none, "false "},
		{"http.proxy before the environment", "", fromEnv, configured, "true config"},
		{"none at all", "", fromEnv, none + "http.proxy=''\n", "false "},
		{"git's", "[http]\n\tproxy = " + via["git"].URL() + "\n", nil, none, "true git"},
		{"git's before the environment", "[HTTP]\nProxy=\"" + via["git"].URL() + "\" # c\n", fromEnv, none, "true git"},
		{"http.proxy before git's", "[http]\nproxy=" + via["git"].URL() + "\n", nil, configured, "true config"},
		{"git's for one address", "[http \"http://registry.test\"]\nproxy=" + via["git"].URL() + "\n", nil, none, "false "},
		{"git's empty one", "[http]\nproxy=\n", fromEnv, none, "false "},
		{"git's, included", "[include]\npath = other\n", nil, none, "true git"},
		{"git's last one", "[http]\nproxy=http://127.0.0.1:1\n[a]\nb=c\n[http]\nproxy=" + via["git"].URL() + "\n", nil, none, "true git"},
		{"NO_PROXY", "", []string{"no_proxy=registry.test"}, configured, "false "},
		{"NO_PROXY of others", "", []string{"NO_PROXY=other.test"}, configured, "true config"},
	} {
		f.write(gitconfig, c.git)
		f.write(filepath.Join(f.cargo.Home, "other"), "[http]\nproxy="+via["git"].URL()+"\n")
		if got := f.both(c.name, c.env, c.text, witness); got != c.want {
			t.Errorf("%s: %q, expected %q", c.name, got, c.want)
		}
	}
}

// TestSOCKSAsStock: names are resolved here or there.
func TestSOCKSAsStock(t *testing.T) {
	f := newField(t)
	server := httptest.NewServer(f)
	defer server.Close()
	p := proxies.Run(t, &proxies.SOCKS{Login: &proxies.Login{User: "me", Password: "hush"}, Hosts: map[string]string{"registry.test:80": strings.TrimPrefix(server.URL, "http://")}})
	before := 0
	witness := func() string {
		names := p.Counts().Names - before
		before = p.Counts().Names
		return fmt.Sprint(names)
	}
	f.index = "http://registry.test/"
	if got := f.both("socks5h", nil, "net.retry=0\nhttp.proxy='"+p.URL("socks5h")+"'\n", witness); got != "true 1" {
		t.Error(got)
	}
	f.index = server.URL + "/"
	if got := f.both("socks5", []string{"ALL_PROXY=" + p.URL("socks5")}, "net.retry=0\n", witness); got != "true 0" {
		t.Error(got)
	}
	_, err := f.ours(nil, "net.retry=0\nhttp.proxy='"+strings.Replace(p.URL("socks5"), "hush", "hushhush", 1)+"'\n")
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v", err)
	}
}

// TestCertificatesAsStock: who is trusted.
func TestCertificatesAsStock(t *testing.T) {
	f := newField(t)
	front, other := proxies.Run(t, &proxies.TLS{Handler: f}), proxies.Run(t, &proxies.TLS{Handler: f})
	files := []string{front.CA(t), other.CA(t)}
	f.index = front.URL() + "/"
	f.write("text", "no certificate")
	relative, _ := filepath.Rel(f.dir, files[0])
	nobody := func() string { f.take(); return "" }
	for _, c := range []struct {
		name string
		env  []string
		text string
		want bool
	}{
		{"nothing", nil, "", false},
		{"http.cainfo", nil, "http.cainfo='" + files[0] + "'", true},
		{"http.cainfo relative to the folder above .cargo", nil, "http.cainfo='" + filepath.ToSlash(relative) + "'", true},
		{"CARGO_HTTP_CAINFO", []string{"CARGO_HTTP_CAINFO=" + files[0]}, "", true},
		{"CARGO_HTTP_CAINFO relative", []string{"CARGO_HTTP_CAINFO=" + relative}, "", true},
		{"SSL_CERT_FILE", []string{"SSL_CERT_FILE=" + files[0]}, "", true},
		{"another authority", nil, "http.cainfo='" + files[1] + "'", false},
		{"a file that is not there", nil, "http.cainfo='/nowhere'", false},
		{"a file without certificates", nil, "http.cainfo='text'", false},
		{"an empty name", nil, "http.cainfo=''", false},
		{"a broken setting beside a good variable", []string{"SSL_CERT_FILE=" + files[0]}, "http.cainfo='/nowhere'", false},
		{"check-revoke", nil, "http.check-revoke=true\nhttp.cainfo='" + files[0] + "'", true},
	} {
		if got := f.both(c.name, c.env, "net.retry=0\n"+c.text, nobody); got != fmt.Sprint(c.want, " ") {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	// A proxy that is reached by https: what it is asked for it serves itself.
	f.index = "http://registry.test/"
	through := "net.retry=0\nhttp.proxy='" + front.URL() + "'\n"
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"a proxy that nobody trusts", "", false},
		{"http.proxy-cainfo", "http.proxy-cainfo='" + files[0] + "'", true},
		{"http.cainfo for the proxy", "http.cainfo='" + files[0] + "'", true},
		{"http.proxy-cainfo before http.cainfo", "http.proxy-cainfo='" + files[0] + "'\nhttp.cainfo='" + files[1] + "'", true},
		{"http.proxy-cainfo of another", "http.proxy-cainfo='" + files[1] + "'\nhttp.cainfo='" + files[0] + "'", false},
	} {
		if got := f.both(c.name, nil, through+c.text, nobody); got != fmt.Sprint(c.want, " ") {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// TestRetriesAsStock: which answers are asked for again, and how often.
func TestRetriesAsStock(t *testing.T) {
	f := newField(t)
	server := httptest.NewServer(f)
	defer server.Close()
	f.index = server.URL + "/"
	witness := func() string { return fmt.Sprint(len(f.take())) }
	for _, f.status = range []int{400, 401, 403, 404, 407, 410, 416, 425, 429, 451, 500, 501, 502, 503, 504, 599} {
		want := "true 1"
		if f.status == 429 || f.status >= 500 {
			want = "true 4"
		}
		if got := f.both(fmt.Sprint(f.status), nil, "", witness); got != want {
			t.Errorf("%d: %s", f.status, got)
		}
	}
	f.status = 503
	for _, c := range []struct {
		env  []string
		text string
		want string
	}{{nil, "net.retry=0", "true 1"}, {nil, "net.retry=1", "true 2"}, {[]string{"CARGO_NET_RETRY=2"}, "net.retry=5", "true 3"}} {
		if got := f.both(c.text, c.env, c.text, witness); got != c.want {
			t.Errorf("%s %q: %s", c.text, c.env, got)
		}
	}
}

// TestRedirectsAsStock: how many are followed in a row.
func TestRedirectsAsStock(t *testing.T) {
	f := newField(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/{left}/config.json", func(w http.ResponseWriter, r *http.Request) {
		if left, _ := strconv.Atoi(r.PathValue("left")); left > 0 {
			http.Redirect(w, r, fmt.Sprintf("/%d/config.json", left-1), http.StatusFound)
			return
		}
		f.ServeHTTP(w, r)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	for redirects, want := range map[int]string{11: "true 1", 30: "true 1", 31: "false 0"} {
		f.index = fmt.Sprintf("%s/%d/", server.URL, redirects)
		if got := f.both(fmt.Sprint(redirects, " redirects"), nil, "net.retry=0", func() string { return fmt.Sprint(len(f.take())) }); got != want {
			t.Errorf("%d: %s", redirects, got)
		}
	}
}

// TestRequestsAsStock: what a request says of who sends it.
func TestRequestsAsStock(t *testing.T) {
	f := newField(t)
	server := httptest.NewServer(f)
	defer server.Close()
	f.index = server.URL + "/"
	witness := func() string {
		requests := f.take()
		return requests[0].UserAgent()
	}
	if got := f.both("user agent", nil, "http.user-agent='me/1'", witness); got != "true me/1" {
		t.Error(got)
	}
	reached, err := f.ours(nil, "")
	if agent := witness(); !reached || agent != "cargo/1" {
		t.Error(agent, err)
	}
}

// TestOffline: nothing is sent.
func TestOffline(t *testing.T) {
	f := newField(t)
	server := httptest.NewServer(f)
	defer server.Close()
	c, err := config.Load(config.Options{Dir: f.dir, Home: f.cargo.Home, Files: config.Disk{}})
	if err != nil {
		t.Fatal(err)
	}
	client := New(c, Options{Offline: "--frozen"})
	_, err = client.GetBytes(t.Context(), server.URL, 1)
	if !errors.As(err, new(*OfflineError)) || !strings.Contains(err.Error(), "--frozen") || len(f.take()) > 0 {
		t.Errorf("got %v", err)
	}
}

// TestDebug: with http.debug the heads are told, and no token among them.
func TestDebug(t *testing.T) {
	f := newField(t)
	server := httptest.NewServer(f)
	defer server.Close()
	f.write(".cargo/config.toml", "http.debug=true\nnet.retry=0")
	c, err := config.Load(config.Options{Dir: f.dir, Home: f.cargo.Home, Files: config.Disk{}})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	client := New(c, Options{UserAgent: "x", Debug: func(line string) { lines = append(lines, line) }})
	answer, err := client.Get(t.Context(), server.URL, http.Header{"Authorization": {"hush"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if !slices.Contains(lines, "> Authorization: [REDACTED]") || !slices.Contains(lines, "< HTTP/1.1 404 Not Found") || strings.Contains(fmt.Sprint(lines), "hush") {
		t.Errorf("%q", lines)
	}
}
