package lockfs

import (
	"os"
	"path/filepath"
	"strings"

	"berth/internal/crashpoint"
)

// Exchange swaps what is at a and b in one step, of any two kinds. b is the
// name that users see. Where the file system cannot do it in one step there is
// an instant without b, and after a kill in that instant Recover puts the old b
// back. It is synced, since what is at a afterwards may be removed.
func (h *FileLock) Exchange(p crashpoint.Point, a, b Filesystem) error {
	h.check()
	return step(p, func() error {
		err := exchange(a.path, b.path)
		if isNotOffered(err) {
			err = exchangeBySteps(p, a.path, b.path)
		}
		if err != nil {
			return err
		}
		return syncDir(filepath.Dir(b.path))
	})
}

// asideSuffix marks what was at the visible name, beside it: in staging it
// would be swept with the rest of a dead process, and it may be the user's own.
const asideSuffix = ".berth-aside"

// Aside is where what was at f lies between the steps of an exchange.
func (f Filesystem) Aside() Filesystem { return Filesystem{f.path + asideSuffix} }

// CutAside finds the name in that of what was put aside from it.
func CutAside(name string) (string, bool) { return strings.CutSuffix(name, asideSuffix) }

func exchangeBySteps(p crashpoint.Point, a, b string) error {
	aside := b + asideSuffix
	if err := os.Rename(b, aside); err != nil {
		return err
	}
	if err := crashpoint.Here(p + ".aside"); err != nil {
		return err
	}
	if err := os.Rename(a, b); err != nil {
		os.Rename(aside, b)
		return err
	}
	if err := crashpoint.Here(p + ".placed"); err != nil {
		return err
	}
	return os.Rename(aside, a)
}

// Recover ends an exchange of b that a dead process began in several steps: if b
// is missing the old one returns, else the old one is moved to spare, a free
// name. Whoever locks a name that may have been exchanged calls it first; where
// Exchange is one step there is never anything to do.
func (h *FileLock) Recover(p crashpoint.Point, b, spare Filesystem) error {
	h.check()
	aside := b.Aside()
	if !aside.Exists() {
		return nil
	}
	if b.Exists() {
		return h.Rename(p, aside, spare)
	}
	return h.Rename(p, aside, b)
}
