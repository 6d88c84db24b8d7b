package gitconfig

import "os"

// Home is where git looks for the user's own files: in the home of Unix shells, else on the drive that a domain gives its
// users, where that is there, else in the profile.
func Home(getenv func(string) string) string {
	if home := getenv("HOME"); home != "" {
		return home
	}
	home := getenv("HOMEDRIVE") + getenv("HOMEPATH")
	if info, err := os.Stat(home); err == nil && info.IsDir() {
		return home
	}
	return getenv("USERPROFILE")
}
