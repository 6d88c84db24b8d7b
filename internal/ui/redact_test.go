package ui

import (
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
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
		got := Redact(test.in)
		if got != test.want {
			t.Errorf("%s\nbecame\n%s\nwant\n%s", test.in, got, test.want)
		}
		if again := Redact(got); again != got {
			t.Errorf("%s becomes %s when redacted again", got, again)
		}
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
			"https://u:a/" + secret + "@host", "https://host/x?token=" + secret, "https://host/x?a=b&sig=" + secret + "&c=d",
		} {
			got := Redact(before + url + after)
			if strings.Contains(got, secret) {
				t.Errorf("%q became %q", before+url+after, got)
			}
			if again := Redact(got); again != got {
				t.Errorf("%q becomes %q when redacted again", got, again)
			}
		}
	})
}

// FuzzClean: no control character gets through, nothing else is changed.
func FuzzClean(f *testing.F) {
	for _, seed := range []string{"plain", "\x1b[31mred\x1b[0m", "\x1b[", "\x1b[1;", "\r\n\r", "\xff\x9b\u009b", "\x1b\x1b[m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := clean(text)
		if strings.ContainsFunc(got, isControl) {
			t.Errorf("%q became %q", text, got)
		}
		if !strings.ContainsFunc(text, isControl) && got != text {
			t.Errorf("%q was changed to %q", text, got)
		}
		if painted := (pen{on: true}).filter(text); clean(painted) != got {
			t.Errorf("%q: with colours %q, without %q", text, painted, got)
		}
	})
}
