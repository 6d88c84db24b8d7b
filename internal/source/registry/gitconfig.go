package registry

import (
	"context"
	"fmt"
	"net/http"

	"berth/internal/crate"
	"berth/internal/source/index"
)

// config is the config.json of the commit that is here; where that has none the newest is asked for.
func (r *Git) config(ctx context.Context) (index.Config, error) {
	text, err := r.configText(ctx)
	if err == nil && text == nil && r.env.Offline == "" {
		if err = r.update(ctx); err == nil {
			text, err = r.configText(ctx)
		}
	}
	switch {
	case err != nil:
		return index.Config{}, err
	case text == nil && r.env.Offline != "":
		return index.Config{}, &OfflineError{Flag: r.env.Offline}
	case text == nil:
		return index.Config{}, fmt.Errorf("the git repository %s has no config.json, so it is no registry; check its URL in .cargo/config.toml", r.real)
	}
	return index.ParseConfig("config.json of "+r.real.String(), text)
}

// configText is nil where there is no config.json, or no index at all.
func (r *Git) configText(ctx context.Context) ([]byte, error) {
	r.reading.Lock()
	defer r.reading.Unlock()
	if err := r.openTree(ctx); err != nil {
		return nil, r.describe(err)
	}
	if r.tree == nil {
		return nil, nil
	}
	blob, err := r.tree.Blob("config.json")
	if err == nil && blob == "" {
		return nil, nil
	}
	var text []byte
	if err == nil {
		text, err = r.tree.Read(blob)
	}
	if err != nil {
		return nil, r.describe(err)
	}
	return text, nil
}

// Locate is where config.json says that archives are. Tokens go to the server of the archives alone: the index is got
// with git's credentials.
func (r *Git) Locate(ctx context.Context, s *crate.Summary) (Location, error) {
	config, err := r.config(ctx)
	if err != nil {
		return Location{}, err
	}
	return r.location(ctx, config, s)
}

// API is the address of the registry's web API, and the head that its requests need.
func (r *Git) API(ctx context.Context) (base string, header http.Header, err error) {
	c, err := r.config(ctx)
	if err != nil {
		return "", nil, err
	}
	token := ""
	if c.AuthRequired {
		if token, err = r.token(ctx, nil); err != nil {
			return "", nil, err
		}
	}
	return r.api(c, token)
}
