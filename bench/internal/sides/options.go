package sides

import (
	"context"
	"flag"
	"strings"

	"berth/bench/internal/report"
)

// Options are the flags of the benches with real crates.
type Options struct {
	*report.Flags
	Mirror   string   // the folder of the registry
	Projects []string // which are measured
}

// Parse reads the command line; projects are those that are measured where nothing is said.
func Parse(projects string) Options {
	o := Options{Flags: report.NewFlags()}
	flag.StringVar(&o.Mirror, "mirror", "bench/out/mirror", "folder of the registry, with projects/ beside it; made where it is missing")
	names := flag.String("projects", projects, "the projects that are measured, comma-separated")
	flag.Parse()
	o.Projects = strings.Split(*names, ",")
	return o
}

// Run makes what all measurements need, has the bench prepare its own, and makes the table of that name.
func Run(ctx context.Context, table string, options Options, prepare func(*Bench) ([]report.Measurement, error)) error {
	return With(ctx, options, func(b *Bench) error {
		all, err := prepare(b)
		if err != nil {
			return err
		}
		return b.Make(all, report.Table{Name: table, Peer: "stock Cargo", Note: b.Version})
	})
}

// With does something with both programs and a registry, which are taken away after it.
func With(ctx context.Context, options Options, do func(*Bench) error) error {
	b, err := start(ctx, options)
	if err != nil {
		return err
	}
	defer b.close()
	return do(b)
}
