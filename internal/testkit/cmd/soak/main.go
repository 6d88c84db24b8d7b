// Command soak runs package soak: many processes, random operations and random
// kills on one home.
//
//	go run ./internal/testkit/cmd/soak --for 60s [--seed N] [--procs N] [--keep]
//
// It prints the seed first, and exits with 1 and what broke.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"berth/internal/testkit/soak"
	"berth/internal/testkit/stock"
)

func main() { os.Exit(run()) }

func run() int {
	var c soak.Config
	flag.DurationVar(&c.For, "for", time.Minute, "how long")
	flag.Uint64Var(&c.Seed, "seed", rand.Uint64N(1<<32), "what the workers draw from")
	flag.IntVar(&c.Procs, "procs", 8, "processes at once")
	keep := flag.Bool("keep", false, "keep the directory, also after success")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if c.Dir, err = os.MkdirTemp("", "berth-soak-"); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	if c.Stock, err = copyOfStock(c.Dir); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	fmt.Printf("soak --for %v --seed %d --procs %d\n", c.For, c.Seed, c.Procs)
	report, err := soak.Run(ctx, c)
	fmt.Println(report)
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: seed %d: %v\nthe home is in %s\n", c.Seed, err, c.Dir)
		return 1
	}
	if !*keep {
		os.RemoveAll(c.Dir)
	}
	return 0
}

// copyOfStock is "" where there is no stock rustup.
func copyOfStock(dir string) (string, error) {
	if _, err := exec.LookPath("rustup"); err != nil {
		return "", nil
	}
	dir = filepath.Join(dir, "stock")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	return stock.Copy(dir)
}
