package profile

import (
	"fmt"
	"slices"
	"strconv"

	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/manifest"
)

// FromConfig reads profiles of the configuration.
func FromConfig(c *config.Config) func(name string) (*manifest.Profile, error) {
	return func(name string) (*manifest.Profile, error) {
		table, err := c.Profile(name)
		if err != nil || table == nil {
			return nil, err
		}
		r := &reader{profile: name}
		p := r.profileTable(table)
		if r.err != nil {
			return nil, fmt.Errorf("config profile `%s` is not valid (defined in `%s`)\n\nCaused by:\n  %w", name, r.origin, r.err)
		}
		return p, nil
	}
}

// reader reads a table until something is wrong.
type reader struct {
	profile string
	err     error
	origin  config.Origin
}

func (r *reader) profileTable(t *config.Node) *manifest.Profile {
	p := &manifest.Profile{Name: r.profile, Settings: r.settings(t)}
	if build := t.Get("build-override"); build != nil {
		r.checkOverride(build, "build-override")
		settings := r.settings(build)
		p.Build = &settings
	}
	packages := t.Get("package")
	for _, key := range packages.Keys() {
		part := manifest.PackageProfile{All: key == "*"}
		if !part.All {
			spec, err := crate.ParseSpec(key)
			if err != nil {
				r.fail(packages.Get(key), "%v", err)
			}
			part.Spec = spec
		}
		r.checkOverride(packages.Get(key), "package")
		part.Settings = r.settings(packages.Get(key))
		p.Packages = append(p.Packages, part)
	}
	return p
}

func (r *reader) checkOverride(t *config.Node, where string) {
	for _, key := range []string{"package", "build-override", "panic", "lto", "rpath"} {
		if n := t.Get(key); n != nil {
			r.fail(n, "`%s` cannot be in a `%s` of a profile", key, where)
		}
	}
}

func (r *reader) settings(t *config.Node) manifest.ProfileSettings {
	s := manifest.ProfileSettings{
		Inherits:         r.text(t, "inherits"),
		OptLevel:         r.optLevel(t),
		Debug:            r.debug(t),
		SplitDebuginfo:   r.text(t, "split-debuginfo"),
		Strip:            r.textOr(t, "strip", "symbols", "none"),
		LTO:              r.textOr(t, "lto", "true", "false"),
		Panic:            r.choice(t, "panic", "unwind", "abort"),
		CodegenBackend:   r.text(t, "codegen-backend"),
		DebugAssertions:  r.flag(t, "debug-assertions"),
		OverflowChecks:   r.flag(t, "overflow-checks"),
		Incremental:      r.flag(t, "incremental"),
		RPath:            r.flag(t, "rpath"),
		CodegenUnits:     r.count(t, "codegen-units"),
		HintMostlyUnused: r.flag(t, "hint-mostly-unused"),
	}
	if lto := t.Get("lto"); lto.Kind() == config.String && (lto.Text() == "true" || lto.Text() == "false") {
		r.fail(lto, "`lto` is the string %q, expected true or false without quotes, or \"thin\", \"fat\" or \"off\"", lto.Text())
	}
	for _, key := range []string{"rustflags", "codegen-backend", "trim-paths", "dir-name"} {
		if n := t.Get(key); n != nil {
			r.fail(n, "`%s` in a profile is unstable", key)
		}
	}
	return s
}

func (r *reader) fail(n *config.Node, format string, args ...any) {
	if r.err == nil {
		r.err, r.origin = fmt.Errorf(format, args...), n.Origin()
	}
}

func (r *reader) text(t *config.Node, key string) *string {
	switch n := t.Get(key); n.Kind() {
	case config.Missing:
	case config.String:
		text := n.Text()
		return &text
	default:
		r.fail(n, "`%s` is %s, expected a string", key, n.Kind())
	}
	return nil
}

func (r *reader) choice(t *config.Node, key string, allowed ...string) *string {
	text := r.text(t, key)
	if text != nil && !slices.Contains(allowed, *text) {
		r.fail(t.Get(key), "`%s` is %q, expected one of %q", key, *text, allowed)
	}
	return text
}

func (r *reader) flag(t *config.Node, key string) *bool {
	switch n := t.Get(key); n.Kind() {
	case config.Missing:
	case config.Boolean:
		flag := n.Boolean()
		return &flag
	default:
		r.fail(n, "`%s` is %s, expected true or false", key, n.Kind())
	}
	return nil
}

func (r *reader) count(t *config.Node, key string) *uint32 {
	n := t.Get(key)
	if n == nil {
		return nil
	}
	if n.Kind() != config.Integer || n.Integer() < 0 || n.Integer() > 1<<32-1 {
		r.fail(n, "`%s` is not a number that fits", key)
		return nil
	}
	count := uint32(n.Integer())
	return &count
}

// textOr is a string, or the word that stands for true or false.
func (r *reader) textOr(t *config.Node, key, yes, no string) *string {
	n := t.Get(key)
	switch {
	case n.Kind() != config.Boolean:
		return r.text(t, key)
	case n.Boolean():
		return &yes
	}
	return &no
}

func (r *reader) optLevel(t *config.Node) *string {
	n := t.Get("opt-level")
	level := ""
	switch n.Kind() {
	case config.Missing:
		return nil
	case config.Integer:
		level = strconv.FormatInt(n.Integer(), 10)
	case config.String:
		level = n.Text()
	}
	if n.Kind() != config.Integer && level != "s" && level != "z" {
		r.fail(n, "`opt-level` is none of 0, 1, 2, 3, \"s\" and \"z\"")
	}
	return &level
}

// debug is a level as rustc takes it.
func (r *reader) debug(t *config.Node) *string {
	n := t.Get("debug")
	word := ""
	switch n.Kind() {
	case config.Missing:
		return nil
	case config.Boolean:
		word = map[bool]string{true: "full", false: "none"}[n.Boolean()]
	case config.Integer:
		word = map[int64]string{0: "none", 1: "limited", 2: "full"}[n.Integer()]
	case config.String:
		word = n.Text()
	}
	level := map[string]string{"none": "0", "limited": "1", "full": "2", "line-tables-only": "line-tables-only", "line-directives-only": "line-directives-only"}[word]
	if level == "" {
		r.fail(n, "`debug` is none of true, false, 0, 1, 2, \"none\", \"limited\", \"full\", \"line-tables-only\" and \"line-directives-only\"")
	}
	return &level
}
