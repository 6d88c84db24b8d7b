// Package distcmd is the command distserver: it serves a dist tree and makes one.
//
// Run is its main function without the process around it, so that script tests can have it as a command of the test binary.
package distcmd

import (
	"context"
	"flag"

	"berth/internal/testkit/kitcmd"
)

const usage = `Make and serve the file tree of a dist server.

  distserver serve   --root DIR [--addr 127.0.0.1:0] [--port-file FILE] [--point CHANNEL=DATE]... [--ignore-stdin]
  distserver rebuild --toolchain DIR --out DIR [--format xz|gz|zst] [--channels stable,1.95.0] [--date DATE]
                     [--only PKG,...] [--change PKG,...] [--std-as TARGET,...] [--only-served] [--dated-only]
  distserver tiny    --out DIR [--default-root URL]
  distserver point   --root DIR --date DATE --channels stable,...

"distserver VERB --help" explains a verb.
`

// Streams are what a command reads from and writes to.
type Streams = kitcmd.Streams

// Run executes one command line, without the program's name, and returns the exit code.
func Run(args []string, std Streams) int {
	return kitcmd.Command{Name: "distserver", Usage: usage, Verbs: map[string]func(context.Context, []string, Streams) error{
		"serve": serve, "rebuild": rebuild, "tiny": tiny, "point": point,
	}}.Run(args, std)
}

func newFlags(verb, about string, std Streams) *flag.FlagSet {
	return kitcmd.NewFlags("distserver "+verb, about, std)
}
