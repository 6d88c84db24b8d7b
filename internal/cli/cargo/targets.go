package cargo

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/config"
	"berth/internal/workspace"
)

// outputDirs are the target directory, which a flag may name, and the one of what lies
// in between.
func (s *session) outputDirs(ws *workspace.Workspace, flag string) (target, build string, err error) {
	cfg, err := s.configuration()
	if err != nil {
		return "", "", err
	}
	configured := ""
	if flag != "" {
		configured, err = s.at(flag)
	} else {
		configured, _, err = cfg.TargetDir()
	}
	if err != nil {
		return "", "", err
	}
	target = filepath.Clean(ws.TargetDir(configured))
	build, set, err := cfg.BuildDir(ws.BuildDirPlaceholders())
	if !set {
		build = target
	}
	return target, filepath.Clean(build), err
}

// targets are the triples of --target, without those of the configuration.
func (s *session) targets(ctx context.Context, flag optional) ([]string, error) {
	names, err := namesOf(flag)
	if err != nil {
		return nil, err
	}
	var triples []string
	for _, name := range names {
		name, err := s.triple(ctx, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(triples, name) {
			triples = append(triples, name)
		}
	}
	return triples, nil
}

// namesOf are the targets as they were given.
func namesOf(flag optional) ([]string, error) {
	if flag.listed() {
		return nil, &choiceError{"\"--target\" takes a target architecture as an argument.\n\n`rustup target list` and `rustc --print target-list` show which there are."}
	}
	return flag.values, nil
}

// wanted are the triples of a flag, else those of the configuration.
func wanted(cfg *config.Config, names []string) ([]string, error) {
	if len(names) == 0 {
		b, err := cfg.Build()
		if err != nil {
			return nil, err
		}
		names = b.Target.Val
	}
	var triples []string
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			return nil, errEmptyTarget
		}
		triples = append(triples, name)
	}
	return triples, nil
}

// targetDirs are the names of the targets' directories.
func (s *session) targetDirs(ctx context.Context, flag optional) ([]string, error) {
	triples, err := s.targets(ctx, flag)
	for i, name := range triples {
		if file, ok := strings.CutSuffix(filepath.Base(name), ".json"); ok {
			triples[i] = file
		}
	}
	return triples, err
}

// checkCompilers is the error of who asks compilers about targets, which stock does for more than builds. What [target] says of
// this machine can only be read by who knows its triple.
func (s *session) checkCompilers(ctx context.Context) error {
	cfg := s.config
	if err := cfg.CheckCompilers(); err != nil {
		return err
	}
	if table, err := cfg.Lookup(config.ParseKey("target")); err != nil || table == nil {
		return err
	}
	compiler, err := s.compiler(ctx)
	if err != nil {
		return err
	}
	_, err = cfg.Target(compiler.Host)
	return err
}

// hostTuple stands for the triple of the machine.
const hostTuple = "host-tuple"

// triple puts the machine's triple for the word that stands for it.
func (s *session) triple(ctx context.Context, name string) (string, error) {
	if name != hostTuple {
		return name, nil
	}
	compiler, err := s.compiler(ctx)
	if err != nil {
		return "", err
	}
	return compiler.Host, nil
}
