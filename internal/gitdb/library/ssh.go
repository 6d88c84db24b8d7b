package library

import (
	"context"
	"io"
	"net"
	"net/url"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"
	"golang.org/x/net/proxy"
)

// shells is ssh, as the library has it, over connections that are watched while something is waited for: ssh itself
// reads on all the time.
type shells struct {
	transport.Transport
	pace *pace
	// dialed gets the connection of the session that begins. The library dials by itself, through what it takes for a proxy.
	dialed chan *background
}

// paced is the scheme of that proxy.
const paced = "berth-paced"

func newShells(p *pace) *shells {
	s := &shells{gitssh.NewClient(nil), p, make(chan *background, 1)}
	proxy.RegisterDialerType(paced, func(*url.URL, proxy.Dialer) (proxy.Dialer, error) { return s, nil })
	return s
}

func (s *shells) Dial(network, address string) (net.Conn, error) {
	return s.DialContext(context.Background(), network, address)
}

// DialContext goes through the environment's proxy, as the library does by itself.
func (s *shells) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.pace.window)
	defer cancel()
	c, err := proxy.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	b := s.pace.watchAside(c)
	b.wait() // for the server to introduce itself
	s.dialed <- b
	return b, nil
}

func (s *shells) NewUploadPackSession(to *transport.Endpoint, auth transport.AuthMethod) (transport.UploadPackSession, error) {
	if auth == nil {
		agent, err := gitssh.NewSSHAgentAuth(to.User)
		if err != nil {
			return nil, err
		}
		auth = agent
		signers := agent.Callback
		agent.Callback = func() ([]ssh.Signer, error) { return s.unhurried(signers) }
	}
	watched := *to
	watched.Proxy = transport.ProxyOptions{URL: paced + ":"}
	session, err := s.Transport.NewUploadPackSession(&watched, auth)
	select {
	case c := <-s.dialed:
		c.pause()
		if err == nil {
			return &shell{session, c}, nil
		}
	default:
	}
	return session, err
}

// shell is one session.
type shell struct {
	transport.UploadPackSession
	conn *background
}

func (s *shell) AdvertisedReferences() (*packp.AdvRefs, error) {
	return s.AdvertisedReferencesContext(context.Background())
}

func (s *shell) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	s.conn.wait()
	defer s.conn.pause()
	return s.UploadPackSession.AdvertisedReferencesContext(ctx)
}

func (s *shell) UploadPack(ctx context.Context, request *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	s.conn.wait()
	defer s.conn.pause()
	response, err := s.UploadPackSession.UploadPack(ctx, request)
	if err != nil {
		return nil, err
	}
	timed := packp.NewUploadPackResponseWithPackfile(request, timedPack{response, s.conn})
	timed.ShallowUpdate, timed.ServerResponse = response.ShallowUpdate, response.ServerResponse
	return timed, nil
}

// timedPack is waited for while somebody reads.
type timedPack struct {
	io.ReadCloser
	conn *background
}

func (p timedPack) Read(b []byte) (int, error) {
	p.conn.wait()
	defer p.conn.pause()
	return p.ReadCloser.Read(b)
}

// unhurried are signers that may ask their user: the server is not slow while it waits for our signature.
func (s *shells) unhurried(signers func() ([]ssh.Signer, error)) ([]ssh.Signer, error) {
	c := <-s.dialed
	s.dialed <- c
	c.pause()
	defer c.wait()
	all, err := signers()
	for i, signer := range all {
		if able, ok := signer.(ssh.AlgorithmSigner); ok {
			all[i] = unhurriedSigner{able, c}
		}
	}
	return all, err
}

type unhurriedSigner struct {
	ssh.AlgorithmSigner
	conn *background
}

func (u unhurriedSigner) Sign(random io.Reader, data []byte) (*ssh.Signature, error) {
	u.conn.pause()
	defer u.conn.wait()
	return u.AlgorithmSigner.Sign(random, data)
}

func (u unhurriedSigner) SignWithAlgorithm(random io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	u.conn.pause()
	defer u.conn.wait()
	return u.AlgorithmSigner.SignWithAlgorithm(random, data, algorithm)
}
