// Package registrycmd is the command registry: it serves a folder as a registry, and fills such a folder from a CARGO_HOME or the public registry.
//
// Run is its main function without the process around it, so that script tests can have it as a command of the test binary.
package registrycmd

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/kitcmd"
	"berth/internal/testkit/realcrates"
)

const usage = `Serve a folder as a registry of crates, and make such a folder.

  registry serve   --root DIR [--addr 127.0.0.1:0] [--port-file FILE] [--token TOKEN] [--dl TEMPLATE] [--gzip] [--git-index DIR]
                   [--tls CA-DIR [--http1]] [--ignore-stdin]
  registry collect --out DIR [--cargo FILE]
  registry mirror  --cargo-home DIR --out DIR [--source NAME]

"registry VERB --help" explains a verb.
`

// Run executes one command line, without the program's name, and returns the exit code.
func Run(args []string, std kitcmd.Streams) int {
	return kitcmd.Command{Name: "registry", Usage: usage, Verbs: map[string]func(context.Context, []string, kitcmd.Streams) error{
		"serve": serve, "collect": collect, "mirror": mirror,
	}}.Run(args, std)
}

func newFlags(verb, about string, std kitcmd.Streams) *flag.FlagSet {
	return kitcmd.NewFlags("registry "+verb, about, std)
}

const aboutCollect = `Have stock Cargo fetch the real projects and the index files of the real crates that are listed in the package realcrates, from the
public registry, and freeze them: crates-home, projects/ and mirror/ below the folder. What is there already stays.`

func collect(ctx context.Context, args []string, std kitcmd.Streams) error {
	flags := newFlags("collect", aboutCollect, std)
	collector := realcrates.Collector{Crates: realcrates.List(), Projects: realcrates.Projects(), Log: std.Err}
	flags.StringVar(&collector.Out, "out", "", "folder to fill")
	flags.StringVar(&collector.Cargo, "cargo", "cargo", "the stock Cargo")
	if err := kitcmd.Parse(flags, args, "out"); err != nil {
		return err
	}
	return collector.Run(ctx)
}

const aboutMirror = `Make a folder to serve out of what a Cargo has fetched of a sparse registry: its index files and archives as they were then. The
folder is also a local registry. Index files that are there already are written anew; archives are linked where that is possible.`

func mirror(_ context.Context, args []string, std kitcmd.Streams) error {
	flags := newFlags("mirror", aboutMirror, std)
	home := flags.String("cargo-home", "", "the CARGO_HOME")
	out := flags.String("out", "", "folder of the mirror")
	source := flags.String("source", "", "the registry's folder below registry/index, if there are several")
	if err := kitcmd.Parse(flags, args, "cargo-home", "out"); err != nil {
		return err
	}
	if *source == "" {
		only, err := onlySource(*home)
		if err != nil {
			return err
		}
		*source = only
	}
	tree, err := cratekit.NewTree(*out)
	if err != nil {
		return err
	}
	n, err := tree.Mirror(*home, *source)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.Out, "%d index files, %d crates\n", n.IndexFiles, n.Crates)
	return nil
}

func onlySource(home string) (string, error) {
	if _, err := os.Stat(home); err != nil {
		return "", err
	}
	sources, err := cratekit.Sources(home)
	if err == nil && len(sources) != 1 {
		err = kitcmd.UsageError{Message: fmt.Sprintf("%s has indexes of %d registries (%s); name one with --source", home, len(sources), strings.Join(sources, ", "))}
	}
	if err != nil {
		return "", err
	}
	return sources[0], nil
}
