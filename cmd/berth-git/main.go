// Command berth-git does git's work for berth on machines without the git command: one call, read from the standard
// input, answered on the standard output. It is a program of its own so that berth, which is also the proxy of every
// rustc call, need not load a git library. Nobody calls it by hand.
package main

import (
	"context"
	"fmt"
	"os"

	"berth/internal/gitdb"
	"berth/internal/gitdb/library"
)

func main() {
	err := gitdb.Serve(context.Background(), os.Stdin, os.Stdout, func(h gitdb.HTTP) gitdb.Engine { return library.New(h, os.Stderr) })
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}
