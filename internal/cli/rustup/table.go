package rustup

import (
	"context"
	"strings"

	"berth/internal/names"
	"berth/internal/store"
	"berth/internal/toolchain"
	"berth/internal/ui"
)

// row is a line of the table that install, update and default end with.
type row struct {
	name, status string
	version      string // the first line of `rustc --version`
	from         string // the same before an update
}

// The words for what became of a toolchain.
const (
	installed    = "installed"
	updated      = "updated"
	unchanged    = "unchanged"
	updateFailed = "update failed"
	rolledBack   = "rolled back"
)

func (c *cli) rowOf(ctx context.Context, tc names.Official, out toolchain.Outcome) row {
	r := row{name: tc.String(), version: c.versionOrWhy(ctx, tc)}
	switch {
	case out.Status == toolchain.Unchanged:
		r.status = unchanged
	case out.Status == toolchain.Updated && out.Before != "":
		r.status, r.from = updated, c.versionBefore(ctx, tc, out.Before)
	default:
		r.status = installed // for stock also where the old release is not known
	}
	return r
}

// versionBefore is what the rustc says that an update has replaced: that of the tree before, which stays for a rollback.
// Where that is gone already, what the old manifest says.
func (c *cli) versionBefore(ctx context.Context, tc names.Official, release string) string {
	previous, err := c.Home.Store().Previous(tc.String())
	if err != nil || previous.Kind == store.None {
		return "rustc " + release
	}
	return c.RustcVersion(ctx, previous.Path)
}

// versionOrWhy is the version of a toolchain's rustc, or a word for its absence.
func (c *cli) versionOrWhy(ctx context.Context, tc names.Toolchain) string {
	version, err := c.rustcOf(ctx, tc)
	if err != nil {
		return "(rustc does not exist)"
	}
	return version
}

// table prints rows, names and status set flush right together.
func (c *cli) table(rows ...row) {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.head()))
	}
	c.UI.Print("\n")
	for _, r := range rows {
		line := "  " + strings.Repeat(" ", width-len(r.head())) + c.UI.Paint(r.tone(), r.head()) + " - " + r.version
		if r.from != "" {
			line += " (from " + r.from + ")"
		}
		c.UI.Print(line + "\n")
	}
	c.UI.Print("\n")
}

func (r row) head() string { return r.name + " " + r.status }

func (r row) tone() ui.Tone {
	switch r.status {
	case unchanged:
		return ui.Strong
	case updateFailed:
		return ui.Failure
	}
	return ui.Heading
}
