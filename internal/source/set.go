package source

import (
	"context"
	"fmt"
	"sync"

	"berth/internal/crate"
	"berth/internal/resolve"
)

// Registry is one source of packages with versions, as a Set needs it.
type Registry interface {
	Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error)
	// Fetch has all of the packages unpacked, side by side.
	Fetch(ctx context.Context, wanted []*crate.Summary) error
	// Directory has the package unpacked and is where.
	Directory(ctx context.Context, s *crate.Summary) (string, error)
}

// Set is all registries of a run, each opened when it is first asked. It may be used by many goroutines.
type Set struct {
	sources *Map
	open    func(real, as crate.SourceID) (Registry, error)

	mu     sync.Mutex
	opened map[crate.SourceKey]*opened
}

type opened struct {
	once     sync.Once
	real     crate.SourceID
	registry Registry
	err      error
}

// NewSet makes a Set. What open opens is the source real, and speaks in the name of another that it stands in for.
func NewSet(sources *Map, open func(real, as crate.SourceID) (Registry, error)) *Set {
	return &Set{sources: sources, open: open, opened: map[crate.SourceKey]*opened{}}
}

func (s *Set) registry(id crate.SourceID) (Registry, error) {
	s.mu.Lock()
	o := s.opened[id.Key()]
	if o == nil {
		o = &opened{}
		s.opened[id.Key()] = o
	}
	s.mu.Unlock()
	o.once.Do(func() {
		if o.real, o.err = s.sources.Real(id); o.err == nil {
			o.registry, o.err = s.open(o.real, id)
		}
	})
	return o.registry, o.err
}

// replacedError says that another source than the one that was asked for has failed.
type replacedError struct {
	asked crate.SourceID
	err   error
}

func (e *replacedError) Headline() string {
	return "failed to query replaced source " + e.asked.String()
}
func (e *replacedError) Error() string { return e.Headline() + ": " + e.err.Error() }
func (e *replacedError) Unwrap() error { return e.err }

// Query asks the registry that the query names; see resolve.Registry.
func (s *Set) Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error) {
	r, err := s.registry(q.Source)
	if err != nil {
		return nil, err
	}
	found, err := r.Query(ctx, q)
	if err != nil && !s.isReal(q.Source) {
		err = &replacedError{q.Source, err}
	}
	return found, err
}

// isReal tells whether a source that was opened answers for itself.
func (s *Set) isReal(id crate.SourceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	real := s.opened[id.Key()].real
	return real.Same(id) || real.IsPublic() && id.IsPublic()
}

// Rejected and Similar are what a registry has to say of a search that failed.
func (s *Set) Rejected(ctx context.Context, q resolve.Query) ([]resolve.Rejected, error) {
	r, err := s.registry(q.Source)
	if e, ok := r.(resolve.Explainer); ok {
		return e.Rejected(ctx, q)
	}
	return nil, err
}

// Similar are names of packages that are much like the one that was asked for.
func (s *Set) Similar(ctx context.Context, q resolve.Query) ([]string, error) {
	r, err := s.registry(q.Source)
	if e, ok := r.(resolve.Explainer); ok {
		return e.Similar(ctx, q)
	}
	return nil, err
}

// Fetch has packages of all registries unpacked, those of all of them side by side.
func (s *Set) Fetch(ctx context.Context, wanted []*crate.Summary) error {
	byRegistry := map[Registry][]*crate.Summary{}
	for _, p := range wanted {
		r, err := s.registry(p.ID.Source)
		if err != nil {
			return err
		}
		byRegistry[r] = append(byRegistry[r], p)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	for r, wanted := range byRegistry {
		running.Go(func() {
			if err := r.Fetch(ctx, wanted); err != nil {
				cancel(err)
			}
		})
	}
	running.Wait()
	return context.Cause(ctx)
}

// Directory has one package unpacked and is where.
func (s *Set) Directory(ctx context.Context, p *crate.Summary) (string, error) {
	r, err := s.registry(p.ID.Source)
	if err != nil {
		return "", err
	}
	return r.Directory(ctx, p)
}

// unpacker is a Registry whose packages are archives.
type unpacker interface {
	Unpack(ctx context.Context, s *crate.Summary, dir string, keep func(rel string) bool) error
}

// Unpack unpacks a package anew, as <dir>/<name>-<version>, without what keep does not want. Of a directory of vendored
// packages there is nothing to unpack.
func (s *Set) Unpack(ctx context.Context, p *crate.Summary, dir string, keep func(rel string) bool) error {
	r, err := s.registry(p.ID.Source)
	if err != nil {
		return err
	}
	u, ok := r.(unpacker)
	if !ok {
		return fmt.Errorf("`%s` comes from %s, which has no archives", p.ID, p.ID.Source)
	}
	return u.Unpack(ctx, p, dir, keep)
}

// editable is a Registry whose packages lie where anybody may edit them.
type editable interface {
	Verify(id crate.PackageID) error
	Content(id crate.PackageID) (string, error)
}

// Verify compares a vendored package with its checksums. Of any other there is nothing to compare.
func (s *Set) Verify(id crate.PackageID) error {
	r, err := s.editable(id)
	if r == nil {
		return err
	}
	return r.Verify(id)
}

// Content tells what is in a vendored package; it is empty of any other, of which its checksum tells.
func (s *Set) Content(id crate.PackageID) (string, error) {
	r, err := s.editable(id)
	if r == nil {
		return "", err
	}
	return r.Content(id)
}

// editable is nil for packages that nobody may edit.
func (s *Set) editable(id crate.PackageID) (editable, error) {
	if real, err := s.sources.Real(id.Source); err != nil || real.Kind() != crate.Directory {
		return nil, err
	}
	r, err := s.registry(id.Source)
	e, _ := r.(editable)
	return e, err
}
