package config

import "strings"

// Build is [build]. What names a file, a directory or a program is to be given to
// Config.Path or Config.Program.
type Build struct {
	Jobs                  Jobs
	Target                Value[[]string] // triples, and whole paths of .json files
	TargetDir             Value[string]
	BuildDir              Value[string]
	DepInfoBasedir        Value[string]
	ArtifactDir           Value[string]
	Incremental           Value[bool]
	Rustflags             Value[[]string]
	Rustdocflags          Value[[]string]
	Rustc                 Value[string]
	RustcWrapper          Value[string]
	RustcWorkspaceWrapper Value[string]
	Rustdoc               Value[string]
	Warnings              Value[string] // warn, allow or deny
	Pipelining            Value[bool]
	Share                 Value[bool]   // berth's own: whether compiled packages are shared by all workspaces
	StoreSize             Value[string] // berth's own: how much of them is kept
}

// Jobs is build.jobs: a number, or a word (of which Cargo knows "default").
type Jobs struct {
	Number Value[int32]
	Word   Value[string]
}

// Build reads [build].
func (c *Config) Build() (Build, error) {
	s := c.section(ParseKey("build"), "pipelining", "dep-info-basedir", "target-dir", "build-dir", "incremental", "target", "jobs", "rustflags", "rustdocflags",
		"rustc-wrapper", "rustc-workspace-wrapper", "rustc", "rustdoc", "artifact-dir", "warnings", "sbom", "analysis", "share", "store-size")
	b := Build{
		Jobs:                  s.jobs("jobs"),
		Target:                s.targets("target"),
		TargetDir:             s.text("target-dir"),
		BuildDir:              s.text("build-dir"),
		DepInfoBasedir:        s.text("dep-info-basedir"),
		ArtifactDir:           s.text("artifact-dir"),
		Incremental:           s.boolean("incremental"),
		Rustflags:             s.words("rustflags"),
		Rustdocflags:          s.words("rustdocflags"),
		Rustc:                 s.text("rustc"),
		RustcWrapper:          s.text("rustc-wrapper"),
		RustcWorkspaceWrapper: s.text("rustc-workspace-wrapper"),
		Rustdoc:               s.text("rustdoc"),
		Warnings:              s.choice("warnings", "warn", "allow", "deny"),
		Pipelining:            s.boolean("pipelining"),
		Share:                 s.boolean("share"),
		StoreSize:             s.text("store-size"),
	}
	if !c.Release().WarningsSetting() { // checked, and without effect
		b.Warnings = Value[string]{}
	}
	s.analysis("analysis")
	return b, s.err
}

// analysis is unstable in Cargo, which checks it all the same.
func (s *section) analysis(name string) {
	if s.err != nil {
		return
	}
	below := s.c.section(s.key.Child(name), "enabled")
	if below.exists() && !below.boolean("enabled").Set && below.err == nil {
		if n, _ := s.c.Lookup(below.key); n != nil {
			s.err = n.errorf("`%s` has no `enabled`", below.key)
		} else {
			s.err = wrong(below.key, Origin{Environment, below.key.Env()}, "there is no `enabled`")
		}
		return
	}
	s.err = below.err
}

func (s *section) jobs(name string) Jobs {
	n := s.any(name)
	if n.Kind() == String {
		return Jobs{Word: Value[string]{n.text, n.origin, true}}
	}
	if n != nil && n.kind != Integer {
		s.err = n.wrongKind(s.key.Child(name).String(), `an integer or "default"`)
	}
	return Jobs{Number: number[int32](s, name)}
}

// any is a value that may be of several kinds.
func (s *section) any(name string) *Node {
	if s.err != nil {
		return nil
	}
	n, err := s.c.Any(s.key.Child(name))
	s.err = err
	return n
}

// targets are one or many.
func (s *section) targets(name string) Value[[]string] {
	n := s.any(name)
	if n == nil {
		return Value[[]string]{}
	}
	items := n.Items()
	switch n.kind {
	case String:
		items = []*Node{n}
	case List:
	default:
		s.err = n.wrongKind(s.key.Child(name).String(), "a string or an array of strings")
	}
	v := Value[[]string]{Origin: n.origin, Set: true}
	for _, item := range items {
		if item.kind != String {
			s.err = item.wrongKind(s.key.Child(name).String(), "strings only")
		}
		v.Val = append(v.Val, s.c.targetName(item.text, item.origin))
	}
	return v
}

// targetName makes the path of a target file whole.
func (c *Config) targetName(name string, o Origin) string {
	if strings.HasSuffix(name, ".json") {
		return c.Path(Value[string]{Val: name, Origin: o})
	}
	return name
}

// TargetDir is the target directory that the environment or the configuration names; set
// is false where neither does.
func (c *Config) TargetDir() (dir string, set bool, err error) {
	if dir, ok := c.Getenv("CARGO_TARGET_DIR"); ok {
		if dir == "" {
			return "", false, wrong(ParseKey("build.target-dir"), Origin{Environment, "CARGO_TARGET_DIR"}, "the target directory is empty; name one, or unset the variable")
		}
		return join(c.options.Dir, dir), true, nil
	}
	b, err := c.Build()
	if err != nil || !b.TargetDir.Set {
		return "", false, err
	}
	if b.TargetDir.Val == "" {
		return "", false, wrong(ParseKey("build.target-dir"), b.TargetDir.Origin, "the target directory is empty; name one, or remove the key")
	}
	return c.Path(b.TargetDir), true, nil
}

// Tool is what to run for rustc, rustdoc and their wrappers: the variable of that name
// (RUSTC_WRAPPER), else the key in [build].
func (c *Config) Tool(key string) (path string, set bool, err error) {
	name := normalName(key)
	if path, ok := c.env.text(name); ok {
		return c.Program(Value[string]{Val: path, Origin: Origin{Environment, name}}), true, nil
	}
	v, err := c.stringAt(ParseKey("build").Child(key))
	if err != nil || !v.Set {
		return "", false, err
	}
	return c.Program(v), true, nil
}
