// Command packages measures berth against the stock Cargo on the machine, with the crates of real projects and one
// registry of our own, and writes the second table of bench/README.md.
//
//	go run ./bench/packages [--mirror DIR] [--projects bat,nu] [--pairs 9] [--only NAME,…] [--write]
//
// Projects and crates are fetched from the public registry once, into the folder that DIR is in (`registry collect` of
// the test kit). Homes and copies of the projects are made below a temporary directory; the user's own are read only.
package main

import (
	"context"
	"fmt"
	"os"

	"berth/bench/internal/sides"
)

func main() {
	if err := sides.Run(context.Background(), "packages", sides.Parse("bat,nu"), prepared); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
