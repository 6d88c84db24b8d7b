// Command distserver serves a dist tree with counts and faults, and makes one; see the package distcmd.
package main

import (
	"os"

	"berth/internal/testkit/distcmd"
)

func main() {
	os.Exit(distcmd.Run(os.Args[1:], distcmd.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
