package compile

import (
	"berth/internal/buildscript"
	"berth/internal/depinfo"
	"berth/internal/unit"
)

// Run is the call of a program that was made: by cargo run, or as a test. Its directory is that of the package, which
// cargo run changes to the user's.
func (c *Compiler) Run(u *unit.Unit, at Places, program string, args []string) *Command {
	cmd := &Command{Program: program}
	target := c.target(u.Kind)
	if len(target.Runner) > 0 {
		cmd.Program = target.Runner[0]
		cmd.arg(target.Runner[1:]...)
		cmd.arg(program)
	}
	cmd.arg(args...)
	c.searchPath(cmd, c.runDirs(u, at))
	c.runEnv(cmd, u, at)
	c.packageEnv(cmd, u)
	c.binaryEnv(cmd, u, at)
	return cmd
}

// runEnv is what build scripts of the package gave the compiler, which programs see too.
func (c *Compiler) runEnv(cmd *Command, u *unit.Unit, at Places) {
	for _, run := range c.links[u.Index].own {
		for _, e := range at.Said(run).Env {
			cmd.set(e.Name, e.Value)
		}
		cmd.place("OUT_DIR", at.Dir(run))
	}
}

// runDirs are where a program finds its dynamic libraries: those that build scripts made, those among its dependencies,
// and the standard library.
func (c *Compiler) runDirs(u *unit.Unit, at Places) []string {
	dirs := append(c.scriptDirs(u.Kind, at), at.Final(u.Kind))
	return append(append(dirs, c.dylibDirs(u, at)...), c.target(u.Kind).Library)
}

// scriptDirs are the directories within OUT_DIRs and that of the profile that build scripts of the whole build named. What
// they named elsewhere is the system's to find, or to hide.
func (c *Compiler) scriptDirs(k unit.Kind, at Places) []string {
	var dirs []string
	for _, run := range c.allRuns() {
		for _, search := range at.Said(run).Search {
			if isOfBuild(search, k, at) {
				dirs = append(dirs, search.Directory())
			}
		}
	}
	return depinfo.Sorted(dirs)
}

func isOfBuild(search buildscript.Search, k unit.Kind, at Places) bool {
	return search.Inside || buildscript.Within(search.Directory(), at.Profile(k))
}

// allRuns are the runs of all build scripts of the graph.
func (c *Compiler) allRuns() []*unit.Unit {
	var runs []*unit.Unit
	for _, u := range c.Graph.Units {
		if u.Mode == unit.RunBuildScript {
			runs = append(runs, u)
		}
	}
	return runs
}

// nativePaths are all that build scripts of the whole build named to look for libraries.
func (c *Compiler) nativePaths(at Places) []string {
	var paths []string
	for _, run := range c.allRuns() {
		for _, search := range at.Said(run).Search {
			paths = append(paths, search.Path)
		}
	}
	return depinfo.Sorted(paths)
}

// Overridden is what the configuration says in the place of a build script, nil where it says nothing: such a script is
// neither compiled nor run.
func (c *Compiler) Overridden(u *unit.Unit) *buildscript.Output {
	if u.Package.Links == nil {
		return nil
	}
	return c.target(u.Kind).Overrides[*u.Package.Links]
}
