package cargo

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/build"
	"berth/internal/build/timings"
	"berth/internal/jobslot"
	"berth/internal/ui"
	"berth/internal/unit"
)

// saveTimings writes the report of --timings, also of a build that has failed.
func (c *cli) saveTimings(m *compilation, r *build.Request, failure error) error {
	rustc, _, _ := strings.Cut(m.settings.Version.Verbose, "\n")
	report := &timings.Report{
		Graph: r.Graph, Times: r.Times, Command: c.session.verb, Profile: m.profile, Rustc: rustc, Jobs: m.jobs, Cores: jobslot.Cores(),
	}
	for kind, t := range m.settings.Targets {
		if kind != unit.Host || len(m.settings.Targets) == 1 {
			report.Targets = append(report.Targets, t.Name)
		}
	}
	slices.Sort(report.Targets)
	switch {
	case errors.Is(failure, build.ErrFailed):
		report.Error = "the build has failed; what went wrong was said as it happened"
	case failure != nil:
		report.Error = failure.Error()
	}
	path, err := timings.Save(filepath.Join(m.target, "cargo-timings"), report.HTML(), time.Now())
	if err == nil {
		c.UI.StatusLink("Timing", "report saved to ", ui.FileLink(path), "")
	}
	return err
}
