package cargo

import (
	"time"

	"berth/internal/jobslot"
	"berth/internal/lockfs"
	"berth/internal/openfiles"
)

// filesOfJob is how many files are open for one compiler: the pipes of its output and of its jobserver, the compiler itself, and the locks
// of the slot, the unit and the attempt.
const filesOfJob = 14

// headStart is how long the jobs of a build may take before it stands behind those that have waited longer: some units of
// an edit, and little of a build of many packages.
const headStart = 2 * time.Second

// slots are the right to run jobs, of which all builds of the user on this machine have as many as it has cores.
// Given: the command line has a limit, of which stock says that it is ignored where others decide.
func (c *cli) slots(limit int, given bool) *jobslot.Pool {
	o := jobslot.Options{
		Cores: openfiles.AtOnce(jobslot.Cores(), 1), Limit: openfiles.Alone(limit, filesOfJob), HeadStart: headStart,
		Lookup: c.Lookup, Command: "cargo", Notice: slotNotice{c},
	}
	if dir, ok := lockfs.UserDir(c.Lookup, "jobs"); ok {
		o.Dir = dir
	}
	pool := jobslot.Open(o)
	if given && pool.Foreign() {
		c.UI.Warnf("a `-j` argument was passed to Cargo but Cargo is also configured with an external jobserver in its environment, ignoring the `-j` parameter")
	}
	return pool
}

// slotNotice tells that all slots are in use by others.
type slotNotice struct{ *cli }

func (n slotNotice) Waiting(w lockfs.Waiting) (done func()) {
	return n.UI.Wait(w.Lock, "", w.Progress).Done
}

func (n slotNotice) NoLocks(string) {}
