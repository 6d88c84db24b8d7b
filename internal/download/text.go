package download

import (
	"context"
	"errors"
	"io"
	"net/http"

	"berth/internal/gzip"
)

// GetText is Get for a text, which is asked for compressed and given as it is meant. What comes may be far larger than
// what was sent: the caller bounds what it reads.
func (c *Client) GetText(ctx context.Context, rawURL string, header http.Header) (*http.Response, error) {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Accept-Encoding", "gzip")
	answer, err := c.Get(ctx, rawURL, header)
	if err != nil || answer.Header.Get("Content-Encoding") != "gzip" {
		return answer, err
	}
	answer.Header.Del("Content-Encoding")
	answer.Header.Del("Content-Length")
	answer.ContentLength, answer.Uncompressed = -1, true
	answer.Body = &unzipped{client: c, sent: answer.Body, url: shownText(rawURL)}
	return answer, nil
}

// unzipped is a compressed body; its head is read with the first bytes that are wanted.
type unzipped struct {
	client *Client
	sent   io.ReadCloser
	zip    *gzip.Reader
	url    string
}

func (u *unzipped) Read(p []byte) (int, error) {
	if u.zip == nil {
		zip, ok := u.client.decoders.Get().(*gzip.Reader)
		if !ok {
			zip = new(gzip.Reader)
		}
		u.zip = zip
		if err := zip.Reset(u.sent); err != nil {
			return 0, u.explain(err)
		}
	}
	n, err := u.zip.Read(p)
	return n, u.explain(err)
}

// explain: that a body is cut short the connection's own error says better, which may also pass.
func (u *unzipped) explain(err error) error {
	if errors.As(err, new(*TransportError)) {
		return err
	}
	if errors.As(err, new(*gzip.CorruptError)) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &AnswerError{URL: u.url, Expected: "a text compressed with gzip", Got: err.Error(), advice: u.client.config.Advice}
	}
	return err
}

func (u *unzipped) Close() error {
	if u.zip != nil {
		u.client.decoders.Put(u.zip)
		u.zip = nil
	}
	return u.sent.Close()
}
