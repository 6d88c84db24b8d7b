package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/cli/command"
	"berth/internal/lockfs"
	"berth/internal/store"
)

func (c *cli) locks() *command.Command {
	return &command.Command{
		Name:  "locks",
		About: "Who holds and who waits for what",
		More:  "A lock goes with its process: there is never anything to clean up.\n",
		Run:   c.runLocks,
	}
}

func (c *cli) runLocks(ctx context.Context) error {
	states, err := c.Home.Store().LockStates(ctx)
	if err != nil {
		return err
	}
	own := lockfs.At(c.Env.CargoHome).Join("berth", store.Version)
	more, err := lockfs.States(ctx, own)
	if err != nil {
		return err
	}
	rows := [][]string{{"lock", "mode", "pid", "command", "since"}}
	for _, s := range append(states, more...) {
		rows = append(rows, c.rowsOf(s)...)
	}
	if len(rows) == 1 {
		c.UI.Infof("no lock is held")
		return nil
	}
	c.UI.Print(table(rows))
	return nil
}

func (c *cli) rowsOf(s lockfs.State) (rows [][]string) {
	name := c.nameOf(s)
	for _, h := range s.Holders {
		rows = append(rows, row(name, s.Mode.String(), h))
	}
	if s.Held && len(s.Holders) == 0 {
		rows = append(rows, []string{name, s.Mode.String(), "?", "?", "?"})
	}
	for _, h := range s.Waiters {
		rows = append(rows, row(name, "waiting", h))
	}
	return rows
}

// nameOf is the lock's name for people, which its exclusive holder wrote; that of
// a lease is the toolchain's.
func (c *cli) nameOf(s lockfs.State) string {
	for _, h := range s.Holders {
		if h.Lock != "" {
			return h.Lock
		}
	}
	if rel, err := filepath.Rel(c.Home.Store().Root().Display(), s.File); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return s.File
}

func row(name, mode string, h lockfs.Holder) []string {
	since := "?"
	if !h.Since.IsZero() {
		since = h.Since.Local().Format(time.DateTime)
	}
	command := h.Command
	if h.Stopped {
		command += " (stopped)"
	}
	return []string{name, mode, fmt.Sprint(h.PID), command, since}
}

// table sets rows in columns, each as wide as its widest cell.
func table(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], len(cell))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		last := len(r) - 1
		for i, cell := range slices.All(r) {
			if i == last {
				b.WriteString(cell + "\n")
				break
			}
			fmt.Fprintf(&b, "%-*s  ", widths[i], cell)
		}
	}
	return b.String()
}
