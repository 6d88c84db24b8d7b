package cargo

import (
	"context"

	"berth/internal/compile"
	"berth/internal/config"
	"berth/internal/ops"
	"berth/internal/unit"
)

// platforms are the target triples that a flag or the configuration names, with what the compiler says of each.
func (s *session) platforms(ctx context.Context, triples []string) ([]ops.Platform, error) {
	var all []ops.Platform
	for _, triple := range triples {
		triple, err := s.triple(ctx, triple)
		if err != nil {
			return nil, err
		}
		p, err := s.platform(ctx, unit.Kind(triple), true)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// platform is what the compiler says of a kind, with the flags that units of it get: they may set what dependencies hang on.
// Named: a flag or the configuration names targets.
func (s *session) platform(ctx context.Context, kind unit.Kind, named bool) (p ops.Platform, err error) {
	cfg, err := s.configuration()
	if err != nil {
		return p, err
	}
	compiler, err := s.compiler(ctx)
	if err != nil {
		return p, err
	}
	set := &compile.Settings{Rustc: compiler.Program, Version: compiler}
	if err := s.wrappers(cfg, set); err != nil {
		return p, err
	}
	learner, err := s.learner(cfg, set, named)
	if err != nil {
		return p, err
	}
	t, warning, err := learner.Target(ctx, kind)
	if err != nil {
		return p, err
	}
	if warning != "" {
		s.UI.Warnf("%s", warning)
	}
	return ops.Platform{Triple: t.Name, Cfg: t.Cfg}, nil
}

// wrappers finds the programs that compilers are called through.
func (s *session) wrappers(cfg *config.Config, set *compile.Settings) (err error) {
	if set.Wrapper, err = wrapperPath(cfg, "rustc-wrapper"); err != nil {
		return err
	}
	set.WorkspaceWrapper, err = wrapperPath(cfg, "rustc-workspace-wrapper")
	return err
}

// learner asks the compiler of the settings about targets.
func (s *session) learner(cfg *config.Config, set *compile.Settings, named bool) (*compile.Learner, error) {
	l := &compile.Learner{Asker: s.asker, Config: cfg, Rustc: set.Rustc, Host: set.Version.Host, Named: named}
	for _, wrapper := range []string{set.Wrapper, set.WorkspaceWrapper} {
		if wrapper != "" {
			l.Wrappers = append(l.Wrappers, wrapper)
		}
	}
	variables, err := cfg.Env()
	for _, v := range variables {
		if !v.Overruled {
			l.Env = append(l.Env, v.Name+"="+v.Value)
		}
	}
	return l, err
}
