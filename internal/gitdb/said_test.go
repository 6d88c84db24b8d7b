package gitdb

import (
	"strings"
	"testing"
)

func TestOverSSH(t *testing.T) {
	for url, want := range map[string]bool{
		"ssh://h/p": true, "git+ssh://h/p": true, "git@h:p": true, "hh:p/q": true, "https://h/p": false, "file:///p": false,
		"/a:b": false, "./a:b": false, `C:\x`: false, "git://h/p": false,
	} {
		if overSSH(url) != want {
			t.Errorf("%s: %v, expected %v", url, !want, want)
		}
	}
}

func TestSpeechTellsProgressFromTheRest(t *testing.T) {
	var progress []string
	s := &speech{progress: func(line string) { progress = append(progress, line) }}
	for _, part := range []string{"remote: Counting obj", "ects:  10% (1/10)\rremote: Counting objects: 100% (10/10), done.\n", "hint: advice\nfatal: it ", "broke\n"} {
		s.Write([]byte(part))
	}
	if got := s.text(); got != "it broke" {
		t.Errorf("said %q", got)
	}
	if len(progress) != 2 || progress[0] != "Counting objects:  10% (1/10)" {
		t.Errorf("progress %q", progress)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("fatal: unable to access 'https://u:hunter2@h/p': x", "https://u:hunter2@h/p")
	f.Add("x://a:hunter2@b http://hunter2", "http://hunter2:hunter2@h")
	f.Fuzz(func(t *testing.T, text, address string) {
		if got := withoutSecrets(text+" https://someone:Hunter2XYZ@host/path", address); strings.Contains(got, "Hunter2XYZ@") {
			t.Errorf("%q shows a password", got)
		}
	})
}

func FuzzModules(f *testing.F) {
	f.Add([]byte("[submodule \"a\"]\n\tpath = a/b\n\turl = ../x\n\tupdate = none\n"))
	f.Add([]byte("[submodule \"../x\"]\n\tpath = ../../etc\n\turl = --upload-pack=x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		modules, err := ParseModules(data)
		if err != nil {
			return
		}
		for _, m := range modules {
			if strings.HasPrefix(m.Path, "/") || strings.Contains("/"+m.Path+"/", "/../") || strings.Contains("/"+strings.ToLower(m.Path)+"/", "/.git/") || strings.HasPrefix(m.URL, "-") {
				t.Errorf("%+v", m)
			}
		}
	})
}

func FuzzRefs(f *testing.F) {
	f.Add("0123456789012345678901234567890123456789 refs/heads/a\n^0123\n# x\n")
	f.Fuzz(func(t *testing.T, text string) {
		first := refs{}
		for line := range strings.SplitSeq(text, "\n") {
			first.addLine(line)
		}
		second := refs{}
		for line := range strings.SplitSeq(string(first.pack()), "\n") {
			second.addLine(line)
		}
		if len(first) != len(second) {
			t.Errorf("%q comes back as %q", first, second)
		}
	})
}
