package redact

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"no address, a@b", "no address, a@b"},
		{"get https://user:password@host/path", "get https://host/path"},
		{"get 'https://user:password@host/path'", "get 'https://host/path'"},
		{"https://ghp_token@github.com/x.git", "https://github.com/x.git"},
		{"http://a:b@h:8080, https://c:d@h2", "http://h:8080, https://h2"},
		{"socks5h://u:p@ss@proxy:1080", "socks5h://proxy:1080"},
		{"https://u:pa/ss@host/x", "https://host/x"},
		{"https://u:pa?s#s@host/x", "https://host/x"},
		{"https://u:/pass@host/x", "https://host/x"},
		{"https://u:p'w@host", "https://host"},
		{"https://u:p%40w@[::1]:80/x", "https://[::1]:80/x"},
		{"registry+https://u:p@h/index", "registry+https://h/index"},
		{"ssh://git@github.com/a/b", "ssh://git@github.com/a/b"},
		{"git+ssh://git:pw@github.com/a/b", "git+ssh://github.com/a/b"},
		{"https://host/@scope/pkg@1.0", "https://host/@scope/pkg@1.0"},
		{"https://host:8080/@scope/pkg", "https://host:8080/@scope/pkg"},
		{"https://[::1]:8080/a@b", "https://[::1]:8080/a@b"},
		{"https://127.0.0.1:8080/a@b", "https://127.0.0.1:8080/a@b"},
		{"https://host:8080/index#name@1.0.0", "https://host:8080/index#name@1.0.0"},
		{"https://u:12/ss@host/x", "https://host/x"},
		{"https://u:12/s/s@host:80/@scope/pkg", "https://host:80/@scope/pkg"},
		{`https://u:12\ss@host/x`, "https://host/x"},
		{"https://u:123456/@host/x", "https://host/x"},
		{"https://u:8080/@host.example/x", "https://host.example/x"},
		{"https://u:8080/@localhost/x", "https://localhost/x"},
		{"https://u:8080/@host:443/@scope/x", "https://host:443/@scope/x"},
		{"https://u:8080/@[::1]/x", "https://[::1]/x"},
		{"https://u:80/@/@127.0.0.1/x", "https://127.0.0.1/x"},
		{"see https://host:8080/@scope.", "see https://host:8080/@scope."},
		{"see https://host:8080/@scope/pkg.tar.gz, or", "see https://host:8080/@scope/pkg.tar.gz, or"},
		{"https://u:8080/@scope/@host.example/x", "https://host.example/x"},
		{"git+ssh://git:12/ss@host/a", "git+ssh://host/a"},
		{"could not reach http://host:8080: refused by a@b", "could not reach http://host:8080: refused by a@b"},
		{"could not reach http://host: refused by a@b", "could not reach http://host: refused by a@b"},
		{"http://h/x?a=1&token=s3cret&b=2", "http://h/x?a=1&token=***&b=2"},
		{"http://h/x?X-Amz-Signature=abc%2F+=#top", "http://h/x?X-Amz-Signature=***#top"},
		{"http://h/x?sig=a,b) next", "http://h/x?sig=*** next"},
		{"/x?Access_Token='", "/x?Access_Token='"},
		{"'/x?key=1'", "'/x?key=***'"},
		{"http://h/x?tokens=3&monkey=4", "http://h/x?tokens=3&monkey=4"},
		{"a=b&c", "a=b&c"},
	}
	for _, test := range tests {
		try(t, Text, test.in, test.want)
	}
}

func try(t *testing.T, redact func(string) string, text, want string) {
	t.Helper()
	got := redact(text)
	if got != want {
		t.Errorf("%s\nbecame\n%s\nwant\n%s", text, got, want)
	}
	if again := redact(got); again != got {
		t.Errorf("%s becomes %s when redacted again", got, again)
	}
}

func TestStrict(t *testing.T) {
	for text, want := range map[string]string{
		`parse "http://u:p@h/%zz?q=t": bad`: `parse "http://h/%zz": bad`,
		"a http://u@h/x#f, b":               "a http://h/x, b",
		"a 'http://u@h/x?f': b":             "a 'http://h/x': b",
		"a 'http://u@h/x?a='s3cr' b":        "a 'http://h/x' b",
		"://":                               "://",
		"https://me:pw@host/a/b?token=x#y":  "https://host/a/b",
		"ssh://git@host/a":                  "ssh://git@host/a",
		"ssh://git:pw@host/a":               "ssh://host/a",
		"git@host:a/b":                      "git@host:a/b",
		"file:///a/b@c":                     "file:///a/b@c",
		"https://me:p@w@host/a@b":           "https://host/a@b",
		"no address?x@y":                    "no address?x@y",
		"http://h:1/p https://u:p/w@h2":     "http://h:1/p https://h2",
		"https://u:12/ss@host/a?b":          "https://host/a",
	} {
		try(t, Strict, text, want)
	}
}

// FuzzRedact puts a secret into URLs inside any text.
func FuzzRedact(f *testing.F) {
	seeds := [][2]string{{"get ", "/path"}, {"'", "'"}, {"http://x:", "/@y"}, {"https://a@b/", "?q=1"}, {"ssh://", ":80/a@b"}, {"://@", "@://"}}
	for _, seed := range seeds {
		f.Add(seed[0], seed[1])
	}
	const secret = "S3cr3tT0k3n"
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, secret) {
			return // it has the secret outside of the address
		}
		for _, url := range []string{
			"https://user:" + secret + "@host", "https://" + secret + "@host", "ssh://git:" + secret + "@host",
			"https://u:a/" + secret + "@host", "https://u:12/" + secret + "@host", "https://" + secret + ":80/@host.example", "https://host/x?token=" + secret, "https://host/x?a=b&sig=" + secret + "&c=d",
		} {
			for _, redact := range []func(string) string{Text, Strict} {
				got := redact(before + url + after)
				if strings.Contains(got, secret) {
					t.Errorf("%q became %q", before+url+after, got)
				}
				if again := redact(got); again != got {
					t.Errorf("%q becomes %q when redacted again", got, again)
				}
			}
		}
	})
}
