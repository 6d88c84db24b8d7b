package download

import (
	"net/url"
	"strings"
	"testing"
)

func TestNoProxy(t *testing.T) {
	tests := []struct {
		list, url string
		direct    bool
	}{
		{"", "http://example.com/", false},
		{"*", "http://example.com/", true},
		{" * ", "http://127.0.0.1/", true},
		{"localhost,*", "http://example.com/", true},
		{"*.example.com", "http://www.example.com/", false}, // the only wildcard is * alone
		{"example.com", "http://example.com/", true},
		{"example.com", "https://EXAMPLE.com:8443/", true},
		{"EXAMPLE.com", "https://www.example.com/", true},
		{".example.com", "http://example.com/", true},
		{".example.com", "http://www.example.com/", true},
		{"example.com", "http://nonexample.com/", false},
		{".example.com", "http://nonexample.com/", false},
		{"www.example.com", "http://example.com/", false},
		{"example.com.", "http://example.com/", true},
		{"example.com", "http://example.com./", true},
		{"a.b, example.com ,c", "http://example.com/", true},
		{"a.b example.com c", "http://example.com/", true},
		{"a.b,,example.com", "http://example.com/", true},
		{".", "http://example.com/", false},
		{",", "http://example.com/", false},
		{"com", "http://example.com/", true},
		{"example.com:8080", "http://example.com:8080/", true},
		{"example.com:8080", "http://example.com/", false},
		{"example.com:443", "https://example.com/", true},
		{"example.com:80", "https://example.com/", false},
		{"localhost", "http://127.0.0.1/", false},
		{"127.0.0.1", "http://127.0.0.1:4000/", true},
		{"127.0.0.1:4000", "http://127.0.0.1:4000/", true},
		{"127.0.0.1:4001", "http://127.0.0.1:4000/", false},
		{"27.0.0.1", "http://127.0.0.1/", false},
		{"0.0.1", "http://127.0.0.1/", false},
		{"192.168.0.0/16", "http://192.168.3.4/", true},
		{"192.168.1.5/16", "http://192.168.3.4/", true},
		{"192.168.0.0/16", "http://192.169.3.4/", false},
		{"192.168.0.0/16", "http://192.168.0.0.example.com/", false},
		{"192.168.0.0/99", "http://192.168.0.0/", false},
		{"0.0.0.0/0", "http://8.8.8.8/", true},
		{"::1", "http://[::1]:80/", true},
		{"[::1]", "http://[::1]/", true},
		{"[::1]:80", "http://[::1]/", true},
		{"[::1]:81", "http://[::1]/", false},
		{"fe80::/10", "http://[fe80::1%25eth0]/", true},
		{"fe80::/10", "http://[fd00::1]/", false},
	}
	for _, test := range tests {
		u, err := url.Parse(test.url)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"no_proxy", "NO_PROXY"} {
			via, err := proxiesOf(environ("all_proxy", "http://proxy.test:1", name, test.list)).of(u)
			if err != nil || (via == nil) != test.direct {
				t.Errorf("%s=%q %s: via %v, expected direct %v (%v)", name, test.list, test.url, via, test.direct, err)
			}
		}
	}
}

func TestProxyVariables(t *testing.T) {
	const plain, secure = "http://dist.test/", "https://dist.test/"
	tests := []struct {
		env  []string
		url  string
		want string
	}{
		{nil, plain, ""},
		{[]string{"http_proxy", "http://p:8"}, plain, "http://p:8"},
		{[]string{"http_proxy", "http://p:8"}, secure, ""},
		{[]string{"HTTP_PROXY", "http://p:8"}, plain, ""}, // a request's header in a CGI server
		{[]string{"https_proxy", "http://p:8"}, secure, "http://p:8"},
		{[]string{"HTTPS_PROXY", "http://p:8"}, secure, "http://p:8"},
		{[]string{"HTTPS_PROXY", "http://p:8"}, plain, ""},
		{[]string{"https_proxy", "http://low:8", "HTTPS_PROXY", "http://UP:8"}, secure, "http://low:8"},
		{[]string{"https_proxy", "", "HTTPS_PROXY", "http://up:8"}, secure, "http://up:8"},
		{[]string{"all_proxy", "socks5h://p:8"}, plain, "socks5h://p:8"},
		{[]string{"ALL_PROXY", "socks5://p:8"}, secure, "socks5://p:8"},
		{[]string{"ALL_PROXY", "http://all:8", "https_proxy", "http://own:8"}, secure, "http://own:8"},
		{[]string{"http_proxy", "p:3128"}, plain, "http://p:3128"},
		{[]string{"http_proxy", "p"}, plain, "http://p:1080"},
		{[]string{"http_proxy", "https://p"}, plain, "https://p:443"},
		{[]string{"http_proxy", "SOCKS5H://p"}, plain, "socks5h://p:1080"},
		{[]string{"http_proxy", "http://u:p%40ss@p:8/path?x#y"}, plain, "http://u:p%40ss@p:8"},
		{[]string{"http_proxy", "http://[::1]:8"}, plain, "http://[::1]:8"},
		{[]string{"http_proxy", "http://[::1]"}, plain, "http://[::1]:1080"},
		{[]string{"http_proxy", "socks4://p:8"}, plain, "error"},
		{[]string{"http_proxy", "socks4a://p:8"}, plain, "error"},
		{[]string{"http_proxy", "socks://p:8"}, plain, "error"},
		{[]string{"http_proxy", "ftp://p:8"}, plain, "error"},
		{[]string{"http_proxy", "http://user:secret@"}, plain, "error"},
		{[]string{"http_proxy", "http://user:secret%zz@p"}, plain, "error"},
		{[]string{"http_proxy", "http://user:secret@p:port"}, plain, "error"},
	}
	for _, test := range tests {
		u, _ := url.Parse(test.url)
		via, err := proxiesOf(environ(test.env...)).of(u)
		got := ""
		switch {
		case err != nil:
			got = "error"
			if strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "http_proxy") {
				t.Error(err)
			}
		case via != nil:
			got = via.String()
		}
		if got != test.want {
			t.Errorf("%q for %s: %s, expected %s", test.env, test.url, got, test.want)
		}
	}
}
