// Command builds measures berth against the stock Cargo on the machine, building real projects and generated ones, and
// writes the third table of bench/README.md.
//
//	go run ./bench/builds [--mirror DIR] [--projects ripgrep,hyperfine,just] [--pairs 9] [--only NAME,…] [--write]
//
// Projects and crates are fetched from the public registry once, as for ./bench/packages. Homes, copies of the projects
// and all that is built lie below a temporary directory; the user's own are read only. Everything with nine pairs and three
// projects takes hours; cold, noop, paths, together, beside, eight, ninth and edit are the names for --only.
package main

import (
	"context"
	"fmt"
	"os"

	"berth/bench/internal/sides"
)

func main() {
	if err := sides.Run(context.Background(), "builds", sides.Parse("ripgrep,hyperfine,just"), prepared); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
