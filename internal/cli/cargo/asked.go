package cargo

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"

	"berth/internal/crate"
	"berth/internal/ops"
	"berth/internal/ops/search"
	crates "berth/internal/source/registry"
)

// askedRegistry is the registry that --registry, --index or the configuration names, and
// the one that really answers for it. A replacement counts only where no flag says which
// registry is meant, and then it is an error: what is shown would be another one's.
func (s *session) askedRegistry(run *ops.Run, r registry) (id, real crate.SourceID, err error) {
	if r.index != "" {
		id, err = crate.RegistrySource(r.index, "")
		return id, id, err
	}
	name, err := s.registryName(r.name)
	if err != nil {
		return id, real, err
	}
	id = crate.PublicSource()
	if name != "" {
		if id, err = run.Registry(name); err != nil {
			return id, real, err
		}
	}
	if real, err = run.Real(id); err != nil {
		return id, real, err
	}
	own := real.IsPublic() || real.Same(id)
	if r.name == "" && !own {
		return id, real, &replacedError{real}
	}
	if !own {
		real = id
		if id.IsPublic() {
			real = crate.PublicSparseSource()
		}
	}
	return id, real, nil
}

// replacedError asks which of two registries is meant.
type replacedError struct{ by crate.SourceID }

func (e *replacedError) Error() string {
	return fmt.Sprintf("%s is replaced with %s", crate.PublicKey, e.by)
}

func (e *replacedError) Hint() string {
	if key := e.by.RegistryKey(); key != "" {
		return fmt.Sprintf("say which is meant: `--registry %s` or `--registry %s`", key, crate.PublicKey)
	}
	return fmt.Sprintf("to ask the public registry all the same, write `--registry %s`", crate.PublicKey)
}

// webAPI is the address of a registry's web API.
func (s *session) webAPI(ctx context.Context, id, real crate.SourceID) (search.Registry, error) {
	var asked interface {
		API(ctx context.Context) (string, http.Header, error)
	}
	env := s.registries
	switch real.Kind() {
	case crate.SparseRegistry:
		env.Voice = voice{mute: new(atomic.Bool)} // the index is not updated, though its config.json is asked for
		sparse, err := crates.NewSparse(env, real, id)
		if err != nil {
			return search.Registry{}, err
		}
		asked = sparse
	case crate.Registry:
		asked = crates.NewGit(env, real, id)
	default:
		return search.Registry{}, errHandOver
	}
	base, header, err := asked.API(ctx)
	return search.Registry{Client: s.registries.Client, Base: base, Header: header}, err
}
