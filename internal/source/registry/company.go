package registry

import (
	"context"
	"sync"
	"time"

	"berth/internal/cargohome"
	"berth/internal/lockfs"
)

// Company is the commands of a home that ask registries at the same time. Of commands that were started together the
// last may begin when the first has its answers already; it shall take those, and not ask anew.
//
// What holds: an answer that came before a command began is news enough for it if it is younger than [Lately] at that time, and if
// since before that answer there was at each moment a command that asks, and still is. So of commands that run one after
// another each asks anew, whatever is published between them.
//
// Where it ends: what is published within that time beside other commands may be seen by the next command only.
//
// Each of them holds a lock shared until it ends. Whoever finds it free is alone, and leaves a file that says when: no
// answer that is older counts for those who come while it runs, or while those run who came meanwhile.
type Company struct {
	home   *cargohome.Home
	lately time.Duration

	join  sync.Once
	lease *lockfs.FileLock
	since time.Time // there was no moment without a command that asks; zero where that is not known
}

// Lately is more than the time that 32 processes take to start on two busy cores.
const Lately = 2 * time.Second

// NewCompany is for one command; nothing is touched. Answers count that came at most lately before the command began.
func NewCompany(home *cargohome.Home, lately time.Duration) *Company {
	return &Company{home: home, lately: lately}
}

// enter is called before something is asked for. A home that cannot be written has no company.
func (c *Company) enter(ctx context.Context) {
	if c != nil {
		c.join.Do(func() { c.enterOnce(ctx) })
	}
}

func (c *Company) enterOnce(ctx context.Context) {
	lock := c.home.Lock(lockfs.RankCompany, "asking registries", "asking")
	lock.Patience = patience
	mark := c.home.Private("asking")
	if _, alone, err := lock.Try(ctx, lockfs.Exclusive); err == nil {
		// The mark gets its time from the same clock as the answers.
		err = alone.WriteUnsynced("registry.company.begin", mark, nil)
		alone.Close()
		if err != nil {
			return
		}
	}
	// The lock is not told to the context: it is held to the end, and nobody waits for it but while one writes the mark.
	_, lease, err := lock.Acquire(ctx, lockfs.Shared)
	if err != nil {
		return
	}
	if c.lease = lease; !lease.Excludes() {
		return
	}
	if info, err := mark.Stat(); err == nil {
		c.since = info.ModTime()
	}
}

// Close leaves the company. The end of the process does so, too.
func (c *Company) Close() error { return c.lease.Close() }

// isNews tells whether an answer of another process is new enough for a command that began at some time. One from the
// future tells nothing: some clock was wrong.
func (c *Company) isNews(answered, began time.Time) bool {
	switch {
	case answered.After(time.Now().Add(time.Second)):
		return false
	case !answered.Before(began):
		return true
	case c == nil || c.since.IsZero():
		return false
	}
	return answered.After(c.since) && !answered.Before(began.Add(-c.lately))
}
