package compile

import (
	"path/filepath"
	"strconv"
	"strings"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// Command is the call that makes a unit. Where at is nil it is what is known before any unit is made: arguments and
// variables that say nothing of places, of the terminal, or of whose warnings are shown. Together with what the
// dependencies turned out to be, and the compiler's identity, that makes a unit what it is.
func (c *Compiler) Command(u *unit.Unit, at Places) *Command {
	switch u.Mode {
	case unit.RunBuildScript:
		return c.script(u, at)
	case unit.Doc, unit.Doctest:
		return c.rustdoc(u, at)
	}
	return c.rustc(u, at)
}

func (c *Compiler) rustc(u *unit.Unit, at Places) *Command {
	cmd := &Command{}
	c.compilerProgram(cmd, u, at)
	c.toolEnv(cmd, u)
	c.packageEnv(cmd, u)
	if at != nil {
		c.searchPath(cmd, c.dylibDirs(u, at))
	}
	c.baseArgs(cmd, u, at)
	c.dependencyArgs(cmd, u, at)
	c.capLints(cmd, u, at)
	cmd.arg(c.extra(u)...)
	cmd.arg(c.target(u.Kind).Rustflags...)
	if c.Release.UnusedExterns() {
		cmd.arg("--force-warn=unused_crate_dependencies") // after what the user has to say of lints
	}
	if c.isPrimary(u) {
		cmd.place("CARGO_PRIMARY_PACKAGE", "1") // which packages are asked for changes nothing of them
	}
	if at != nil {
		if u.Target.Kind == manifest.Test || u.Target.Kind == manifest.Bench {
			cmd.place("CARGO_TARGET_TMPDIR", at.Scratch(u.Kind))
		}
		c.nativeArgs(cmd, u, at)
		c.scriptFlags(cmd, u, at)
		return cmd
	}
	return cmd.withoutPlaces()
}

// compilerProgram is rustc with what wraps it.
func (c *Compiler) compilerProgram(cmd *Command, u *unit.Unit, at Places) {
	words := []string{c.Rustc}
	switch {
	case at == nil:
		return
	case len(c.PrimaryRustc) > 0 && c.isPrimary(u):
		words = c.PrimaryRustc
	default:
		if c.WorkspaceWrapper != "" && u.Member {
			words = append([]string{c.WorkspaceWrapper}, words...)
		}
		if c.Wrapper != "" {
			words = append([]string{c.Wrapper}, words...)
		}
	}
	cmd.Program = words[0]
	cmd.arg(words[1:]...)
}

func (c *Compiler) baseArgs(cmd *Command, u *unit.Unit, at Places) {
	p := &u.Profile
	cmd.arg("--crate-name", u.Target.CrateName())
	cmd.arg("--edition=" + u.Target.Edition.String())
	c.sourceArg(cmd, u, at)
	c.messageArgs(cmd, at)
	dylib := false
	if !u.IsTest() {
		for _, crateType := range u.Target.RustcTypes() {
			cmd.arg("--crate-type", crateType)
			dylib = dylib || crateType == "dylib"
		}
	}
	switch {
	case u.IsCheck():
		cmd.arg("--emit=dep-info,metadata")
	case MakesMetadata(u):
		cmd.arg("--emit=dep-info,metadata,link")
	default:
		cmd.arg("--emit=dep-info,link")
	}
	if u.Target.ForHost && u.Target.Kind != manifest.CustomBuild || dylib && !c.isPrimary(u) {
		cmd.arg("-C", "prefer-dynamic")
	}
	if p.OptLevel != "0" {
		cmd.arg("-C", "opt-level="+p.OptLevel)
	}
	if p.Panic != "unwind" && p.Panic != "" {
		cmd.arg("-C", "panic="+p.Panic)
	}
	cmd.arg(c.lto[u.Index].args()...)
	if p.CodegenUnits != nil {
		cmd.arg("-C", "codegen-units="+strconv.FormatUint(uint64(*p.CodegenUnits), 10))
	}
	c.debugArgs(cmd, u)
	if !c.Release.NoLintsUnderCap() || u.Local || c.ShowAll {
		cmd.arg(u.Package.LintFlags...)
	}
	cmd.arg(p.Rustflags...)
	cmd.arg(assertionArgs(p)...)
	c.testArgs(cmd, u)
	cmd.arg(featureArgs(u)...)
	cmd.arg("-C", "metadata="+c.Metadata(u))
	if suffix := c.suffix(u); suffix != "" {
		cmd.arg("-C", "extra-filename="+suffix)
	}
	c.outputArgs(cmd, u, at)
	if p.Strip != "none" && p.Strip != "" {
		cmd.arg("-C", "strip="+p.Strip)
	}
}

func (c *Compiler) outputArgs(cmd *Command, u *unit.Unit, at Places) {
	if u.Profile.RPath {
		cmd.arg("-C", "rpath")
	}
	if at != nil {
		cmd.arg("--out-dir", at.Out(u))
	}
	target := c.target(u.Kind)
	cmd.arg(target.args()...)
	if target.Linker != "" {
		cmd.arg("-C", "linker="+target.Linker)
	}
	if u.Profile.Incremental && at != nil {
		cmd.arg("-C", "incremental="+at.Incremental(u))
	}
}

func (t *Target) args() []string {
	if t.Arg == "" {
		return nil
	}
	return []string{"--target", t.Arg}
}

// sourceArg names the root of the crate, and the directory from which the compiler looks: of the workspace's own
// packages the root of it, so that what the compiler says is the same in each checkout.
func (c *Compiler) sourceArg(cmd *Command, u *unit.Unit, at Places) {
	cmd.Dir = u.Package.Dir
	source := u.Target.Path
	root := strings.TrimSuffix(c.Root, string(filepath.Separator)) + string(filepath.Separator)
	if below, ok := strings.CutPrefix(source, root); ok && u.ID.Source.IsPath() { // it may lead out again by `..`
		cmd.arg(below)
		cmd.Dir = c.Root
		return
	}
	if at == nil {
		if below, err := filepath.Rel(u.Package.Dir, source); err == nil {
			source = below
		}
	}
	cmd.arg(source)
}

func (c *Compiler) messageArgs(cmd *Command, at Places) {
	if at == nil {
		return
	}
	form := "--json=diagnostic-rendered-ansi,artifacts,future-incompat"
	if c.Release.UnusedExterns() {
		form += ",unused-externs-silent"
	}
	if c.Short {
		form += ",diagnostic-short"
	}
	cmd.arg("--error-format=json", form)
	if c.Width > 0 {
		cmd.arg("--diagnostic-width=" + strconv.Itoa(c.Width))
	}
}

func (c *Compiler) debugArgs(cmd *Command, u *unit.Unit) {
	p := &u.Profile
	if !HasDebug(p) {
		return
	}
	cmd.arg("-C", "debuginfo="+p.Debuginfo)
	for _, split := range c.target(u.Kind).Splits {
		if split == p.SplitDebuginfo {
			cmd.arg("-C", "split-debuginfo="+split)
			return
		}
	}
}

// HasDebug tells whether a profile asks for any debug information.
func HasDebug(p *unit.Profile) bool {
	return p.Debuginfo != "0" && p.Debuginfo != "" && p.Debuginfo != "none"
}

// assertionArgs says only what rustc does not do by itself: assertions are on where nothing is optimised, and overflow is
// checked where assertions are on.
func assertionArgs(p *unit.Profile) []string {
	var args []string
	optimised := p.OptLevel != "0"
	if p.DebugAssertions == optimised {
		args = append(args, "-C", "debug-assertions="+onOff(p.DebugAssertions))
	}
	if p.OverflowChecks != p.DebugAssertions {
		args = append(args, "-C", "overflow-checks="+onOff(p.OverflowChecks))
	}
	return args
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (c *Compiler) testArgs(cmd *Command, u *unit.Unit) {
	switch {
	case !u.IsTest():
	case !u.Target.Harness:
		cmd.arg("--cfg", "test")
	default:
		cmd.arg("--test")
		if u.Profile.Panic == "abort" {
			cmd.arg("-Z", "panic-abort-tests")
		}
	}
}

// featureArgs turns features on, and tells which there are, so that others can be warned about.
func featureArgs(u *unit.Unit) []string {
	var args []string
	for _, feature := range u.Features {
		args = append(args, "--cfg", `feature="`+feature+`"`)
	}
	var all strings.Builder
	for i, feature := range u.Package.Summary.Features {
		if i > 0 {
			all.WriteString(", ")
		}
		all.WriteString(`"` + feature.Name + `"`)
	}
	return append(args, "--check-cfg", "cfg(docsrs,test)", "--check-cfg", "cfg(feature, values("+all.String()+"))")
}

func (c *Compiler) capLints(cmd *Command, u *unit.Unit, at Places) {
	switch {
	case u.Local || at == nil:
	case c.ShowAll:
		cmd.arg("--cap-lints", "warn")
	default:
		cmd.arg("--cap-lints", "allow")
	}
}

func (cmd *Command) withoutPlaces() *Command {
	kept := cmd.Env[:0]
	for _, v := range cmd.Env {
		if !v.Place {
			kept = append(kept, v)
		}
	}
	cmd.Env, cmd.Dir = kept, ""
	return cmd
}
