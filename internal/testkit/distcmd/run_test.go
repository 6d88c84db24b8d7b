package distcmd

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = Run(args, Streams{Out: &out, Err: &err})
	return code, out.String(), err.String()
}

func TestUsage(t *testing.T) {
	tests := []struct {
		args string
		code int
		says string // on either stream
	}{
		{"", 2, "no verb given"},
		{"help", 0, "distserver rebuild"},
		{"melt", 2, `unknown verb "melt"`},
		{"serve --help", 0, "-port-file"},
		{"serve", 2, "--root is needed"},
		{"serve --root x extra", 2, `unexpected argument "extra"`},
		{"serve --root . --point stable", 2, "expected CHANNEL=DATE"},
		{"tiny --out", 2, "needs an argument"},
		{"rebuild --toolchain absent --out x/y", 1, "expected a toolchain that rustup installed"},
		{"point --root absent --date 2026-01-01 --channels stable", 1, "point channel stable"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			t.Chdir(t.TempDir())
			code, stdout, stderr := command(t, strings.Fields(test.args)...)
			if code != test.code || !strings.Contains(stdout+stderr, test.says) {
				t.Errorf("exit %d\n%s%s\nwant %d and %q", code, stdout, stderr, test.code, test.says)
			}
		})
	}
}

func TestTinyThenPointThenServe(t *testing.T) {
	root := t.TempDir()
	if code, _, stderr := command(t, "tiny", "--out", root, "--default-root", "https://dist.test", "--format", "gz"); code != 0 {
		t.Fatal(stderr)
	}
	if code, _, stderr := command(t, "point", "--root", root, "--date", "2026-05-28", "--channels", "stable,1.95"); code != 0 {
		t.Fatal(stderr)
	}
	in, stop, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	fromServer, out := io.Pipe()
	portFile := filepath.Join(t.TempDir(), "port")
	ended := make(chan int, 1)
	go func() {
		ended <- Run([]string{"serve", "--root", root, "--port-file", portFile, "--point", "1.95=2026-04-16"}, Streams{In: in, Out: out, Err: io.Discard})
	}()
	line, err := bufio.NewReader(fromServer).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(line)
	for channel, date := range map[string]string{"stable": "2026-05-28", "1.95": "2026-04-16", "nightly": "2026-05-21"} {
		if text := fetch(t, url+"/dist/channel-rust-"+channel+".toml"); !strings.Contains(text, `date = "`+date+`"`) {
			t.Errorf("%s is not of %s: %.60q", channel, date, text)
		}
	}
	if text := fetch(t, url+"/rustup/release-stable.toml"); !strings.Contains(text, `version = "1.29.0"`) {
		t.Errorf("self-update root says %q", text)
	}
	if err := stop.Close(); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != 0 {
		t.Errorf("exit %d at the end of the standard input", code)
	}
	if data, err := os.ReadFile(portFile); err != nil || string(data) != line {
		t.Errorf("port file says %q (%v), want %q", data, err, line)
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
