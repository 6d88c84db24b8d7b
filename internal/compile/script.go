package compile

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// script is a run of a build script.
func (c *Compiler) script(u *unit.Unit, at Places) *Command {
	cmd := &Command{}
	compiled, program := c.Script(u)
	if at != nil && compiled != nil {
		cmd.Program = filepath.Join(at.Dir(compiled), program.Name)
	}
	c.packageEnv(cmd, u)
	target, host := c.target(u.Kind), c.target(unit.Host)
	if at != nil {
		var dirs []string
		if compiled != nil {
			dirs = c.dylibDirs(compiled, at)
		}
		c.searchPath(cmd, append(dirs, host.Library))
		cmd.place("OUT_DIR", at.Dir(u))
	}
	cmd.place("NUM_JOBS", strconv.Itoa(c.Jobs))
	cmd.set("TARGET", target.Name)
	cmd.set("DEBUG", strconv.FormatBool(HasDebug(&u.Profile)))
	cmd.set("OPT_LEVEL", u.Profile.OptLevel)
	cmd.set("PROFILE", u.Profile.Root)
	cmd.set("HOST", host.Name)
	cmd.place("RUSTC", c.Rustc)
	cmd.place("RUSTDOC", c.Rustdoc)
	if target.Linker != "" {
		cmd.set("RUSTC_LINKER", target.Linker)
	}
	if links := u.Package.Links; links != nil {
		cmd.set("CARGO_MANIFEST_LINKS", *links)
	}
	if c.Release.TellsTrimmedPaths() {
		cmd.set("CARGO_TRIM_PATHS_SCOPE", "none") // the setting is a nightly's
		cmd.set("CARGO_TRIM_PATHS_REMAP", "")
	}
	for _, feature := range u.Features {
		cmd.set("CARGO_FEATURE_"+envName(feature), "1")
	}
	c.cfgEnv(cmd, u)
	c.wrapperEnv(cmd, u)
	cmd.set("CARGO_ENCODED_RUSTFLAGS", strings.Join(target.Rustflags, "\x1f"))
	cmd.unset("RUSTFLAGS")
	if at == nil {
		return cmd.withoutPlaces()
	}
	c.linksEnv(cmd, u, at)
	if plugins := c.links[u.Index].plugins; len(plugins) > 0 {
		c.pluginPath(cmd, plugins, at)
	}
	return cmd
}

// Script is the compiled build script that a unit runs, and its program; nil where there is none to run.
func (c *Compiler) Script(run *unit.Unit) (compiled *unit.Unit, program Output) {
	for _, d := range run.Deps {
		if d.Unit.Mode != unit.RunBuildScript && d.Unit.Target.Kind == manifest.CustomBuild {
			outputs, err := c.Outputs(d.Unit)
			if program, ok := firstNormal(outputs); ok && err == nil {
				return d.Unit, program
			}
		}
	}
	return nil, Output{}
}

// cfgEnv tells a script what the compiler says of the target. Whether assertions are on is the profile's to say: the
// compiler was asked without it.
func (c *Compiler) cfgEnv(cmd *Command, u *unit.Unit) {
	values := map[string][]string{"feature": slices.Clip(u.Features)} // flags of the user may add some, which are not the unit's
	if u.Profile.DebugAssertions {
		values["debug_assertions"] = nil
	}
	for _, cfg := range c.target(u.Kind).Cfg.List() {
		switch name := cfg.Key.Name; {
		case name == "debug_assertions" && !cfg.HasValue:
		case cfg.HasValue:
			values[name] = append(values[name], cfg.Value)
		default:
			values[name] = nil
		}
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		cmd.set("CARGO_CFG_"+envName(name), strings.Join(values[name], ","))
	}
}

func (c *Compiler) wrapperEnv(cmd *Command, u *unit.Unit) {
	if c.Wrapper != "" {
		cmd.place("RUSTC_WRAPPER", c.Wrapper)
	} else {
		cmd.unset("RUSTC_WRAPPER")
	}
	if c.WorkspaceWrapper != "" && u.Member {
		cmd.place("RUSTC_WORKSPACE_WRAPPER", c.WorkspaceWrapper)
	} else {
		cmd.unset("RUSTC_WORKSPACE_WRAPPER")
	}
}

// linksEnv is what the scripts of direct dependencies that link to something said to this one.
func (c *Compiler) linksEnv(cmd *Command, u *unit.Unit, at Places) {
	for _, d := range u.Deps {
		if d.Unit.Mode != unit.RunBuildScript || d.Unit.Package.Links == nil {
			continue
		}
		for _, m := range at.Said(d.Unit).Metadata {
			cmd.set("DEP_"+envName(*d.Unit.Package.Links)+"_"+envName(m.Name), m.Value)
		}
	}
}

// envName is a name as variables spell it.
func envName(name string) string { return strings.ReplaceAll(strings.ToUpper(name), "-", "_") }
