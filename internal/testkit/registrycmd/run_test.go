package registrycmd

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/kitcmd"
)

// TestMain is also the command itself: a server ends with its standard input, and only a process has one.
func TestMain(m *testing.M) {
	if os.Getenv("REGISTRYCMD_CHILD") != "" {
		os.Exit(Run(os.Args[1:], kitcmd.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}
	goleak.VerifyTestMain(m)
}

func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(args, kitcmd.Streams{Out: &out, Err: &errs})
	return code, out.String(), errs.String()
}

// serving starts a server and returns its URL; it ends with the test.
func serving(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"serve"}, args...)...)
	cmd.Env = append(os.Environ(), "REGISTRYCMD_CHILD=1")
	cmd.Stderr = t.Output()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("at the end of its standard input: %v", err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func body(t *testing.T, trust *x509.CertPool, method, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: trust}, ForceAttemptHTTP2: true}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	transport.CloseIdleConnections()
	return strings.TrimSpace(string(text))
}

func folder(t *testing.T) string {
	t.Helper()
	tree, err := cratekit.NewTree(t.TempDir())
	if err == nil {
		err = tree.Publish(cratekit.New("a", "1.0.0"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return tree.Dir
}

func TestServe(t *testing.T) {
	root, git := folder(t), filepath.Join(t.TempDir(), "index.git")
	url := serving(t, "--root", root, "--git-index", git, "--gzip", "--port-file", filepath.Join(root, "port"))
	if got, err := os.ReadFile(filepath.Join(root, "port")); err != nil || string(got) != url+"\n" {
		t.Errorf("port file %q, %v; expected %q", got, err, url)
	}
	for path, want := range map[string]string{
		"/index/config.json": `{"dl": "` + url + `/api/v1/crates", "api": "` + url + `"}`, "/index/1/a": `"vers":"1.0.0"`,
		"/git/index.git/info/refs?service=git-upload-pack": "refs/heads/master",
	} {
		if got := body(t, nil, "GET", url+path); !strings.Contains(got, want) {
			t.Errorf("%s: %q, expected %q", path, got, want)
		}
	}
	body(t, nil, "POST", url+"/_kit/fault?kind=status&status=503&path=/index/1/a")
	if got := body(t, nil, "GET", url+"/index/1/a"); !strings.Contains(got, "as the test wanted it") {
		t.Errorf("with a fault: %q", got)
	}
	if got := body(t, nil, "GET", url+"/_kit/count?path=/index/1/a"); !strings.HasPrefix(got, "2 ") {
		t.Errorf("count %q", got)
	}
}

func TestServeTLS(t *testing.T) {
	dir := t.TempDir()
	url := serving(t, "--root", folder(t), "--tls", dir)
	pem, err := os.ReadFile(filepath.Join(dir, "testkit-ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(pem)
	if got := body(t, trust, "GET", url+"/index/config.json"); !strings.Contains(got, "https://") {
		t.Errorf("%q", got)
	}
	if got := body(t, trust, "GET", url+"/_kit/stats"); !strings.Contains(got, "HTTP/2.0") {
		t.Errorf("%q", got)
	}
}

func TestMirror(t *testing.T) {
	home, out := t.TempDir(), t.TempDir()
	if code, _, stderr := run(t, "mirror", "--cargo-home", home, "--out", out); code != 2 || !strings.Contains(stderr, "indexes of 0 registries") {
		t.Errorf("of nothing: exit %d, %s", code, stderr)
	}
	for _, source := range []string{"one-0123456789abcdef", "two-0123456789abcdef"} {
		cache := filepath.Join(home, "registry", "index", source, ".cache", "1")
		if err := os.MkdirAll(cache, 0o755); err != nil {
			t.Fatal(err)
		}
		data := append(binary.LittleEndian.AppendUint32([]byte{3}, 2), "Unknown\x001.0.0\x00{}\x00"...)
		if err := os.WriteFile(filepath.Join(cache, "a"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, stderr := run(t, "mirror", "--cargo-home", home, "--out", out); code != 2 || !strings.Contains(stderr, "one-0123456789abcdef, two-") {
		t.Errorf("of two: exit %d, %s", code, stderr)
	}
	code, stdout, stderr := run(t, "mirror", "--cargo-home", home, "--out", out, "--source", "two-0123456789abcdef")
	if code != 0 || stdout != "1 index files, 0 crates\n" {
		t.Errorf("exit %d, %q, %s", code, stdout, stderr)
	}
	if got, err := os.ReadFile(filepath.Join(out, "index", "1", "a")); err != nil || string(got) != "{}\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestCommandLines(t *testing.T) {
	for line, want := range map[string]int{"": 2, "melt": 2, "help": 0, "serve": 2, "serve --help": 0, "mirror --out x": 2, "collect": 2, "serve --root x y": 2} {
		if code, _, stderr := run(t, strings.Fields(line)...); code != want {
			t.Errorf("%q: exit %d, expected %d\n%s", line, code, want, stderr)
		}
	}
}
