//go:build unix

package rustup_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDocOpensABrowser has a browser that tells its address through a FIFO, since
// nobody waits for browsers.
func TestDocOpensABrowser(t *testing.T) {
	t.Parallel()
	p := withDocs(t)
	for _, c := range []struct{ name, browser, want string }{
		{"by name", "@/bin/browser", "file://@/rustup/toolchains/docs/share/doc/rust/html/std/fs/index.html"},
		{"with a place for the address", "@/bin/browser,--url=%s,-x", "--url=file://@/rustup/toolchains/docs/share/doc/rust/html/std/fs/index.html -x"},
		{"the first that is there", "/nonexistent:@/bin/browser", "file://@/rustup/toolchains/docs/share/doc/rust/html/std/fs/index.html"},
		{"the system's", "", "file://@/rustup/toolchains/docs/share/doc/rust/html/std/fs/index.html"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := p.berth
			own := filepath.Dir(s.home.Rustup)
			fifo := filepath.Join(t.TempDir(), "fifo")
			if err := syscall.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			s.write("bin/browser", "#!/bin/sh\necho \"$*\" >"+fifo+"\n")
			s.write("bin/xdg-open", "#!/bin/sh\necho \"$*\" >"+fifo+"\n")
			told := make(chan string, 1)
			go func() {
				data, _ := os.ReadFile(fifo)
				told <- string(data)
			}()
			browser := strings.ReplaceAll(c.browser, ",", " ")
			r := s.run([]string{"BROWSER=" + browser, "PATH=" + filepath.Join(own, "bin") + ":/usr/bin:/bin"}, "+docs", "doc", "std::fs")
			if r.Code != 0 {
				t.Fatal(r.Stderr)
			}
			if got, want := <-told, strings.ReplaceAll(c.want, "@", own)+"\n"; got != want {
				t.Errorf("the browser got %q, want %q", got, want)
			}
		})
	}
}
