package compile

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/cfgexpr"
	"berth/internal/config"
	"berth/internal/rustc"
	"berth/internal/unit"
)

// Learner finds out about targets, from the compiler and from the configuration.
type Learner struct {
	Asker    *rustc.Asker
	Config   *config.Config
	Rustc    string
	Wrappers []string // in front of rustc, the outermost first
	Env      []string // NAME=value, of the configuration
	Host     string   // the compiler's own triple
	// Named: --target or build.target name targets, so that what is made for the host has no flags.
	Named bool
}

// Target is what is known of a kind. warning is empty or a sentence for the user.
func (l *Learner) Target(ctx context.Context, kind unit.Kind) (t *Target, warning string, err error) {
	t = &Target{Name: l.Host}
	if kind != unit.Host {
		t.Arg = string(kind)
		t.Name = strings.TrimSuffix(filepath.Base(t.Arg), ".json")
	}
	warning, err = l.ask(ctx, t, l.Named && kind == unit.Host)
	if err != nil {
		return nil, "", err
	}
	if t.Rustdocflags, err = l.flags(Rustdoc, t, l.Named && kind == unit.Host); err != nil {
		return nil, "", err
	}
	return t, warning, l.configure(t)
}

// ask asks twice where flags decide about cfg values which decide about flags.
func (l *Learner) ask(ctx context.Context, t *Target, none bool) (warning string, err error) {
	if t.Rustflags, err = l.flags(Rustc, t, none); err != nil {
		return "", err
	}
	for turn := 0; ; turn++ {
		if err := l.print(ctx, t); err != nil {
			return "", err
		}
		flags, err := l.flags(Rustc, t, none)
		if err != nil || slices.Equal(flags, t.Rustflags) {
			return "", err
		}
		if turn == 1 {
			return "non-trivial mutual dependency between target-specific configuration and RUSTFLAGS", nil
		}
		t.Rustflags = flags
	}
}

func (l *Learner) flags(tool Tool, t *Target, none bool) ([]string, error) {
	if none {
		return nil, nil
	}
	return Flags(l.Config, tool, t.Name, t.Cfg)
}

// crateTypes are asked for in one call.
func crateTypes() []string {
	return []string{"bin", "rlib", "dylib", "cdylib", "staticlib", "proc-macro"}
}

// print asks the compiler as stock does, with nothing to compile.
func (l *Learner) print(ctx context.Context, t *Target) error {
	args := append([]string{"-", "--crate-name", "___", "--print=file-names"}, t.Rustflags...)
	args = append(args, t.args()...)
	for _, crateType := range crateTypes() {
		args = append(args, "--crate-type", crateType)
	}
	args = append(args, "--print=sysroot", "--print=split-debuginfo", "--print=crate-name", "--print=cfg", "-Wwarnings")
	answer, err := l.Asker.AskIn(ctx, rustc.Surroundings{Wrappers: l.Wrappers, Env: l.Env}, l.Rustc, args...)
	if err != nil {
		return fmt.Errorf("cannot learn about the target %s: %w", t.Name, err)
	}
	return t.read(answer)
}

func (t *Target) read(answer rustc.Answer) error {
	lines := strings.Split(strings.ReplaceAll(answer.Stdout, "\r\n", "\n"), "\n")
	next := func() string {
		if len(lines) == 0 {
			return ""
		}
		line := lines[0]
		lines = lines[1:]
		return line
	}
	t.Files = map[string]Affixes{}
	for _, crateType := range crateTypes() {
		if unsupported(answer.Stderr, crateType) {
			continue
		}
		line := strings.TrimSpace(next())
		prefix, suffix, ok := strings.Cut(line, "___")
		if !ok {
			return fmt.Errorf("the compiler was asked for the names of files of a %s for %s, and said %q", crateType, t.Name, line)
		}
		t.Files[crateType] = Affixes{prefix, suffix}
	}
	t.Library = filepath.Join(next(), "lib", "rustlib", t.Name, "lib")
	t.Splits = nil
	for {
		if len(lines) == 0 {
			return fmt.Errorf("what the compiler says of the target %s ends too early", t.Name)
		}
		split := next()
		if split == "___" {
			break
		}
		t.Splits = append(t.Splits, split)
	}
	// The crate that the compiler was asked about is a macro besides all else; the units are for themselves.
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "proc_macro" })
	var err error
	t.Cfg, err = cfgexpr.ParseSet(strings.TrimRight(strings.Join(lines, "\n"), "\n"))
	return err
}

// unsupported: a target that has no such crates drops them from the list, and says so in a warning.
func unsupported(stderr, crateType string) bool {
	for line := range strings.Lines(stderr) {
		if (strings.Contains(line, "unsupported crate type") || strings.Contains(line, "unknown crate type")) && strings.Contains(line, "crate type `"+crateType+"`") {
			return true
		}
	}
	return false
}

// configure adds what [target] has.
func (l *Learner) configure(t *Target) error {
	table, err := l.Config.Target(t.Name)
	if err != nil {
		return err
	}
	linker, err := ownOrMatching(l.Config, t.Cfg, "linker", table.Linker, func(t *config.Target) config.Value[string] { return t.Linker })
	if err != nil {
		return err
	}
	runner, err := ownOrMatching(l.Config, t.Cfg, "runner", table.Runner, func(t *config.Target) config.Value[[]string] { return t.Runner })
	if err != nil {
		return err
	}
	if linker.Set {
		t.Linker = l.Config.Program(linker)
	}
	if runner.Set && len(runner.Val) > 0 {
		program := l.Config.Program(config.Value[string]{Val: runner.Val[0], Origin: runner.Origin, Set: true})
		t.Runner = append([]string{program}, runner.Val[1:]...)
	}
	t.Overrides = map[string]*buildscript.Output{}
	for links, node := range table.Links {
		output, err := buildscript.Override("target."+t.Name+"."+links, node)
		if err != nil {
			return err
		}
		t.Overrides[links] = output
	}
	return nil
}
