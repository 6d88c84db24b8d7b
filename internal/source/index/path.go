package index

import "strings"

// Path is where the index file of a crate lies, in a registry's index and in the cache: by the first letters of the
// name, in small letters.
func Path(name string) string {
	name = strings.ToLower(name)
	return prefix(name) + "/" + name
}

// prefix is the directories above a crate's index file.
func prefix(name string) string {
	switch len(name) {
	case 0, 1:
		return "1"
	case 2:
		return "2"
	case 3:
		return "3/" + name[:1]
	}
	return name[:2] + "/" + name[2:4]
}
