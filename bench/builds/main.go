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
	"flag"
	"fmt"
	"os"
	"strings"

	"berth/bench/internal/report"
)

func main() {
	mirror := flag.String("mirror", "bench/out/mirror", "folder of the registry, with projects/ beside it; made where it is missing")
	projects := flag.String("projects", "ripgrep,hyperfine,just", "the projects that are built, comma-separated")
	pairs := flag.Int("pairs", 9, "pairs of each measurement; 3 at most for what takes over 20 s")
	only := flag.String("only", "", "names of measurements, comma-separated; all by default")
	write := flag.Bool("write", false, "write the table into bench/README.md")
	flag.Parse()
	if err := run(context.Background(), *mirror, strings.Split(*projects, ","), *pairs, *only, *write); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, mirror string, projects []string, pairs int, only string, write bool) error {
	b, err := newBench(ctx, mirror, projects, pairs)
	if err != nil {
		return err
	}
	defer b.Close()
	rows, err := report.Collect(b.measurements(), only)
	if err != nil || !write {
		return err
	}
	return report.Table{Name: "builds", Peer: "stock Cargo", Note: b.Version}.Write("bench/README.md", rows)
}
