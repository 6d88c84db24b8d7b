package cargo

import (
	"context"

	"berth/internal/ops"
	"berth/internal/workspace"
)

// platforms are the target triples that a flag names, with what the compiler says of each.
func (s *session) platforms(ctx context.Context, triples []string) ([]ops.Platform, error) {
	var all []ops.Platform
	for _, triple := range triples {
		if triple == hostTuple {
			compiler, err := s.compiler(ctx)
			if err != nil {
				return nil, err
			}
			triple = compiler.Host
		}
		cfg, err := s.cfg(ctx, triple, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, ops.Platform{Triple: triple, Cfg: cfg})
	}
	return all, nil
}

// hostTuple stands for the triple of the machine.
const hostTuple = "host-tuple"

// directories are where results and intermediate results go.
func (s *session) directories(ws *workspace.Workspace) (target, build string, err error) {
	cfg, err := s.configuration()
	if err != nil {
		return "", "", err
	}
	configured, _, err := cfg.TargetDir()
	if err != nil {
		return "", "", err
	}
	target = ws.TargetDir(configured)
	build, set, err := cfg.BuildDir(ws.BuildDirPlaceholders())
	if !set {
		build = target
	}
	return target, build, err
}
