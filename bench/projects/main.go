// Command projects builds real projects by berth and by stock Cargo, runs their tests and their programs, and compares
// everything that a user or another program sees: exit codes, status lines, messages in JSON, the files in target/, which
// tests passed, and what the programs say.
//
//	go run ./bench/projects [--mirror DIR] [--stock DIR] [--projects NAME,…] [--steps NAME,…]
//
// After debug berth builds a second checkout, in which nothing of the registry may be compiled again. Steps are debug,
// test, release, release-test and check. What stock makes of a project is kept in the folder of --stock as lines of text
// and not made again. It ends with 1 if something differs. Build directories are large: TMPDIR says where.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"berth/bench/internal/sides"
)

func main() {
	var options sides.Options
	flag.StringVar(&options.Mirror, "mirror", "bench/out/mirror", "folder of the registry, with projects/ beside it; made where it is missing")
	kept := flag.String("stock", "bench/out/builds", "folder of what stock made")
	projects := flag.String("projects", "hyperfine,just,fd-find,tokei,ripgrep,bat,c-code,nu", "the projects that are built, comma-separated; c-code is one of ours, with libraries in C")
	names := flag.String("steps", "debug,test,release,check", "what is done with each; with nu it is check alone")
	flag.Parse()
	options.Projects = strings.Split(*projects, ",")
	different := 0
	err := sides.With(context.Background(), options, func(b *sides.Bench) (err error) {
		different, err = compare(b, *kept, strings.Split(*names, ","))
		return err
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || different > 0 {
		os.Exit(1)
	}
}
