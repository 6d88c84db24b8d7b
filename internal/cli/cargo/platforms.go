package cargo

import (
	"context"

	"berth/internal/ops"
)

// platforms are the target triples that a flag names, with what the compiler says of each.
func (s *session) platforms(ctx context.Context, triples []string) ([]ops.Platform, error) {
	var all []ops.Platform
	for _, triple := range triples {
		triple, err := s.triple(ctx, triple)
		if err != nil {
			return nil, err
		}
		cfg, err := s.cfg(ctx, triple, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, ops.Platform{Triple: triple, Cfg: cfg})
	}
	return all, nil
}
