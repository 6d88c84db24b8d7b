package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"berth/internal/download"
)

// answer is what the server said.
type answer struct {
	url    string
	status int // 200, 304 or 404
	header http.Header
	body   []byte
}

// version is how the cache file names this answer, so that it can be asked whether it is still the newest.
func (a *answer) version() string {
	for _, key := range []string{"etag", "last-modified"} {
		if value := a.header.Get(key); value != "" {
			return key + ": " + value
		}
	}
	return ""
}

// get asks for a file of the index until there is an answer.
func (r *Sparse) get(ctx context.Context, file string, header http.Header) (*answer, error) {
	if err := r.env.Client.Open(); err != nil {
		return nil, err
	}
	r.updating.Do(func() { r.env.Voice.Status("Updating", r.real.IndexName()) })
	var got *answer
	var refused http.Header
	err := r.env.Client.Retry(ctx, func() (err error) {
		for {
			got, err = r.getOnce(ctx, file, header)
			if err != nil || got.status != http.StatusUnauthorized {
				return err
			}
			if err := r.authorize(ctx, refused, got); err != nil {
				return err
			}
			refused = got.header
		}
	})
	if err != nil && ctx.Err() == nil && !r.isSaidApart(err) {
		err = &askError{file, err}
	}
	return got, err
}

// isSaidApart tells whether an error is told without the file that was asked for.
func (r *Sparse) isSaidApart(err error) bool {
	return r.env.Release.AnswersApart() && (errors.As(err, new(*download.StatusError)) || errors.As(err, new(*download.NotFoundError)))
}

// askError says which file of the index an error is about.
type askError struct {
	file string
	err  error
}

func (e *askError) Headline() string { return "download of " + e.file + " failed" }
func (e *askError) Error() string    { return e.Headline() + ": " + e.err.Error() }
func (e *askError) Unwrap() error    { return e.err }

// authorize decides what follows an answer that wants a token, or another one.
func (r *Sparse) authorize(ctx context.Context, refused http.Header, got *answer) error {
	if refused == nil {
		return r.obtainToken(ctx, got.header)
	}
	key := ""
	if r.real.Same(r.as) { // else it is the name of a [source]
		key = r.real.RegistryKey()
	}
	return fmt.Errorf("%s does not accept the token for %s; run `%s` or check where the token comes from", r.real, got.url, login(key))
}

// obtainToken has a token sent from now on; refused is the head of the answer that wanted one, nil at first.
func (r *Sparse) obtainToken(ctx context.Context, refused http.Header) error {
	token, err := r.token(ctx, refused)
	if err == nil {
		r.authorization.Store(&token)
	}
	return err
}

// maxIndexFile is ten times the longest index file of the public registry.
const maxIndexFile = 64 << 20

func (r *Sparse) getOnce(ctx context.Context, file string, header http.Header) (*answer, error) {
	url := r.base + file
	h := http.Header{"Cargo-Protocol": {"version=1"}, "Accept": {"text/plain"}}
	for key, values := range header {
		h[key] = values
	}
	if token := r.authorization.Load(); token != nil {
		h.Set("Authorization", *token)
	}
	reply, err := r.env.Client.GetText(ctx, url, h)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	got := &answer{url: url, status: reply.StatusCode, header: reply.Header}
	switch reply.StatusCode {
	case http.StatusOK:
		got.body, err = r.readBody(reply, maxIndexFile)
		return got, err
	case http.StatusNotModified, http.StatusUnauthorized:
		return got, nil
	case http.StatusNotFound, http.StatusGone, http.StatusUnavailableForLegalReasons:
		got.status = http.StatusNotFound
		return got, nil
	}
	return nil, r.env.Client.Unexpected(reply, url)
}

func (r *Sparse) readBody(reply *http.Response, limit int64) ([]byte, error) {
	buf, ok := r.bodies.Get().(*bytes.Buffer)
	if !ok {
		buf = new(bytes.Buffer)
	}
	defer r.bodies.Put(buf)
	buf.Reset()
	if _, err := buf.ReadFrom(io.LimitReader(reply.Body, limit+1)); err != nil {
		return nil, err
	}
	if int64(buf.Len()) > limit {
		return nil, &download.TooLargeError{URL: reply.Request.URL.Redacted(), Limit: limit}
	}
	return bytes.Clone(buf.Bytes()), nil
}
