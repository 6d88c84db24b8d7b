package compile

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/config"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// packageEnv is what every program that is run for a package learns of it, and after it what the configuration sets.
func (c *Compiler) packageEnv(cmd *Command, u *unit.Unit) {
	k := u.Package
	v := k.Version()
	cmd.place("CARGO", c.Cargo)
	cmd.place("CARGO_MANIFEST_DIR", k.Dir)
	cmd.place("CARGO_MANIFEST_PATH", u.Manifest)
	cmd.set("CARGO_PKG_VERSION_MAJOR", strconv.FormatUint(v.Major, 10))
	cmd.set("CARGO_PKG_VERSION_MINOR", strconv.FormatUint(v.Minor, 10))
	cmd.set("CARGO_PKG_VERSION_PATCH", strconv.FormatUint(v.Patch, 10))
	cmd.set("CARGO_PKG_VERSION_PRE", v.Pre)
	cmd.set("CARGO_PKG_VERSION", v.String())
	cmd.set("CARGO_PKG_NAME", k.Name())
	cmd.set("CARGO_PKG_DESCRIPTION", orEmpty(k.Description))
	cmd.set("CARGO_PKG_HOMEPAGE", orEmpty(k.Homepage))
	cmd.set("CARGO_PKG_REPOSITORY", orEmpty(k.Repository))
	cmd.set("CARGO_PKG_LICENSE", orEmpty(k.License))
	cmd.set("CARGO_PKG_LICENSE_FILE", orEmpty(k.LicenseFile))
	cmd.set("CARGO_PKG_AUTHORS", strings.Join(k.Authors, ":"))
	cmd.set("CARGO_PKG_RUST_VERSION", k.Summary.RustVersion.String())
	cmd.set("CARGO_PKG_README", orEmpty(k.Readme))
	cmd.Dir = k.Dir
	for _, e := range c.Env {
		// What a package says of itself is not the configuration's to change.
		if cmd.index(e.Name) >= 0 {
			continue
		}
		place := c.LeadsToWorkspace(e.Name)
		switch {
		case e.Overruled && !place:
			cmd.Overruled = append(cmd.Overruled, Variable{Name: e.Name, Value: e.Value})
		case e.Overruled:
		case place:
			cmd.place(e.Name, e.Value)
		default:
			cmd.set(e.Name, e.Value)
		}
	}
}

// LeadsToWorkspace tells whether [env] has a variable just to say where the workspace is (`{ value = "", relative = true }`).
// That is another place in each checkout, and no package but the workspace's own knows its name: results do not depend on
// it but where somebody says so.
func (c *Compiler) LeadsToWorkspace(name string) bool {
	return slices.ContainsFunc(c.Env, func(e config.Variable) bool {
		return e.Name == name && e.Relative && filepath.IsAbs(e.Value) && buildscript.Within(c.Root, e.Value)
	})
}

// IsConfigured tells whether [env] has a variable. The environment may have another value, which counts if it is not forced.
func (c *Compiler) IsConfigured(name string) bool {
	return slices.ContainsFunc(c.Env, func(e config.Variable) bool { return e.Name == name })
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// toolEnv is what only compilers learn.
func (c *Compiler) toolEnv(cmd *Command, u *unit.Unit) {
	if isExecutable(u.Target) {
		cmd.set("CARGO_BIN_NAME", programName(u.Target))
	}
	cmd.set("CARGO_CRATE_NAME", u.Target.CrateName())
}

// binaryEnv tells integration tests and benchmarks where the programs of their package are.
func (c *Compiler) binaryEnv(cmd *Command, u *unit.Unit, at Places) {
	if u.Target.Kind != manifest.Test && u.Target.Kind != manifest.Bench {
		return
	}
	target := c.target(u.Kind)
	for i := range u.Package.Targets {
		t := &u.Package.Targets[i]
		if t.Kind != manifest.Bin {
			continue
		}
		name := programName(t)
		if u.IsCheck() {
			// There is no program, but the source must compile.
			cmd.set("CARGO_BIN_EXE_"+name, "placeholder:"+name)
			continue
		}
		for _, file := range target.fileTypes("bin") {
			if file.flavor == Normal {
				cmd.place("CARGO_BIN_EXE_"+name, filepath.Join(at.Final(u.Kind), file.Prefix+name+file.Suffix))
			}
		}
	}
}

// searchPath puts directories in front of those where the system looks for dynamic libraries.
func (c *Compiler) searchPath(cmd *Command, dirs []string) {
	inherited, _ := c.getenv(libraryPath)
	if set, ok := cmd.Lookup(libraryPath); ok {
		inherited = set
	}
	rest := filepath.SplitList(inherited)
	if !startsWith(rest, dirs) {
		rest = append(dirs[:len(dirs):len(dirs)], rest...)
	}
	if inherited == "" {
		home, _ := c.getenv("HOME")
		rest = append(rest, defaultLibraryDirs(home)...)
	}
	cmd.place(libraryPath, strings.Join(rest, string(filepath.ListSeparator)))
}

func startsWith(list, with []string) bool {
	if len(list) < len(with) {
		return false
	}
	for i := range with {
		if list[i] != with[i] {
			return false
		}
	}
	return true
}
