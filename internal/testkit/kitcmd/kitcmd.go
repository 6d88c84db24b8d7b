// Package kitcmd is what the commands of the test kit have in common: verbs with flags, and servers that do not outlive who started them.
//
// A server ends at SIGINT, SIGTERM, or the end of its standard input if that is a pipe. At start it writes its URL to standard output and, whole in one
// step, to the port file.
package kitcmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// Streams are what a command reads from and writes to.
type Streams struct {
	In  *os.File // may be nil
	Out io.Writer
	Err io.Writer
}

// Command is a program with verbs.
type Command struct {
	Name  string
	Usage string
	Verbs map[string]func(context.Context, []string, Streams) error
}

// Run executes one command line, without the program's name, and returns the exit code.
func (c Command) Run(args []string, std Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := c.run(ctx, args, std)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, new(UsageError)):
		fmt.Fprintf(std.Err, "%s: %v\n", c.Name, err)
		return 2
	}
	fmt.Fprintf(std.Err, "%s: %v\n", c.Name, err)
	return 1
}

// UsageError is a command line that cannot be understood.
type UsageError struct{ Message string }

func (e UsageError) Error() string { return e.Message }

func (c Command) run(ctx context.Context, args []string, std Streams) error {
	if len(args) == 0 {
		fmt.Fprint(std.Err, c.Usage)
		return UsageError{"no verb given"}
	}
	if verb, ok := c.Verbs[args[0]]; ok {
		return verb(ctx, args[1:], std)
	}
	switch args[0] {
	case "help", "-h", "--help":
		fmt.Fprint(std.Out, c.Usage)
		return nil
	}
	return UsageError{fmt.Sprintf("unknown verb %q, expected one of %s", args[0], strings.Join(slices.Sorted(maps.Keys(c.Verbs)), ", "))}
}

// NewFlags is a flag set whose help begins with what the verb does. name is the program's and the verb's.
func NewFlags(name, about string, std Streams) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(std.Err)
	flags.Usage = func() {
		fmt.Fprintf(std.Err, "%s\n\nFlags of %s:\n", about, name)
		flags.PrintDefaults()
	}
	return flags
}

// Parse reads the flags and makes sure that the named ones have a value and nothing is left over.
func Parse(flags *flag.FlagSet, args []string, needed ...string) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return UsageError{err.Error()}
	}
	if flags.NArg() > 0 {
		return UsageError{fmt.Sprintf("unexpected argument %q", flags.Arg(0))}
	}
	for _, name := range needed {
		if flags.Lookup(name).Value.String() == "" {
			return UsageError{fmt.Sprintf("--%s is needed", name)}
		}
	}
	return nil
}

// List is a flag value of names with commas between them.
type List []string

func (l *List) String() string { return strings.Join(*l, ",") }

// Set adds the names in value.
func (l *List) Set(value string) error {
	*l = append(*l, strings.FieldsFunc(value, func(r rune) bool { return r == ',' })...)
	return nil
}
