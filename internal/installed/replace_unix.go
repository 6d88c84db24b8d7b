//go:build unix

package installed

import "os"

// replace leaves who runs the old program with its file.
func replace(from, to string) error { return os.Rename(from, to) }

func remove(path string) error { return os.Remove(path) }
