// Command registry serves a registry with counts and faults, and makes one of what a Cargo has fetched; see the package registrycmd.
package main

import (
	"os"

	"berth/internal/testkit/kitcmd"
	"berth/internal/testkit/registrycmd"
)

func main() {
	os.Exit(registrycmd.Run(os.Args[1:], kitcmd.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
