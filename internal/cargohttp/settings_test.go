package cargohttp

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/internal/config"
	"berth/internal/download"
)

func settings(t *testing.T, env []string, text string) (download.Config, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".cargo"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".cargo", "config.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Options{Dir: dir, Home: filepath.Join(dir, "home"), Env: env, Files: config.Disk{}})
	if err != nil {
		t.Fatal(err)
	}
	d := settingsOf(c, Options{UserAgent: "default"})
	return d, d.Opening(&d)
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		text string
		env  []string
		fits func(download.Config) bool
	}{
		{"", nil, func(d download.Config) bool {
			return d.Timeout == 30*time.Second && d.Network.Connecting == 30*time.Second && d.LowSpeed == 10 && d.Retries == 3 && d.UserAgent == "default" && !d.Network.HTTP1 && d.Network.MinTLS == 0
		}},
		{"http.timeout=5", []string{"HTTP_TIMEOUT=7"}, func(d download.Config) bool {
			return d.Timeout == 5*time.Second && d.Network.Connecting == 5*time.Second
		}},
		{"", []string{"HTTP_TIMEOUT=7"}, func(d download.Config) bool { return d.Timeout == 7*time.Second }},
		{"", []string{"HTTP_TIMEOUT=x"}, func(d download.Config) bool { return d.Timeout == 30*time.Second }},
		{"", []string{"CARGO_HTTP_TIMEOUT=8"}, func(d download.Config) bool { return d.Timeout == 8*time.Second }},
		{"http.timeout=0", nil, func(d download.Config) bool { return d.Timeout == forever }},
		{"http.timeout=9223372036854775807", nil, func(d download.Config) bool { return d.Timeout == forever }},
		{"http.low-speed-limit=5", nil, func(d download.Config) bool { return d.LowSpeed == 5 }},
		{"http.multiplexing=false", nil, func(d download.Config) bool { return d.Network.HTTP1 }},
		{"http.user-agent=''", nil, func(d download.Config) bool { return d.UserAgent == "" }},
		{"http.ssl-version='default'", nil, func(d download.Config) bool { return d.Network.MinTLS == 0 && d.Network.MaxTLS == 0 }},
		{"http.ssl-version='tlsv1.3'", nil, func(d download.Config) bool { return d.Network.MinTLS == tls.VersionTLS13 && d.Network.MaxTLS == 0 }},
		{"http.ssl-version={min='tlsv1.1',max='tlsv1.2'}", nil, func(d download.Config) bool {
			return d.Network.MinTLS == tls.VersionTLS11 && d.Network.MaxTLS == tls.VersionTLS12
		}},
		{"http.ssl-version.max='tlsv1'", nil, func(d download.Config) bool { return d.Network.MinTLS == 0 && d.Network.MaxTLS == tls.VersionTLS10 }},
	} {
		d, err := settings(t, c.env, c.text)
		if err != nil || !c.fits(d) {
			t.Errorf("%s %q: %+v %v", c.text, c.env, d, err)
		}
	}
	for text, want := range map[string]string{
		"http.ssl-version='sslv3'":        "http.ssl-version (",
		"http.ssl-version.max='tlsv1.4'":  `found "tlsv1.4"`,
		"http.timeout='x'":                "http.timeout",
		"net.retry=-1":                    "net.retry",
		"http=1":                          "expected a table",
		"http.ssl-version={min=1,max='x'": "http.ssl-version",
	} {
		if strings.HasSuffix(text, "'x'") && strings.Contains(text, "{") {
			text += "}"
		}
		if _, err := settings(t, nil, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestBackoff(t *testing.T) {
	for failures, bounds := range [][2]time.Duration{{500, 1500}, {3500, 3500}, {6500, 6500}, {9500, 9500}, {10000, 10000}, {10000, 10000}} {
		if d := backoff(failures); d < bounds[0]*time.Millisecond || d > bounds[1]*time.Millisecond {
			t.Errorf("after %d failures %v", failures, d)
		}
	}
	if d := backoff(1 << 40); d != longestWait {
		t.Error(d)
	}
}
