package buildmsg

import (
	"fmt"
	"path/filepath"
	"strings"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// Describe names a unit for people: `x` (bin "y" test).
func Describe(u *unit.Unit) string {
	mode := ""
	switch {
	case u.IsTest() && u.Target.Kind != manifest.Test && u.Target.Kind != manifest.Bench:
		mode = " test"
	case u.Mode == unit.Doctest:
		mode = " doctest"
	case u.Mode == unit.Doc:
		mode = " doc"
	}
	return fmt.Sprintf("`%s` (%s%s)", u.ID.Name, TargetText(u.Target), mode)
}

// TargetText names a target: lib, bin "x", build script.
func TargetText(t *manifest.Target) string {
	switch t.Kind {
	case manifest.Lib:
		return "lib"
	case manifest.CustomBuild:
		return "build script"
	}
	return fmt.Sprintf("%s \"%s\"", t.Kinds()[0], t.Name)
}

// Failed is the error about a compiler that ended with an error, after what it said.
func (r *Reader) Failed() string {
	if r.Unit.Mode == unit.Doc {
		return fmt.Sprintf("could not document `%s`", r.Unit.ID.Name)
	}
	text := "could not compile " + Describe(r.Unit)
	switch r.Errors {
	case 0:
	case 1:
		text += " due to 1 previous error"
	default:
		text += fmt.Sprintf(" due to %d previous errors", r.Errors)
	}
	switch r.Warnings {
	case 0:
		return text
	case 1:
		return text + "; 1 warning emitted"
	}
	return fmt.Sprintf("%s; %d warnings emitted", text, r.Warnings)
}

// Count is how many warnings of a unit people saw.
type Count struct {
	Total, Lints, Duplicates int
	fixable                  int
	unfixable                bool // an error came before: first things first
}

// Add counts a diagnostic; emitted is false where the same was shown already, for another unit.
func (c *Count) Add(u *unit.Unit, d *Diagnostic, emitted bool) {
	switch d.Level {
	case "error":
		c.unfixable, c.fixable = true, 0
		return
	case "warning":
	default:
		return
	}
	c.Total++
	if d.Lint && u.Local {
		c.Lints++
	}
	if !emitted {
		c.Duplicates++
	} else if d.Fixable && !c.unfixable {
		c.fixable++
	}
}

// Clippy is what makes the advice name cargo clippy.
type Clippy struct {
	Wrapper string // RUSTC_WORKSPACE_WRAPPER
	Args    string // CLIPPY_ARGS
	Given   bool   // it is set, if to nothing
}

// Summary is the warning at the end of a unit, empty where nothing was said.
func (c *Count) Summary(u *unit.Unit, clippy Clippy) string {
	if c.Total == 0 {
		return ""
	}
	text := Describe(u) + " generated " + many(c.Total, "warning")
	if c.Duplicates > 0 {
		text += " (" + many(c.Duplicates, "duplicate") + ")"
	}
	if !u.Local || c.fixable == 0 || u.Target.Kind == manifest.CustomBuild {
		return text
	}
	command, extra := "cargo fix", ""
	if name := filepath.Base(clippy.Wrapper); strings.TrimSuffix(name, filepath.Ext(name)) == "clippy-driver" {
		command = "cargo clippy --fix"
		if clippy.Given || clippy.Args != "" {
			extra = " -- " + strings.TrimRight(strings.ReplaceAll(clippy.Args, "__CLIPPY_HACKERY__", " "), " \t\n\r\f")
		}
	}
	args := TargetText(u.Target) + " -p " + u.ID.Name
	if u.IsTest() && u.Target.Kind != manifest.Test && u.Target.Kind != manifest.Bench {
		args += " --tests"
	}
	return fmt.Sprintf("%s (run `%s --%s%s` to apply %s)", text, command, args, extra, many(c.fixable, "suggestion"))
}

func many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
