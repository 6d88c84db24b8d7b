package gitdb

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// KnownHost is a line of ssh's known_hosts, and where it was written.
type KnownHost struct {
	Line   string
	Origin string `json:",omitempty"`
}

// gitHubKeys are those that GitHub publishes (api.github.com/meta), and stock brings along as well: a machine that has
// never met GitHub, as CI's, can fetch from it. They count only where the user's files have none for it.
func gitHubKeys() []KnownHost {
	const origin = "the keys that berth brings along"
	return []KnownHost{
		{"github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl", origin},
		{"github.com ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=", origin},
		{"github.com ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCj7ndNxQowgcQnjshcLrqPEiiphnt+VTTvDP6mHBL9j1aNUkY4Ue1gvwnGLVlOhGeYrnZaMgRK6+PKCUXaDbC7qtbW8gIkhL7aGCsOr/C56SJMy/BCZfxd1nWzAOxSDPgVsmerOBYfNqltV9/hWCqBywINIR+5dIg6JTJ72pcEpEjcYgXkE2YEFXV1JHnsKgbLWNlhScqb2UmyRkQyytRLtL+38TGxkxCflmO+5Z8CSSNY7GidjMIZ7Q4zMjA2n1nGrlTDkzwDCsw+wqFPGQA179cnfGWOWRVruj16z6XyvxvjJwbz0wQZ75XK5tKSb7FNyeIEs4TT4jk+S4dhPeAUC5y+bDYirYgM4GC7uEnztnZyaVWQ7B381AK4Qdrwt51ZqExKbQpTUNn+EjqoTwvqNj4kqx5QUCI0ThS/YkOxJCXmPUWZbhjpCg56i+2aB6CmK2JGhn57K5mj0MNdBXA4/WnwH6XoPWJzK5Nyu2zB3nAZp+S5hpQs+p1vN1/wsjk=", origin},
		{"@revoked github.com ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEAq2A7hRGmdnm9tUDbO9IDSwBK6TbQa+PXYPCPy6rbTrTtw7PHkccKrpp0yVhp5HdEIcKr6pLlVDBfOLX9QUsyCOV0wzfjIJNlGEYsdlLJizHhbn2mUjvSAHQqZETYP81eFzLQNnPHt4EVVUh7VfDESU84KezmD5QlWpXLmvU31/yMf+Se8xhHTvKSCZIFImWwoG6mbUoWf9nzpIoaSjB+weqqUUmpaaasXVal72J+UX2B+2RPW3RcT0eOzQgqlJL3RKrTJvdsjE3JEAvGq3lGHSZXy28G3skua2SmVi/w4yCE6gbODqnTWlg7+wC604ydGXA8VJiS5ap43JXiUFFAaQ==", origin},
	}
}

// sshRun is how ssh is run for one fetch.
type sshRun struct {
	host    string   // as known_hosts has it: name, or [name]:port
	environ []string // for git
	hosts   []KnownHost
	file    string // with hosts, a line each; "" where there is none
}

// ssh keeps ssh from asking at a terminal, and gives it the known hosts beside the user's own files, unless the user
// chose how it is run. Every other setting of the user's ssh is left as it is: so its own word is taken for which files
// those are.
func (g *command) ssh(ctx context.Context, dir, address string) (sshRun, error) {
	target := sshTarget(address)
	run := sshRun{host: target.known()}
	if g.choosesSSH(ctx, dir) {
		return run, nil
	}
	ssh := "ssh"
	if !g.options.Interactive {
		ssh += " -o BatchMode=yes"
	}
	run.hosts = slices.Clone(g.options.KnownHosts)
	files := g.knownHostsFiles(ctx, dir, target)
	if strings.EqualFold(target.host, "github.com") && !g.anyKnows(ctx, dir, append(files, "/etc/ssh/ssh_known_hosts"), target.known()) {
		run.hosts = append(run.hosts, gitHubKeys()...)
	}
	if len(run.hosts) > 0 {
		run.file = filepath.Join(dir, knownHostsName)
		if err := writeKnownHosts(run.file, run.hosts); err != nil {
			return run, err
		}
		ssh += " -o " + quoteForShell("UserKnownHostsFile="+quoteFiles(append(files, run.file)))
	}
	run.environ = []string{"GIT_SSH_COMMAND=" + ssh}
	return run, nil
}

// quoteFiles is a list of files as ssh's options have it. The first is where ssh adds hosts.
func quoteFiles(files []string) string {
	var list []string
	for _, file := range files {
		list = append(list, `"`+strings.ReplaceAll(file, "%", "%%")+`"`)
	}
	return strings.Join(list, " ")
}

const knownHostsName = "berth-known-hosts"

func writeKnownHosts(file string, hosts []KnownHost) error {
	var text bytes.Buffer
	for _, h := range hosts {
		text.WriteString(strings.Map(func(r rune) rune {
			if r == '\n' || r == '\r' {
				return ' '
			}
			return r
		}, h.Line) + "\n")
	}
	return os.WriteFile(file, text.Bytes(), 0o600)
}

// done removes what was written for the fetch.
func (r sshRun) done() {
	if r.file != "" {
		os.Remove(r.file)
	}
}

