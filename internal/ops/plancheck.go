package ops

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/unit"
)

// check makes sure that the compiler can begin.
func (b *planBuilder) check(ctx context.Context, g *unit.Graph) error {
	var wrong []string
	for _, u := range g.Roots {
		if text := b.run.checkSource(u); text != "" {
			wrong = append(wrong, text)
		}
	}
	if len(wrong) > 0 {
		plural := ""
		if len(wrong) > 1 {
			plural = "s"
		}
		return fmt.Errorf("%s\n\nerror: could not compile due to %d previous target resolution error%s", strings.Join(wrong, "\n\nerror: "), len(wrong), plural)
	}
	if b.run.IgnoreRustVersion {
		return nil
	}
	return b.checkRust(ctx, g)
}

// checkSource tells why a target's source is no file, "" where it is one.
func (r *Run) checkSource(u *unit.Unit) string {
	info, err := os.Stat(u.Target.Path)
	if err == nil {
		r.Looked.Saw(u.Target.Path, info)
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Sprintf("can't find %s `%s` at path `%s`\n  --> %s", noun(u.Target), u.Target.Name, u.Target.Path, u.Manifest)
	case err != nil || !info.IsDir():
		return "" // the compiler says it better
	}
	text := fmt.Sprintf("path `%s` for %s `%s` is a directory, but a source file was expected.\n  --> %s", u.Target.Path, noun(u.Target), u.Target.Name, u.Manifest)
	entry := filepath.Join(u.Target.Path, "main.rs")
	if u.Target.Kind == manifest.Lib || u.Target.IsExampleLib() {
		entry = filepath.Join(u.Target.Path, "lib.rs")
	}
	if _, err := os.Stat(entry); err == nil {
		text += fmt.Sprintf("\nhelp: an entry point exists at `%s`", entry)
	}
	return text
}

func noun(t *manifest.Target) string {
	return [...]string{"library", "bin", "example", "integration-test", "benchmark", "build-script"}[t.Kind]
}

// checkRust refuses packages that the compiler is too old for.
func (b *planBuilder) checkRust(ctx context.Context, g *unit.Graph) error {
	rust, err := b.run.rust(ctx)
	if err != nil {
		return err
	}
	var lines []string
	local := false
	for _, u := range g.Units {
		need := u.Package.Summary.RustVersion
		if resolve.Builds(rust.Version(), need) {
			continue
		}
		local = local || u.Local
		lines = append(lines, fmt.Sprintf("  %s@%s requires rustc %s\n", u.ID.Name, u.ID.Version, need))
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	plural := "s"
	if len(lines) == 1 {
		plural = ""
	}
	text := fmt.Sprintf("rustc %s is not supported by the following package%s:\n%s", rust, plural, strings.Join(lines, ""))
	switch {
	case b.request.Foreign && b.members[0].Member.Package.ID().Source.IsRegistry():
		if b.run.LockKept == "" {
			text += "help: try it with --locked, which takes the versions that its publisher built it with\n"
		}
	case !local:
		text += fmt.Sprintf("help: install a newer rustc, or take an older version of each with `cargo update <name>@<current-ver> --precise <version for rustc %s>`\n", rust)
	}
	return errors.New(text)
}
