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
	answer.Body = &unzipped{sent: answer.Body, url: shownText(rawURL), advice: c.config.Advice}
	return answer, nil
}

// unzipped is a compressed body; its head is read with the first bytes that are wanted.
type unzipped struct {
	sent   io.ReadCloser
	zip    *gzip.Reader
	url    string
	advice Advice
}

func (u *unzipped) Read(p []byte) (int, error) {
	if u.zip == nil {
		zip, err := gzip.NewReader(u.sent)
		if err != nil {
			return 0, u.explain(err)
		}
		u.zip = zip
	}
	n, err := u.zip.Read(p)
	return n, u.explain(err)
}

// explain: that a body is cut short the connection's own error says better.
func (u *unzipped) explain(err error) error {
	if errors.As(err, new(*gzip.CorruptError)) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &AnswerError{URL: u.url, Expected: "a text compressed with gzip", Got: err.Error(), advice: u.advice}
	}
	return err
}

func (u *unzipped) Close() error { return u.sent.Close() }
