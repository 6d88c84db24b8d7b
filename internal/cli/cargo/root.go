package cargo

import (
	"context"

	"berth/internal/cli/command"
)

// root declares the whole command line. Called is the name that usage lines begin
// with; within an alias there is none.
func (c *cli) root(called string) *command.Command {
	c.globals, c.other = globals{}, nil
	root := &command.Command{
		Name: called, About: "Rust's packages and builds", Usage: rootUsage, More: rootCommands,
		Flags: c.globals.flags(), OwnHelp: true, Unlisted: true,
		Commands: []*command.Command{
			c.add(), c.bench(), c.build(), c.check(), c.clean(), c.config(), c.doc(), c.fetch(), c.fix(), c.generateLockfile(), c.help(), c.info(), c.initPackage(), c.install(), c.locateProject(), c.metadata(),
			c.newPackage(), c.packageVerb(), c.pkgid(), c.readManifest(), c.remove(), c.runVerb(), c.rustc(), c.rustdoc(), c.search(), c.test(), c.tree(), c.uninstall(), c.update(), c.vendor(),
			c.verifyProject(), c.versionVerb(),
		},
		Others: func(name string, rest []string) error {
			c.other = append([]string{name}, rest...)
			return nil
		},
		Run: func(context.Context) error { return nil },
	}
	if !c.release().ShortManifestPath() {
		withoutShort(root.Commands, "manifest-path")
	}
	return root
}

// withoutShort takes the letter of a flag away.
func withoutShort(commands []*command.Command, long string) {
	for _, cmd := range commands {
		withoutShort(cmd.Commands, long)
		for i := range cmd.Flags {
			if f := &cmd.Flags[i]; f.Long == long {
				f.Short = 0
			}
		}
	}
}

const rootUsage = `cargo [+toolchain] [OPTIONS] [COMMAND]
       cargo [+toolchain] [OPTIONS] -Zscript <MANIFEST_RS> [ARGS]...`

const rootCommands = `Commands:
    build, b    Build a package and what it depends on
    check, c    Look for errors without building all the way
    clean       Remove what builds have made
    doc, d      Make the documentation
    new         Make a new package
    init        Make a new package in a directory that is there
    add         Add dependencies to a Cargo.toml
    remove      Remove dependencies from a Cargo.toml
    run, r      Build a program and run it
    test, t     Build and run tests
    bench       Build and run benchmarks
    update      Bring Cargo.lock up to date
    search      Look for packages in the registry
    publish     Publish a package
    install     Build a program and put it in place
    uninstall   Remove a program that was installed so
    ...         --list shows all of them

'cargo help <command>' tells more about one.
`
