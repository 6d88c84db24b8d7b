// Package distcmd is the command distserver: it serves a dist tree and makes one.
//
// Run is its main function without the process around it, so that script tests can have it as a command of the test binary. A server
// ends at SIGINT, SIGTERM, or the end of its standard input if that is a pipe, so that it does not outlive the program that
// started it. At start it writes its URL to standard output and, whole in one step, to the port file.
package distcmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
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
type Streams struct {
	In  *os.File // may be nil
	Out io.Writer
	Err io.Writer
}

// Run executes one command line, without the program's name, and returns the exit code.
func Run(args []string, std Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, args, std)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, new(usageError)):
		fmt.Fprintf(std.Err, "distserver: %v\n", err)
		return 2
	}
	fmt.Fprintf(std.Err, "distserver: %v\n", err)
	return 1
}

// usageError is a command line that cannot be understood.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

func run(ctx context.Context, args []string, std Streams) error {
	if len(args) == 0 {
		fmt.Fprint(std.Err, usage)
		return usageError{"no verb given"}
	}
	verbs := map[string]func(context.Context, []string, Streams) error{
		"serve": serve, "rebuild": rebuild, "tiny": tiny, "point": point,
	}
	verb, ok := verbs[args[0]]
	if ok {
		return verb(ctx, args[1:], std)
	}
	switch args[0] {
	case "help", "-h", "--help":
		fmt.Fprint(std.Out, usage)
		return nil
	}
	return usageError{fmt.Sprintf("unknown verb %q, expected serve, rebuild, tiny or point", args[0])}
}

// newFlags is a flag set whose help begins with what the verb does.
func newFlags(verb, about string, std Streams) *flag.FlagSet {
	flags := flag.NewFlagSet("distserver "+verb, flag.ContinueOnError)
	flags.SetOutput(std.Err)
	flags.Usage = func() {
		fmt.Fprintf(std.Err, "%s\n\nFlags of distserver %s:\n", about, verb)
		flags.PrintDefaults()
	}
	return flags
}

// parse reads the flags and makes sure that the named ones have a value and nothing is left over.
func parse(flags *flag.FlagSet, args []string, needed ...string) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError{err.Error()}
	}
	if flags.NArg() > 0 {
		return usageError{fmt.Sprintf("unexpected argument %q", flags.Arg(0))}
	}
	for _, name := range needed {
		if flags.Lookup(name).Value.String() == "" {
			return usageError{fmt.Sprintf("--%s is needed", name)}
		}
	}
	return nil
}

// list is a flag value of names with commas between them.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, strings.FieldsFunc(value, func(r rune) bool { return r == ',' })...)
	return nil
}
