package lockfs

// IsImmovable: there are no such directories here. What is in use is not removed, either.
func IsImmovable(error) bool { return false }

// CanGiveWay is of directories that cannot be renamed.
func CanGiveWay(Filesystem) bool { return false }
