package gitdb

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeSSH puts a program called ssh on PATH that says of itself where known hosts are, and on each other call leaves
// its arguments and what it was told of known hosts.
func fakeSSH(t *testing.T, files string) (told string) {
	t.Helper()
	dir := t.TempDir()
	told = filepath.Join(dir, "told")
	script := `#!/bin/sh
if [ "$1" = -G ]; then echo "user x"; echo "userknownhostsfile ` + files + `"; exit 0; fi
for word; do echo "$word"; done >` + told + `
for word; do case $word in UserKnownHostsFile=*) eval "set -- ${word#*=}"; for file; do cat "$file"; done >>` + told + `;; esac; done
exit 1
`
	if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return told
}

// TestKnownHostsReachSSH: those of the configuration beside the user's files, and GitHub's keys where nobody has one.
func TestKnownHostsReachSSH(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "with space")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	empty, own := filepath.Join(dir, "empty"), filepath.Join(dir, "own")
	for file, text := range map[string]string{empty: "", own: "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n"} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, scene := range []struct {
		url, file  string
		ours, keys bool
	}{
		{"ssh://git@example.test/a", empty, true, false},
		{"ssh://git@github.com/a/b", empty, true, true},
		{"git@GitHub.com:a/b", empty, true, true},
		{"ssh://git@github.com/a/b", own, true, false},
		{"ssh://git@github.com:22/a/b", empty, false, true},
		{"ssh://git@example.test:7/a", empty, false, false},
	} {
		told := fakeSSH(t, empty+" "+scene.file)
		o := Options{Environ: slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "GIT_SSH") })}
		if scene.ours {
			o.KnownHosts = []KnownHost{{Line: "example.test ssh-rsa AAAA\nsecond line", Origin: "config"}}
		}
		e, ok := Command(o)
		if !ok {
			t.Fatal("no git command on PATH")
		}
		repository := t.TempDir()
		if err := initGit(repository, true); err != nil {
			t.Fatal(err)
		}
		if err := e.Fetch(t.Context(), repository, scene.url, Wants{Refs: []string{"+HEAD:refs/x"}}); err == nil {
			t.Errorf("%s: no error", scene.url)
		}
		text, err := os.ReadFile(told)
		if err != nil {
			t.Fatal(err)
		}
		has := func(part string) bool { return strings.Contains(string(text), part) }
		if !has("BatchMode=yes") || has("example.test ssh-rsa AAAA second line\n") != scene.ours || has("@revoked github.com") != scene.keys {
			t.Errorf("%s: %s", scene.url, text)
		}
		if _, err := os.Stat(filepath.Join(repository, knownHostsName)); err == nil {
			t.Errorf("%s: %s is left over", scene.url, knownHostsName)
		}
	}
}

func TestTargets(t *testing.T) {
	for address, want := range map[string]string{
		"ssh://git@h.test/a": "h.test", "ssh://h.test:22/a": "h.test", "ssh://git@h.test:2222/a": "[h.test]:2222", "git@h.test:a/b": "h.test", "h.test:a": "h.test", "ssh://[::1]:7/a": "[::1]:7",
	} {
		if got := sshTarget(address).known(); got != want {
			t.Errorf("%s is %s, expected %s", address, got, want)
		}
	}
}
