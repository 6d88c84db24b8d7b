package compile

import (
	"strings"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// rustdoc is the call that documents a crate, or that runs the tests in its documentation.
func (c *Compiler) rustdoc(u *unit.Unit, at Places) *Command {
	cmd := &Command{}
	if at != nil {
		cmd.Program = c.Rustdoc
	}
	c.toolEnv(cmd, u)
	c.packageEnv(cmd, u)
	if at != nil {
		var dirs []string
		if u.Mode == unit.Doctest {
			dirs = c.scriptDirs(unit.Host, at) // the tests are run by the same process
		}
		c.searchPath(cmd, append(dirs, c.dylibDirs(u, at)...))
	}
	cmd.arg("--edition=" + u.Target.Edition.String())
	for _, crateType := range u.Target.RustcTypes() {
		cmd.arg("--crate-type", crateType)
	}
	if u.Mode == unit.Doctest {
		c.doctestArgs(cmd, u, at)
	} else {
		c.docArgs(cmd, u, at)
	}
	if at == nil {
		return cmd.withoutPlaces()
	}
	return cmd
}

const crateVersion = "--crate-version"

func (c *Compiler) docArgs(cmd *Command, u *unit.Unit, at Places) {
	cmd.arg("--crate-name", u.Target.CrateName())
	c.sourceArg(cmd, u, at)
	c.capLints(cmd, u, at)
	cmd.arg(c.target(u.Kind).args()...)
	if at != nil {
		cmd.arg("-o", at.Dir(u))
	}
	cmd.arg(featureArgs(u)...)
	c.messageArgs(cmd, at)
	cmd.arg(u.Package.LintFlags...)
	cmd.arg("-C", "metadata="+c.docMetadata(u))
	c.dependencyArgs(cmd, u, at)
	cmd.arg(c.docExtra(u)...)
	cmd.arg(c.target(u.Kind).Rustdocflags...)
	given := false
	for _, arg := range cmd.Args {
		given = given || strings.HasPrefix(arg, crateVersion)
	}
	if !given {
		cmd.arg(crateVersion, u.Package.Version().String())
	}
	if at != nil {
		c.scriptFlags(cmd, u, at)
	}
}

// docExtra: of a program nobody sees but what is private, so all is documented; a link to it is no mistake then.
func (c *Compiler) docExtra(u *unit.Unit) []string {
	args := append([]string(nil), c.extra(u)...)
	bin := u.Target.Kind == manifest.Bin
	if c.roots[u] && (c.DocumentPrivate || bin) {
		args = append(args, "--document-private-items")
		if bin {
			args = append(args, "-Arustdoc::private-intra-doc-links")
		}
	}
	return args
}

// docMetadata is that of the unit in which other crates know this one, so that links between their documentation find
// each other; its own where no other crate needs it.
func (c *Compiler) docMetadata(u *unit.Unit) string {
	for _, other := range c.Graph.Units {
		if (other.Mode == unit.Check || other.Built) && other.ID.Same(u.ID) && other.Kind == u.Kind && other.Target == u.Target {
			return c.Metadata(other)
		}
	}
	return c.Metadata(u)
}

func (c *Compiler) doctestArgs(cmd *Command, u *unit.Unit, at Places) {
	target := c.target(u.Kind)
	if at != nil {
		color := c.Color
		if color == "" {
			color = "auto"
		}
		cmd.arg("--color", color)
	}
	cmd.arg("--crate-name", u.Target.CrateName(), "--test")
	c.sourceArg(cmd, u, at)
	if at != nil {
		cmd.arg("--test-run-directory", u.Package.Dir)
	}
	cmd.arg(target.args()...)
	for i, word := range target.Runner {
		if i == 0 {
			cmd.arg("--test-runtool", word)
		} else {
			cmd.arg("--test-runtool-arg", word)
		}
	}
	if target.Linker != "" {
		cmd.arg("-C", "linker="+target.Linker)
	}
	if u.Profile.Panic != "unwind" && u.Profile.Panic != "" {
		cmd.arg("-C", "panic="+u.Profile.Panic)
	}
	if at != nil {
		for _, path := range c.nativePaths(at) {
			cmd.arg("-L", path)
		}
		for _, arg := range c.TestArgs {
			cmd.arg("--test-args", arg)
		}
		if c.Quiet {
			cmd.arg("--test-args", "--quiet")
		}
	}
	cmd.arg(u.Package.LintFlags...)
	if at != nil {
		c.externArgs(cmd, u, at)
		c.searchArgs(cmd, u, at)
	}
	cmd.arg(c.lto[u.Index].args()...)
	cmd.arg(featureArgs(u)...)
	if at != nil {
		c.doctestFlags(cmd, u, at)
	}
	cmd.arg(target.Rustdocflags...)
	if at != nil {
		form := c.DoctestFormat
		if form == "" {
			form = "human"
		}
		cmd.arg("--error-format", form)
	}
}

// doctestFlags is what build scripts of the package said; their variables too, as the tests run in the same process.
func (c *Compiler) doctestFlags(cmd *Command, u *unit.Unit, at Places) {
	for _, run := range c.links[u.Index].own {
		said := at.Said(run)
		cmd.cfgs(said)
		for _, a := range said.LinkArgs {
			if a.AppliesTo(u.Target, true) {
				cmd.arg("-C", "link-arg="+a.Arg)
			}
		}
	}
	c.runEnv(cmd, u, at)
}
