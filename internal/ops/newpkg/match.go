package newpkg

import (
	"errors"
	"strings"

	"berth/internal/glob"
)

var errStars = errors.New("** in a pattern must be all that stands between two slashes")

// matches compares a member pattern with a path as Cargo does here: * also fits what has slashes in it, other than where members are looked for.
func matches(pattern, path string) (bool, error) {
	for part := range strings.SplitSeq(pattern, "/") {
		if strings.Contains(part, "**") && part != "**" {
			return false, errStars
		}
	}
	return fits(pattern, path), nil
}

// fits: **/ is for any number of whole elements, also none.
func fits(pattern, path string) bool {
	before, after, deep := strings.Cut(pattern, "**/")
	if !deep {
		return glob.Fits(pattern, path)
	}
	begun := false
	for i := range path {
		if i > 0 && path[i-1] != '/' {
			continue
		}
		begun = begun || glob.Fits(before, path[:i])
		if begun && fits(after, path[i:]) {
			return true
		}
	}
	return false
}
