package gitkit

import (
	"context"
	"net"
	"os/exec"
)

// Daemon serves the repositories below a folder over git's own protocol, by `git daemon` on a socket of ours.
type Daemon struct{ *listener }

// RunDaemon serves root on a free loopback port until the test ends.
func RunDaemon(t TB, root string) Daemon {
	t.Helper()
	l, err := listen(func(ctx context.Context, conn net.Conn) { daemon(ctx, conn, root) })
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return Daemon{l}
}

func daemon(ctx context.Context, conn net.Conn, root string) {
	socket, err := conn.(*net.TCPConn).File()
	if err != nil {
		return
	}
	defer socket.Close()
	cmd := exec.CommandContext(ctx, "git", "daemon", "--inetd", "--export-all", "--base-path="+root, root)
	cmd.Stdin, cmd.Stdout, cmd.Env = socket, socket, environ()
	_ = cmd.Run() // the client sees the end of the connection
}

// Repo is the URL of a repository, by its path below the root.
func (d Daemon) Repo(path string) string { return "git://" + d.socket.Addr().String() + "/" + path }
