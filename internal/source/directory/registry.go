package directory

import (
	"context"

	"berth/internal/crate"
	"berth/internal/nearest"
	"berth/internal/resolve"
)

// Query is resolve.Registry for the packages that are there.
func (s *Source) Query(_ context.Context, q resolve.Query) ([]*crate.Summary, error) {
	all, err := s.Versions(q.Name)
	var found []*crate.Summary
	for _, v := range all {
		if q.Matches(v.ID.Version) {
			found = append(found, v)
		}
	}
	return found, err
}

// Rejected: nothing that is there is kept back.
func (s *Source) Rejected(context.Context, resolve.Query) ([]resolve.Rejected, error) {
	return nil, nil
}

// Similar are the names that the one asked for could have been meant for.
func (s *Source) Similar(_ context.Context, q resolve.Query) ([]string, error) {
	names, err := s.Names()
	if word := nearest.Of(q.Name, names...); word != "" {
		return []string{word}, err
	}
	return nil, err
}

// Fetch finds the packages where they are.
func (s *Source) Fetch(_ context.Context, wanted []*crate.Summary) error {
	for _, w := range wanted {
		if _, err := s.Dir(w.ID); err != nil {
			return err
		}
	}
	return nil
}

// Directory is where the package lies.
func (s *Source) Directory(_ context.Context, w *crate.Summary) (string, error) { return s.Dir(w.ID) }
