package compile

import (
	"fmt"
	"strings"

	"berth/internal/cfgexpr"
	"berth/internal/config"
)

// Tool is a compiler that has flags of its own in the configuration.
type Tool uint8

const (
	Rustc Tool = iota
	Rustdoc
)

// Flags are what the environment or the configuration adds to each call of a tool: the first of CARGO_ENCODED_RUSTFLAGS,
// RUSTFLAGS, target.*.rustflags and build.rustflags that is there. Where --target or build.target name a target, what is
// made for the host gets none: pass host.
func Flags(cfg *config.Config, tool Tool, triple string, set *cfgexpr.Set) ([]string, error) {
	variable := "RUSTFLAGS"
	if tool == Rustdoc {
		variable = "RUSTDOCFLAGS"
	}
	// Set but empty is a wish, too.
	if text, ok := cfg.Getenv("CARGO_ENCODED_" + variable); ok {
		if text == "" {
			return nil, nil
		}
		return strings.Split(text, "\x1f"), nil
	}
	if text, ok := cfg.Getenv(variable); ok {
		var flags []string
		for word := range strings.SplitSeq(text, " ") {
			if word = strings.TrimSpace(word); word != "" {
				flags = append(flags, word)
			}
		}
		return flags, nil
	}
	flags, err := targetFlags(cfg, tool, triple, set)
	if err != nil || len(flags) > 0 {
		return flags, err
	}
	build, err := cfg.Build()
	if tool == Rustdoc {
		return build.Rustdocflags.Val, err
	}
	return build.Rustflags.Val, err
}

func targetFlags(cfg *config.Config, tool Tool, triple string, set *cfgexpr.Set) ([]string, error) {
	target, err := cfg.Target(triple)
	if err != nil {
		return nil, err
	}
	of := func(t *config.Target) config.Value[[]string] { return t.Rustflags }
	if tool == Rustdoc {
		of = func(t *config.Target) config.Value[[]string] { return t.Rustdocflags }
	}
	flags := append([]string(nil), of(&target).Val...)
	matching, err := matching(cfg, set, func(t *config.Target) bool { return of(t).Set })
	for _, t := range matching {
		flags = append(flags, of(&t).Val...)
	}
	return flags, err
}

// matching are the [target.'cfg(…)'] tables that hold for a target; none where the target is not known yet.
func matching(cfg *config.Config, set *cfgexpr.Set, has func(*config.Target) bool) ([]config.Target, error) {
	if set == nil {
		return nil, nil
	}
	tables, err := cfg.TargetCfgs()
	if err != nil {
		return nil, err
	}
	var list []config.Target
	for _, t := range tables {
		if !has(&t) {
			continue
		}
		// Stock takes a table whose condition it cannot read for one that holds for nothing.
		if platform, err := cfgexpr.Parse(t.Key); err == nil && platform.Matches("", set) {
			list = append(list, t)
		}
	}
	return list, nil
}

// ownOrMatching is what the target's own table says for a key, or else the only [target.'cfg(…)'] table that holds and has
// it; two would contradict each other.
func ownOrMatching[T any](cfg *config.Config, set *cfgexpr.Set, key string, own config.Value[T], of func(*config.Target) config.Value[T]) (config.Value[T], error) {
	if own.Set {
		return own, nil
	}
	tables, err := matching(cfg, set, func(t *config.Target) bool { return of(t).Set })
	switch {
	case err != nil || len(tables) == 0:
		return own, err
	case len(tables) == 1:
		return of(&tables[0]), nil
	}
	x, y := &tables[0], &tables[1]
	return own, fmt.Errorf("several matching instances of `target.'cfg(..)'.%s` in configurations\nfirst match `%s` located in %s\nsecond match `%s` located in %s",
		key, x.Key, of(x).Origin, y.Key, of(y).Origin)
}
