package rustc

import (
	"context"
	"fmt"

	"berth/internal/cfgexpr"
)

// Cfg is what a compiler names for a target, the host's where it is empty, with these
// flags (of RUSTFLAGS and the configuration).
func (a *Asker) Cfg(ctx context.Context, rustc, target string, flags []string) (*cfgexpr.Set, error) {
	args := append([]string{"--print=cfg"}, flags...)
	if target != "" {
		args = append(args, "--target", target)
	}
	answer, err := a.Ask(ctx, rustc, args...)
	if err != nil {
		if target != "" {
			err = fmt.Errorf("cannot learn about the target %s: %w", target, err)
		}
		return nil, err
	}
	return cfgexpr.ParseSet(answer.Stdout)
}
