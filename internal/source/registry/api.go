package registry

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"berth/internal/source/index"
)

// API is the address of the registry's web API, without a slash at its end, and the head that its requests need. Of
// what it answers nothing is cached.
func (r *Sparse) API(ctx context.Context) (base string, header http.Header, err error) {
	c, err := r.loadConfig(ctx, true)
	if err != nil {
		return "", nil, err
	}
	token := ""
	if t := r.authorization.Load(); c.AuthRequired && t != nil {
		token = *t
	}
	return r.api(c, token)
}

func (r *shelf) api(c index.Config, token string) (base string, header http.Header, err error) {
	if c.API == "" {
		return "", nil, fmt.Errorf("%s has no web API: its config.json has no \"api\"", r.real)
	}
	header = http.Header{"Accept": {"application/json"}}
	if token != "" {
		header.Set("Authorization", token)
	}
	return strings.TrimRight(c.API, "/"), header, nil
}
