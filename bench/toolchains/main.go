// Command toolchains measures berth against the stock rustup on the machine, on
// one dist server of our own, and writes the table of bench/README.md.
//
//	go run ./bench/toolchains [--dist DIR] [--pairs 9] [--only NAME,…] [--write]
//
// The server's archives are rebuilt from the installed stable toolchain (xz at
// preset 9, as the real ones are), once, into DIR. Homes are made below a
// temporary directory; the user's own are read only.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"berth/bench/internal/report"
)

func main() {
	dist := flag.String("dist", "bench/out/dist", "where the rebuilt dist server lies or is made")
	pairs := flag.Int("pairs", 9, "pairs of each measurement; 3 at most for what takes over 20 s")
	only := flag.String("only", "", "names of measurements, comma-separated; all by default")
	write := flag.Bool("write", false, "write the table into bench/README.md")
	flag.Parse()
	if err := run(*dist, *pairs, *only, *write); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(dist string, pairs int, only string, write bool) error {
	b, err := newBench(dist, pairs)
	if err != nil {
		return err
	}
	defer b.close()
	rows, err := report.Collect(b.measurements(), only)
	if err != nil || !write {
		return err
	}
	version, _ := exec.Command("rustup", "--version").Output()
	table := report.Table{Name: "toolchains", Peer: "stock rustup", Note: strings.TrimSpace(string(version))}
	return table.Write("bench/README.md", rows)
}