// choosesSSH tells whether the user says how ssh is run.
func (g *command) choosesSSH(ctx context.Context, dir string) bool {
	if slices.ContainsFunc(g.options.Environ, func(entry string) bool {
		return strings.HasPrefix(entry, "GIT_SSH_COMMAND=") || strings.HasPrefix(entry, "GIT_SSH=")
	}) {
		return true
	}
	_, err := g.run(ctx, call{dir: dir, args: []string{"config", "--get", "core.sshCommand"}})
	return err == nil
}

// knownHostsFiles are the user's: what ssh's configuration says for this host.
func (g *command) knownHostsFiles(ctx context.Context, dir string, t target) []string {
	args := []string{"-G"}
	if t.port != "" {
		args = append(args, "-p", t.port)
	}
	if t.user != "" {
		args = append(args, "-l", t.user)
	}
	out, _ := g.aside(ctx, dir, "ssh", append(args, "--", t.host)...)
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		if files, ok := strings.CutPrefix(lines.Text(), "userknownhostsfile "); ok {
			return splitFiles(files)
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	return []string{filepath.Join(home, ".ssh", "known_hosts"), filepath.Join(home, ".ssh", "known_hosts2")}
}

// splitFiles splits a list of absolute paths as ssh prints it, without quotes: a new one begins where a word does as
// paths do.
func splitFiles(list string) []string {
	var files []string
	for word := range strings.SplitSeq(list, " ") {
		if len(files) > 0 && !filepath.IsAbs(word) && !strings.HasPrefix(word, "~") && word != "none" {
			files[len(files)-1] += " " + word
			continue
		}
		files = append(files, word)
	}
	return slices.DeleteFunc(files, func(file string) bool { return file == "none" })
}

// anyKnows tells whether one of the files has a line for a host, hashed ones included.
func (g *command) anyKnows(ctx context.Context, dir string, files []string, host string) bool {
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			continue
		}
		if _, err := g.aside(ctx, dir, "ssh-keygen", "-F", host, "-f", file); err == nil {
			return true
		}
	}
	return false
}

// aside runs a program of ssh's.
func (g *command) aside(ctx context.Context, dir, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, g.environment(call{dir: dir})
	return cmd.Output()
}

func quoteForShell(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// target is whom ssh is to reach.
type target struct{ user, host, port string }

// known is how known_hosts calls it.
func (t target) known() string {
	if t.port == "" || t.port == "22" {
		return t.host
	}
	return "[" + t.host + "]:" + t.port
}

// sshTarget reads ssh://user@host:port/path and user@host:path.
func sshTarget(address string) target {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return target{u.User.Username(), u.Hostname(), u.Port()}
	}
	at, _, _ := strings.Cut(address, ":")
	user, host, ok := strings.Cut(at, "@")
	if !ok {
		user, host = "", at
	}
	return target{user, host, ""}
}

// overSSH tells whether git reaches url by ssh; what is not a URL but has a colon before any slash is host:path.
func overSSH(url string) bool {
	if scheme, _, ok := strings.Cut(url, "://"); ok {
		return scheme == "ssh" || scheme == "git+ssh" || scheme == "ssh+git"
	}
	colon := strings.IndexByte(url, ':')
	return colon > 1 && !strings.Contains(url[:colon], "/")
}

// explain says in a sentence what ssh says on a screen of warnings; "" where that is about something else.
func (r sshRun) explain(said string) string {
	if !strings.Contains(said, "Host key verification failed") && !strings.Contains(said, "REVOKED HOST KEY") {
		return ""
	}
	got := ""
	if at := strings.Index(said, "SHA256:"); at >= 0 {
		got = " " + strings.TrimRight(strings.FieldsFunc(said[at:], func(c rune) bool { return c == ';' || c == ' ' })[0], ".")
	}
	switch {
	case strings.Contains(said, "REVOKED HOST KEY"):
		return fmt.Sprintf("the key of %s is revoked on this machine, so it may be somebody else's; ask who runs it for the right one", r.host)
	case strings.Contains(said, "HOST IDENTIFICATION HAS CHANGED"):
		return fmt.Sprintf("%s has another key%s than the one in %s: it was changed, or somebody else answers; if who runs it says that it was changed, replace it there",
			r.host, got, r.offending(said))
	}
	return fmt.Sprintf("the key of %s is not known, so it could be anybody; connect once with `%s` and compare it, or put its line into net.ssh.known-hosts of .cargo/config.toml",
		r.host, r.connect())
}

// offending is the file and line that ssh names; a line of ours is where the user wrote it.
func (r sshRun) offending(said string) string {
	_, at, ok := strings.Cut(said, "Offending ")
	if ok {
		_, at, ok = strings.Cut(at, " key in ")
	}
	if !ok {
		return "known_hosts"
	}
	at, _, _ = strings.Cut(at, ";")
	at = strings.TrimSpace(at)
	colon := strings.LastIndexByte(at, ':')
	if colon < 0 || at[:colon] != r.file {
		return at
	}
	if n, err := strconv.Atoi(at[colon+1:]); err == nil && n >= 1 && n <= len(r.hosts) {
		return r.hosts[n-1].Origin
	}
	return at
}

func (r sshRun) connect() string {
	if host, port, err := net.SplitHostPort(r.host); err == nil {
		return "ssh -p " + port + " " + host
	}
	return "ssh " + r.host
}
