// Command builds measures berth against the stock Cargo on the machine, building real projects and generated ones, and
// writes the third table of bench/README.md.
//
//	go run ./bench/builds [--mirror DIR] [--projects ripgrep,hyperfine,just] [--script 30s] [--pairs 9] [--only NAME,…] [--write]
//
// Projects and crates are fetched from the public registry once, as for ./bench/packages. A path in place of a name is a
// project of one's own: a package that is called as its folder, whose Cargo.lock names crates of the mirror alone. Homes,
// copies of the projects and all that is built lie below a temporary directory; the user's own are read only. Everything with
// nine pairs and three projects takes hours; cold, noop, paths, together, beside, crowd, eight, ninth, edit and after are the names for
// --only, which leaves the other rows of the table as they are.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"berth/bench/internal/report"
	"berth/bench/internal/sides"
)

func main() {
	script := flag.Duration("script", 30*time.Second, "how long the slow build script goes on, beside which others are measured")
	options := sides.Parse("ripgrep,hyperfine,just")
	err := sides.Run(context.Background(), "builds", options, func(b *sides.Bench) ([]report.Measurement, error) { return prepared(b, *script) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
