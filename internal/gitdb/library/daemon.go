package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gitdaemon "github.com/go-git/go-git/v5/plumbing/transport/git"
)

// daemons is git://, as the library has it but for the connection, which the library does not let anybody watch.
type daemons struct{ pace *pace }

func (d daemons) NewUploadPackSession(to *transport.Endpoint, auth transport.AuthMethod) (transport.UploadPackSession, error) {
	if auth != nil {
		return nil, transport.ErrInvalidAuthMethod
	}
	port, host := to.Port, to.Host
	if port <= 0 {
		port = gitdaemon.DefaultPort
	}
	address := net.JoinHostPort(to.Host, strconv.Itoa(port))
	if port != gitdaemon.DefaultPort {
		host = address
	}
	c, err := net.DialTimeout("tcp", address, d.pace.window)
	if err != nil {
		return nil, err
	}
	c = d.pace.watch(c)
	request := packp.GitProtoRequest{RequestCommand: transport.UploadPackServiceName, Pathname: to.Path, Host: host}
	if err := request.Encode(c); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &daemonSession{Conn: c}, nil
}

func (daemons) NewReceivePackSession(*transport.Endpoint, transport.AuthMethod) (transport.ReceivePackSession, error) {
	return nil, errors.New("nothing is pushed")
}

// daemonSession is one conversation.
type daemonSession struct {
	net.Conn
	refs  *packp.AdvRefs
	asked bool
}

// end closes the connection when ctx ends, so that nobody goes on reading from it.
func (s *daemonSession) end(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { s.Conn.Close() })
}

func (s *daemonSession) AdvertisedReferences() (*packp.AdvRefs, error) {
	return s.AdvertisedReferencesContext(context.Background())
}

func (s *daemonSession) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	if s.refs != nil {
		return s.refs, nil
	}
	defer s.end(ctx)()
	refs := packp.NewAdvRefs()
	err := refs.Decode(s.Conn)
	var refused *pktline.ErrorLine
	switch {
	case errors.As(err, &refused): // at this moment it can be about the repository only
		return nil, fmt.Errorf("%w: %s", transport.ErrRepositoryNotFound, refused.Text)
	case errors.Is(err, packp.ErrEmptyInput):
		return nil, io.ErrUnexpectedEOF
	case errors.Is(err, packp.ErrEmptyAdvRefs), err == nil && refs.IsEmpty():
		return nil, transport.ErrEmptyRemoteRepository
	case err != nil:
		return nil, err
	}
	transport.FilterUnsupportedCapabilities(refs.Capabilities)
	s.refs = refs
	return refs, nil
}

func (s *daemonSession) UploadPack(ctx context.Context, request *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	if request.IsEmpty() {
		return nil, transport.ErrEmptyUploadPackRequest
	}
	if err := request.Validate(); err != nil {
		return nil, err
	}
	stop := s.end(ctx) // also while the pack is read
	s.asked = true
	err := request.UploadRequest.Encode(s.Conn)
	if err == nil {
		err = request.UploadHaves.Encode(s.Conn, true)
	}
	if err == nil {
		err = pktline.NewEncoder(s.Conn).EncodeString("done\n")
	}
	response := packp.NewUploadPackResponse(request)
	if err == nil {
		err = response.Decode(pack{s.Conn, stop})
	}
	if err != nil {
		stop()
		return nil, err
	}
	return response, nil
}

// Close takes leave of the server if it was asked for nothing.
func (s *daemonSession) Close() error {
	if !s.asked {
		_, _ = s.Conn.Write(pktline.FlushPkt) // it may have hung up before
	}
	if err := s.Conn.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// pack is the rest of a conversation. Who closes the session closes the connection.
type pack struct {
	io.Reader
	stop func() bool
}

func (p pack) Close() error {
	p.stop()
	return nil
}
