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
	flags := report.NewFlags()
	flag.Parse()
	if err := run(*dist, flags); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(dist string, flags *report.Flags) error {
	b, err := newBench(dist, flags)
	if err != nil {
		return err
	}
	defer b.close()
	version, err := exec.Command(b.stock, "--version").Output()
	if err != nil {
		return err
	}
	return flags.Make(b.measurements(), report.Table{Name: "toolchains", Peer: "stock rustup", Note: strings.TrimSpace(string(version))})
}
