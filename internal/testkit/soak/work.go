package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"berth/internal/testkit/soak/program"
)

// operation is one command line, and what it may truly say instead of succeeding.
type operation struct {
	weight int
	line   string // $T is a toolchain, $C a component, $D a directory with overrides
	may    []string
}

// gone is what is true when somebody has just uninstalled the toolchain.
const gone = "is not installed"

// publishing is what anybody may meet who asks for a manifest's checksum before a
// release is published, and for the manifest after it.
const publishing = "is not installable"

func operations() []operation {
	return []operation{
		{6, "rustup toolchain install $T --profile minimal", nil},
		{2, "rustup toolchain install $T --profile minimal -c $C", nil},
		{1, "rustup toolchain install $T", nil},
		{4, "rustup update $T", nil},
		{4, "rustup component add --toolchain $T $C", []string{gone}},
		{3, "rustup component remove --toolchain $T $C", []string{gone, "does not contain component", "does not have target"}},
		{2, "rustup target add --toolchain $T wasm32-unknown-unknown", []string{gone}},
		{2, "rustup target remove --toolchain $T wasm32-unknown-unknown", []string{gone, "does not have target", "does not contain component"}},
		{3, "rustup toolchain uninstall $T", nil},
		{3, "rustup toolchain rollback $T", []string{gone, "cannot be rolled back"}},
		{6, "rustc +$T --version", []string{gone}},
		{2, "rustup run $T cargo --version", []string{gone}},
		{2, "rustup toolchain list", nil},
		{1, "rustup component list --toolchain $T", []string{gone}},
		{1, "rustup show", []string{gone}},
		{1, "rustup default $T", []string{gone}},
		{1, "rustup override set $T --path $D", nil},
		{1, "rustup override unset --path $D", nil},
		{1, "berth sweep", nil},
		{1, "berth sweep --all", nil},
		{1, "berth locks", nil},
	}
}

func toolchains() []string { return []string{"stable", "1.95.0", "beta", "nightly-2026-05-20"} }

func components() []string {
	return []string{"rustfmt", "clippy", "rust-analyzer", "rust-src", "rust-docs"}
}

// draw chooses an operation by weight and fills it in.
func draw(r *rand.Rand) operation {
	total := 0
	for _, o := range operations() {
		total += o.weight
	}
	n := r.IntN(total)
	for _, o := range operations() {
		if n -= o.weight; n < 0 {
			o.line = strings.NewReplacer(
				"$T", toolchains()[r.IntN(len(toolchains()))],
				"$C", components()[r.IntN(len(components()))],
				"$D", fmt.Sprintf("dir%d", r.IntN(3)),
			).Replace(o.line)
			return o
		}
	}
	panic("the weights do not add up")
}

func (s *soak) work(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil {
		o := draw(r)
		// Most kills come early, where most of the steps are.
		killed, after := r.IntN(3) == 0, time.Duration(r.ExpFloat64()*float64(60*time.Millisecond))
		if !killed {
			after = 0
		}
		s.fail(s.run(o, after))
	}
}

// run runs one process, which is killed after that time if it is not 0. It
// outlives the end of the storm: what is not to be killed is not killed.
func (s *soak) run(o operation, kill time.Duration) error {
	words := strings.Fields(o.line)
	env := []string{"RUSTUP_AUTO_INSTALL=0"}
	cmd := s.prog.Command(context.Background(), s.homes, env, words[0], words[1:]...)
	if kill > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), kill)
		defer cancel()
		cmd = s.prog.Command(ctx, s.homes, env, words[0], words[1:]...)
	}
	result, err := program.Run(cmd)
	s.runs.Add(1)
	switch {
	case result.Code == -1 && kill > 0:
		s.kills.Add(1)
		return nil
	case err != nil:
		return err
	case result.Code == 0:
		return s.believable(o, result)
	}
	for _, text := range append(o.may, publishing) {
		if strings.Contains(result.Output, text) {
			s.refused.Add(1)
			return nil
		}
	}
	return fmt.Errorf("%v", result)
}

// believable: a tool that ran is one of those that were published.
func (s *soak) believable(o operation, result program.Result) error {
	if !strings.HasSuffix(o.line, "--version") {
		return nil
	}
	for _, version := range []string{"1.95.0 (", "1.95.1 (", "1.96.0-beta.2 (", "1.97.0-nightly ("} {
		if strings.Contains(result.Output, version) {
			return nil
		}
	}
	return fmt.Errorf("a tool of no release: %v", result)
}

// directories are those whose overrides are set.
func (s *soak) directories() error {
	for n := range 3 {
		if err := os.MkdirAll(filepath.Join(s.homes.Dir, fmt.Sprintf("dir%d", n)), 0o755); err != nil {
			return err
		}
	}
	return nil
}
