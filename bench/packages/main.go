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
	"flag"
	"fmt"
	"os"
	"strings"

	"berth/bench/internal/report"
)

func main() {
	mirror := flag.String("mirror", "bench/out/mirror", "folder of the registry, with projects/ beside it; made where it is missing")
	projects := flag.String("projects", "bat,nu", "the projects that are measured alone, comma-separated")
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
	return report.Table{Name: "packages", Peer: "stock Cargo", Note: b.Version}.Write("bench/README.md", rows)
}
