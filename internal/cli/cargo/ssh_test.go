package cargo_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/gitkit"
)

// sshWorld is a private repository behind the machine's sshd, with a submodule there, and a project that depends on it.
func sshWorld(t *testing.T) (*twins, *gitkit.SSH) {
	t.Helper()
	w := newTwins(t)
	root := realDir(t)
	sub := gitkit.NewRepo(t, filepath.Join(root, "sub"))
	sub.Commit(map[string]string{"sub.txt": "sub\n"})
	dep := gitkit.NewRepo(t, filepath.Join(root, "dep"))
	dep.Commit(gitkit.Package("", "dep", "0.1.0"))
	dep.Submodule("../sub", "vendor/sub")
	dep.Tag("v1", "one")
	server := gitkit.RunSSHD(t, root)
	address, err := server.Real("dep")
	if err != nil {
		t.Fatal(err)
	}
	w.project(fmt.Sprintf("dep = { git = %q, tag = \"v1\" }\n", address))
	return w, server
}

func (w *twins) knownHosts(lines ...string) {
	w.Helper()
	text := "[net]\nretry = 0\n[net.ssh]\nknown-hosts = [\n"
	for _, line := range lines {
		text += fmt.Sprintf("%q,\n", line)
	}
	w.write(".cargo/config.toml", text+"]\n")
}

// TestGitOverSSHBesideStock: a key from the agent, and a host that the configuration knows.
func TestGitOverSSHBesideStock(t *testing.T) {
	t.Parallel()
	w, server := sshWorld(t)
	w.knownHosts("other.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl", server.KnownHost())
	agent := "SSH_AUTH_SOCK=" + server.AgentSock
	for _, line := range []string{"fetch", "metadata --format-version 1 --locked", "update", "fetch --offline", "tree"} {
		w.same(line, agent)
	}
	for _, home := range []string{w.ours, w.stocks} {
		found, err := filepath.Glob(filepath.Join(home, "git", "checkouts", "dep-*", "*", "vendor", "sub", "sub.txt"))
		if err != nil || len(found) != 1 {
			t.Errorf("the submodule: %q %v", found, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(w.ours, "git", "db", "*", "berth*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}

	// Without the git command, by berth-git.
	bare := realDir(t)
	if _, err := gitkit.BuildHelper(bare); err != nil {
		t.Fatal(err)
	}
	if r := w.berth([]string{agent, "CARGO_HOME=" + realDir(t), "PATH=" + bare}, "fetch"); r.Code != 0 {
		t.Errorf("without git: %s", r.Stderr)
	}

	// As the user runs ssh, whatever the configuration knows.
	w.knownHosts()
	if r := w.berth(append(server.Env(), "CARGO_HOME="+realDir(t), "CARGO_NET_GIT_FETCH_WITH_CLI=true"), "fetch"); r.Code != 0 {
		t.Errorf("by the user's own ssh command: %s", r.Stderr)
	}
}

// TestGitOverSSHRefuses: a host that is not known, one with another key, and a key that the host does not take.
func TestGitOverSSHRefuses(t *testing.T) {
	t.Parallel()
	w, server := sshWorld(t)
	other := gitkit.RunSSH(t, t.TempDir())
	host, _, _ := strings.Cut(server.KnownHost(), " ")
	_, key, _ := strings.Cut(other.KnownHost(), " ")
	agent := "SSH_AUTH_SOCK=" + server.AgentSock
	for _, scene := range []struct {
		lines []string
		agent string
		want  []string
	}{
		{nil, agent, []string{host, "is not known", "net.ssh.known-hosts"}},
		{[]string{host + " " + key}, agent, []string{host + " has another key SHA256:", "net.ssh.known-hosts in", filepath.Join(".cargo", "config.toml")}},
		{[]string{server.KnownHost(), "@revoked " + server.KnownHost()}, agent, []string{host, "revoked"}},
		{[]string{server.KnownHost()}, "SSH_AUTH_SOCK=" + other.AgentSock, []string{"Permission denied", "git ls-remote"}},
	} {
		w.knownHosts(scene.lines...)
		theirs, ours := w.stock([]string{scene.agent, "CARGO_HOME=" + w.stocks}, "fetch"), w.berth([]string{scene.agent, "CARGO_HOME=" + w.ours}, "fetch")
		if theirs.Code != 101 || ours.Code != 101 {
			t.Errorf("%q: stock exits with %d, berth with %d\n%s%s", scene.lines, theirs.Code, ours.Code, theirs.Stderr, ours.Stderr)
		}
		for _, want := range scene.want {
			if !strings.Contains(ours.Stderr, want) || strings.Contains(ours.Stderr, "@@@") {
				t.Errorf("%q: expected %q in\n%s", scene.lines, want, ours.Stderr)
			}
		}
	}
}
