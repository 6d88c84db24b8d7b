//go:build !linux && !darwin

package lockfs

import "os"

// exchange has no single step here: for an instant nothing is at b. Both
// callers hold the lock of the name, and readers that find nothing look again.
func exchange(a, b string) error {
	aside := b + ".aside"
	if err := os.Rename(b, aside); err != nil {
		return err
	}
	if err := os.Rename(a, b); err != nil {
		os.Rename(aside, b)
		return err
	}
	return os.Rename(aside, a)
}
