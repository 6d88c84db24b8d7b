package gitkit

import (
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

// RunSSHD is RunSSH by the machine's sshd, one process a connection; repositories are called by their paths on the disk, and
// the user is the one who runs the test.
func RunSSHD(t TB, root string) *SSH {
	t.Helper()
	return run(t, &SSH{root: root, sshd: filepath.Join(t.TempDir(), "sshd_config")})
}

// Real is the URL of a repository below the root, as a real sshd is asked for it.
func (s *SSH) Real(path string) (string, error) {
	me, err := user.Current()
	if err != nil {
		return "", err
	}
	return "ssh://" + me.Username + "@" + s.socket.Addr().String() + filepath.ToSlash(filepath.Join(s.root, path)), nil
}

// program is sshd, which lies where only administrators look.
func program() (string, error) {
	for _, name := range []string{"sshd", "/usr/sbin/sshd", "/usr/local/sbin/sshd"} {
		if found, err := exec.LookPath(name); err == nil {
			return filepath.Abs(found) // it insists
		}
	}
	return "", errors.New("no sshd was found; .ci/install-tools installs it")
}

// configure writes what sshd reads. One that root starts wants its empty directory as well, which the system's own start makes.
func (s *SSH) configure(dir string, host ed25519.PrivateKey, client ssh.PublicKey) error {
	if _, err := program(); err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(host, "testkit")
	if err != nil {
		return err
	}
	key, clients := filepath.Join(dir, "host_key"), filepath.Join(dir, "authorized_keys")
	text := fmt.Sprintf("HostKey %q\nAuthorizedKeysFile %q\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\nLogLevel QUIET\nPermitRootLogin prohibit-password\n", key, clients)
	err = errors.Join(os.WriteFile(key, pem.EncodeToMemory(block), 0o600), os.WriteFile(clients, ssh.MarshalAuthorizedKey(client), 0o644), os.WriteFile(s.sshd, []byte(text), 0o644))
	if os.Getuid() == 0 {
		err = errors.Join(err, os.MkdirAll("/run/sshd", 0o755))
	}
	return err
}

func (s *SSH) runDaemon(ctx context.Context, conn net.Conn) {
	sshd, err := program()
	if err != nil {
		return
	}
	file, err := conn.(*net.TCPConn).File()
	if err != nil {
		return
	}
	defer file.Close()
	cmd := exec.CommandContext(ctx, sshd, "-i", "-f", s.sshd)
	cmd.Stdin, cmd.Stdout, cmd.Env = file, file, []string{"PATH=" + os.Getenv("PATH")}
	_ = cmd.Run() // the client has been told
}
