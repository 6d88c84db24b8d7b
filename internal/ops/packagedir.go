package ops

import "berth/internal/lockfs"

// PackageDir is the lock on the directory in which what is in the archive of a package is built.
func (r *Run) PackageDir(dir string) lockfs.Lock {
	return r.Home.Outside(lockfs.RankPackage, "package directory "+dir, "packages", keyOf(dir))
}
