package gitkit

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// SSH serves the repositories below a folder over SSH, for reading and to the holder of one key. The protocol is spoken here, so no sshd is needed; clients
// have the key as a file and from an agent.
type SSH struct {
	*listener
	KeyFile    string // the client's private key, in OpenSSH's format
	KnownHosts string // a known_hosts file with the server's key
	AgentSock  string // the socket of an agent that has the client's key

	root   string
	sshd   string // the configuration of a real sshd; empty for ours
	host   ssh.Signer
	config *ssh.ServerConfig
}

// RunSSH serves root on a free loopback port until the test ends.
func RunSSH(t TB, root string) *SSH {
	t.Helper()
	return run(t, &SSH{root: root})
}

func run(t TB, s *SSH) *SSH {
	t.Helper()
	if err := s.start(t.TempDir()); err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	agent, err := s.startAgent()
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = agent.Close() })
	return s
}

// Repo is the URL of a repository, by its path below the root.
func (s *SSH) Repo(path string) string { return "ssh://git@" + s.socket.Addr().String() + "/" + path }

// KnownHost is the server's line of a known_hosts file.
func (s *SSH) KnownHost() string {
	host, port, _ := net.SplitHostPort(s.socket.Addr().String())
	return fmt.Sprintf("[%s]:%s %s", host, port, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(s.host.PublicKey()))))
}

// Env lets the git command, and a Cargo that speaks SSH itself, reach the server with the key.
func (s *SSH) Env() []string {
	return []string{
		"GIT_SSH_COMMAND=ssh -F none -i '" + s.KeyFile + "' -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile='" + s.KnownHosts + "'",
		"SSH_AUTH_SOCK=" + s.AgentSock,
	}
}

func (s *SSH) start(dir string) error {
	host, hostSecret, err := newKey()
	if err != nil {
		return err
	}
	client, secret, err := newKey()
	if err != nil {
		return err
	}
	s.host = host
	s.KeyFile, s.KnownHosts = filepath.Join(dir, "id_ed25519"), filepath.Join(dir, "known_hosts")
	block, err := ssh.MarshalPrivateKey(secret, "testkit")
	if err != nil {
		return err
	}
	s.config = &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(client.PublicKey().Marshal()) {
			return nil, errors.New("this is not the client's key")
		}
		return nil, nil
	}}
	s.config.AddHostKey(host)
	serve := s.serve
	if s.sshd != "" {
		serve = s.runDaemon
		if err := s.configure(dir, hostSecret, client.PublicKey()); err != nil {
			return err
		}
	}
	if s.listener, err = listen(serve); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(s.KeyFile, pem.EncodeToMemory(block), 0o600), os.WriteFile(s.KnownHosts, []byte(s.KnownHost()+"\n"), 0o644))
}

func newKey() (ssh.Signer, ed25519.PrivateKey, error) {
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	signer, err := ssh.NewSignerFromKey(secret)
	return signer, secret, err
}

// startAgent lets an agent hold the client's key. Its socket lies beside the key in a folder with a short name, for sockets' paths are limited.
func (s *SSH) startAgent() (io.Closer, error) {
	text, err := os.ReadFile(s.KeyFile)
	if err != nil {
		return nil, err
	}
	secret, err := ssh.ParseRawPrivateKey(text)
	if err != nil {
		return nil, err
	}
	keys := agent.NewKeyring()
	if err := keys.Add(agent.AddedKey{PrivateKey: secret}); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "agent")
	if err != nil {
		return nil, err
	}
	s.AgentSock = filepath.Join(dir, "sock")
	socket, err := net.Listen("unix", s.AgentSock)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &agentServer{accept(socket, func(_ context.Context, conn net.Conn) { _ = agent.ServeAgent(keys, conn) }), dir}, nil
}

type agentServer struct {
	*listener
	dir string
}

func (a *agentServer) Close() error { return errors.Join(a.listener.Close(), os.RemoveAll(a.dir)) }

func (s *SSH) serve(ctx context.Context, conn net.Conn) {
	_, channels, requests, err := ssh.NewServerConn(conn, s.config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() != "session" {
			_ = offered.Reject(ssh.UnknownChannelType, "sessions only")
			continue
		}
		if channel, requests, err := offered.Accept(); err == nil {
			s.wg.Go(func() { s.session(ctx, channel, requests) })
		}
	}
}

// session runs the one command of a session.
func (s *SSH) session(ctx context.Context, channel ssh.Channel, requests <-chan *ssh.Request) {
	defer channel.Close()
	var env []string
	for request := range requests {
		switch request.Type {
		case "env":
			var set struct{ Name, Value string }
			if ssh.Unmarshal(request.Payload, &set) == nil && set.Name == "GIT_PROTOCOL" {
				env = append(env, set.Name+"="+set.Value)
			}
			_ = request.Reply(true, nil)
		case "exec":
			var wanted struct{ Command string }
			err := ssh.Unmarshal(request.Payload, &wanted)
			_ = request.Reply(err == nil, nil)
			code := s.uploadPack(ctx, channel, wanted.Command, env)
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{code}))
			return
		default:
			_ = request.Reply(false, nil)
		}
	}
}

// uploadPack is the only command there is: git-upload-pack '/path'.
func (s *SSH) uploadPack(ctx context.Context, channel ssh.Channel, wanted string, env []string) uint32 {
	path, ok := strings.CutPrefix(wanted, "git-upload-pack ")
	path = filepath.Join(s.root, filepath.FromSlash(strings.Trim(path, "'/")))
	if !ok {
		fmt.Fprintf(channel.Stderr(), "%s: not served here\n", wanted)
		return 127
	}
	cmd := exec.CommandContext(ctx, "git", "upload-pack", path)
	cmd.Stdout, cmd.Stderr, cmd.Env = channel, channel.Stderr(), environ(env...)
	// By a pipe of our own, as Run would wait for the client to end its side.
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return 1
	}
	s.wg.Go(func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	})
	if cmd.Run() != nil {
		return 1
	}
	return 0
}
