package compile

import (
	"path/filepath"

	"berth/internal/buildscript"
	"berth/internal/unit"
)

// MakesMetadata tells whether the metadata of a unit is there, and of use to others, before the rest of it.
func MakesMetadata(u *unit.Unit) bool { return u.Mode == unit.Build && !NeedsObjects(u.Target) }

// NeedsOnlyMetadata tells whether a unit can begin as soon as rustc has written the metadata of a dependency: then it is
// called with its .rmeta.
func NeedsOnlyMetadata(u, dep *unit.Unit) bool {
	return MakesMetadata(dep) && (MakesMetadata(u) || u.IsCheck() || u.Mode == unit.Doc)
}

// isExtern tells whether a dependency is passed to the compiler by name.
func isExtern(d unit.Dep) bool {
	return isLinkable(d.Unit.Target) && d.Unit.Mode != unit.Doc && d.Unit.Mode != unit.RunBuildScript
}

func (c *Compiler) dependencyArgs(cmd *Command, u *unit.Unit, at Places) {
	if at == nil {
		return
	}
	c.searchArgs(cmd, u, at)
	for _, d := range u.Deps {
		if d.Unit.Mode == unit.RunBuildScript {
			cmd.place("OUT_DIR", at.Dir(d.Unit))
			break
		}
	}
	c.externArgs(cmd, u, at)
	c.binaryEnv(cmd, u, at)
}

// searchArgs names a directory for each crate that is needed at whatever depth: units lie apart. What a procedural
// macro was made of is in it already.
func (c *Compiler) searchArgs(cmd *Command, u *unit.Unit, at Places) {
	searched := Crates(u)
	if c.Release.SearchesBeyondExterns() {
		searched = beyondExterns(u)
	}
	seen := map[string]bool{}
	for _, dep := range searched {
		if dir := at.From(u, dep); !seen[dir] {
			seen[dir] = true
			cmd.arg("-L", "dependency="+dir)
		}
	}
}

// Crates are all that a unit is compiled against, at whatever depth.
func Crates(u *unit.Unit) []*unit.Unit {
	return reached(u, func(d *unit.Unit) bool { return !d.Target.ProcMacro })
}

// beyondExterns are the crates that the dependencies of a unit are made from, at whatever depth.
func beyondExterns(u *unit.Unit) []*unit.Unit {
	var list []*unit.Unit
	seen := map[*unit.Unit]bool{}
	for _, d := range u.Deps {
		if !isExtern(d) || d.Unit.Target.ProcMacro {
			continue
		}
		for _, below := range Crates(d.Unit) {
			if !seen[below] {
				seen[below] = true
				list = append(list, below)
			}
		}
	}
	return list
}

// reached is all crates that a unit is linked from, each once, nearest to the source first.
func reached(u *unit.Unit, through func(*unit.Unit) bool) []*unit.Unit {
	var list []*unit.Unit
	seen := map[*unit.Unit]bool{}
	var visit func(*unit.Unit)
	visit = func(from *unit.Unit) {
		for _, d := range from.Deps {
			if !isExtern(d) || seen[d.Unit] {
				continue
			}
			seen[d.Unit] = true
			list = append(list, d.Unit)
			if through(d.Unit) {
				visit(d.Unit)
			}
		}
	}
	visit(u)
	return list
}

func (c *Compiler) externArgs(cmd *Command, u *unit.Unit, at Places) {
	for _, d := range u.Deps {
		if !isExtern(d) {
			continue
		}
		for _, file := range c.externFiles(u, d.Unit) {
			cmd.arg("--extern", d.Extern+"="+filepath.Join(at.From(u, d.Unit), file))
		}
	}
	if u.Target.ProcMacro {
		cmd.arg("--extern", "proc_macro")
	}
}

// externFiles are the files of a dependency that a unit is compiled against, by their names.
func (c *Compiler) externFiles(u, dep *unit.Unit) []string {
	flavor := Linkable
	if dep.IsCheck() || NeedsOnlyMetadata(u, dep) {
		flavor = Metadata
	}
	outputs, err := c.Outputs(dep)
	if err != nil {
		return nil // whoever makes the dependency says so
	}
	var names []string
	for _, o := range outputs {
		if o.Flavor == flavor {
			names = append(names, o.Name)
		}
	}
	return names
}

// nativeArgs are what build scripts said about libraries of the system: where they are, for all that are linked from
// the package; which they are, for its own library alone, as rustc writes them down there.
func (c *Compiler) nativeArgs(cmd *Command, u *unit.Unit, at Places) {
	runs := c.links[u.Index].link
	for _, inside := range []bool{true, false} {
		for _, run := range runs {
			for _, search := range at.Said(run).Search {
				if search.Inside == inside {
					cmd.arg("-L", search.Path)
				}
			}
		}
	}
	withLibs := isLibrary(u.Target) || u.Package.Lib() == nil
	for _, run := range runs {
		said := at.Said(run)
		own := run.ID.Same(u.ID)
		if own && withLibs {
			for _, lib := range said.Libs {
				cmd.arg("-l", lib)
			}
		}
		for _, a := range said.LinkArgs {
			if (own || a.IsCdylib()) && a.AppliesTo(u.Target, u.IsTest()) {
				cmd.arg("-C", "link-arg="+a.Arg)
			}
		}
	}
	if plugins := c.links[u.Index].plugins; len(plugins) > 0 {
		c.pluginPath(cmd, plugins, at)
	}
}

// pluginPath adds where build scripts of what runs in the compiler made their libraries.
func (c *Compiler) pluginPath(cmd *Command, plugins []*unit.Unit, at Places) {
	path, _ := cmd.Lookup(libraryPath)
	for _, run := range plugins {
		for _, search := range at.Said(run).Search {
			if isOfBuild(search, unit.Host, at) {
				if path != "" {
					path += string(filepath.ListSeparator)
				}
				path += search.Directory()
			}
		}
	}
	cmd.place(libraryPath, path)
}

// scriptFlags are what the package's own build scripts said to the compiler.
func (c *Compiler) scriptFlags(cmd *Command, u *unit.Unit, at Places) {
	for _, run := range c.links[u.Index].own {
		said := at.Said(run)
		cmd.cfgs(said)
		for _, e := range said.Env {
			cmd.set(e.Name, e.Value)
		}
	}
}

// cfgs are the conditions that a build script has turned on, and those that it may turn on.
func (cmd *Command) cfgs(said *buildscript.Output) {
	for _, cfg := range said.Cfgs {
		cmd.arg("--cfg", cfg)
	}
	for _, cfg := range said.CheckCfgs {
		cmd.arg("--check-cfg", cfg)
	}
}

// dylibDirs are where the dynamic libraries are that procedural macros among the dependencies were linked with.
func (c *Compiler) dylibDirs(u *unit.Unit, at Places) []string {
	if !c.dynamic[u.Index] {
		return nil
	}
	var dirs []string
	for _, dep := range reached(u, func(*unit.Unit) bool { return true }) {
		if dep.Mode == unit.Build && hasType(dep.Target, "dylib") {
			dirs = append(dirs, at.Dir(dep))
		}
	}
	return dirs
}
