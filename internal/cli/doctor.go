package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/exe"
	"berth/internal/lockfs"
	"berth/internal/setup"
	"berth/internal/store"
)

func (c *cli) doctor() *command.Command {
	return &command.Command{
		Name:  "doctor",
		About: "Which cargo and which rustc answer, by each way, and what is wrong",
		More:  "Nothing is changed. The exit code is 1 if something is wrong.\n",
		Run: func(ctx context.Context) error {
			d := &diagnosis{cli: c}
			d.homes()
			for _, tool := range []string{"cargo", "rustc"} {
				d.ways(ctx, tool)
			}
			d.overwritten()
			d.fileSystem(ctx)
			d.staging(ctx)
			if ctx.Err() != nil {
				return context.Cause(ctx) // what could not be found out is nothing wrong
			}
			return d.end()
		},
	}
}

// diagnosis collects what is wrong, each with the way to mend it.
type diagnosis struct {
	*cli
	problems []string
}

func (d *diagnosis) wrong(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

func (d *diagnosis) homes() {
	d.UI.Printf("rustup home  %s\ncargo home   %s\n", d.Env.RustupHome, d.Env.CargoHome)
	program, err := os.Executable()
	if err == nil {
		d.UI.Printf("this berth   %s\n", program)
	}
}

// ways lists how one comes to a tool.
func (d *diagnosis) ways(ctx context.Context, tool string) {
	d.UI.Printf("\n%s\n", tool)
	placed := filepath.Join(d.Env.CargoHome, "bin", tool+exe.Suffix)
	path, _ := d.Lookup("PATH")
	found := onPath(path, tool)
	for i, p := range found {
		way := "PATH"
		if i > 0 {
			way = "PATH, behind"
		}
		d.way(ctx, way, p)
	}
	if len(found) == 0 {
		d.UI.Printf("  %-16s nothing\n", "PATH")
		way := "run `berth setup`"
		if d.answers(ctx, placed) == byBerth {
			way = "open a new shell" // its profile knows
		}
		d.wrong("no %s on PATH: %s, or add %s to PATH", tool, way, filepath.Dir(placed))
	}
	d.way(ctx, "$CARGO_HOME/bin", placed)
	variable := strings.ToUpper(tool)
	if value, _ := d.Lookup(variable); value != "" {
		d.way(ctx, variable, value)
	}
	if len(found) > 0 {
		switch by := d.answers(ctx, found[0]); {
		case by == byBerth:
		case found[0] == placed:
			d.wrong("%s by PATH is %s, where berth's belongs: run `berth setup --replace`, which puts it aside", tool, by)
		default:
			d.wrong("%s by PATH is %s: put %s in front of it on PATH, or run `berth setup`", tool, by, filepath.Join(d.Env.CargoHome, "bin"))
		}
	}
}

func (d *diagnosis) way(ctx context.Context, way, path string) {
	d.UI.Printf("  %-16s %s: %s\n", way, path, d.answers(ctx, path))
}

// overwritten finds what a rustup-init that ran beside berth took.
func (d *diagnosis) overwritten() {
	names, err := setup.New(d.App).Lost()
	if err != nil {
		d.wrong("%v", err)
	}
	if len(names) > 0 {
		d.wrong("another rustup (a rustup-init does that) has overwritten what `berth setup` put in %s: %s; run `berth setup --replace`",
			filepath.Join(d.Env.CargoHome, "bin"), strings.Join(names, ", "))
	}
}

// fileSystem tries whether locks exclude. A home that is not there yet is not made.
func (d *diagnosis) fileSystem(ctx context.Context) {
	d.UI.Print("\n")
	for _, home := range []string{d.Env.RustupHome, d.Env.CargoHome} {
		root := lockfs.At(home).Join("berth", store.Version)
		if !root.Exists() {
			d.UI.Printf("locks in %s: not used yet\n", home)
			continue
		}
		lock := lockfs.NewLock(root.Join("doctor.lock"), lockfs.RankLinks, "doctor")
		_, held, err := lock.Try(ctx, lockfs.Exclusive)
		switch {
		case errors.Is(err, lockfs.ErrBusy): // another doctor's: it excludes
			d.UI.Printf("locks in %s: work\n", home)
		case err != nil:
			d.wrong("locks in %s: %v", home, err)
		case !held.Excludes():
			d.wrong("the file system of %s has no locks: work may be done twice; put the home on a local disk", home)
			held.Close()
		default:
			d.UI.Printf("locks in %s: work\n", home)
			held.Retire()
		}
	}
}

// staging tells living work from leftovers, which the next transaction removes.
func (d *diagnosis) staging(ctx context.Context) {
	names, err := d.Home.Store().Unfinished()
	if err != nil {
		d.wrong("%v", err)
		return
	}
	states, err := d.Home.Store().LockStates(ctx)
	if err != nil {
		d.wrong("%v", err)
		return
	}
	alive := map[string]bool{}
	for _, s := range states {
		alive[strings.TrimSuffix(filepath.Base(s.File), ".lock")] = s.Held
	}
	dead := 0
	for _, name := range names {
		if !alive[name] {
			dead++
		}
	}
	d.UI.Printf("unfinished work: %d running, %d left by processes that died\n", len(names)-dead, dead)
	if dead > 0 {
		d.UI.Infof("the next install or `berth sweep` removes what is left over")
	}
}

func (d *diagnosis) end() error {
	if len(d.problems) == 0 {
		d.UI.Print("\nall is well\n")
		return nil
	}
	for _, p := range d.problems {
		d.UI.Warnf("%s", p)
	}
	return errProblems
}
