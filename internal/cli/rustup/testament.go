package rustup

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"

	"berth/internal/app"
	"berth/internal/cli/command"
)

// testament is for bug reports: what this program was built from.
func (c *cli) testament() *command.Command {
	return &command.Command{
		Name:   "dump-testament",
		About:  "Show what this program was built from",
		Hidden: true,
		Run: func(context.Context) error {
			c.UI.Print(buildInfo().testament())
			return nil
		},
	}
}

// build is what the linker recorded about this program.
type build struct {
	Go, Commit, Time string
	Modified         bool
}

func buildInfo() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{}
	}
	b := build{Go: info.GoVersion}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// testament has stock's lines, as far as Go knows what they tell. The first two
// are read by programs.
func (b build) testament() string {
	var t strings.Builder
	fmt.Fprintf(&t, "Rustup version renders as: %s\n", versionText())
	fmt.Fprintf(&t, "Current crate version: %s\n", app.RustupVersion)
	fmt.Fprintf(&t, "Built with: %s\n", orUnknown(b.Go))
	fmt.Fprintf(&t, "Commit info: %s\n", orUnknown(strings.TrimSpace(b.Commit+" "+b.Time)))
	switch {
	case b.Commit == "":
		t.WriteString("State of the working tree is not known\n")
	case b.Modified:
		t.WriteString("Working tree has changes\n")
	default:
		t.WriteString("Working tree is clean\n")
	}
	return t.String()
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}
