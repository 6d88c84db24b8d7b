package cargohttp

import "path/filepath"

const homeVariable = "USERPROFILE"

func systemGitFiles(getenv func(string) string) []string {
	var files []string
	for _, place := range []struct{ variable, below string }{{"PROGRAMFILES", `Git\etc\gitconfig`}, {"PROGRAMDATA", `Git\config`}} {
		if dir := getenv(place.variable); dir != "" {
			files = append(files, filepath.Join(dir, place.below))
		}
	}
	return files
}
