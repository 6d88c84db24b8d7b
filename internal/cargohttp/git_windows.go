package cargohttp

import "path/filepath"

func systemGitFiles(getenv func(string) string) []string {
	var files []string
	for _, place := range []struct{ variable, below string }{{"PROGRAMDATA", `Git\config`}, {"PROGRAMFILES", `Git\etc\gitconfig`}} {
		if dir := getenv(place.variable); dir != "" {
			files = append(files, filepath.Join(dir, place.below))
		}
	}
	return files
}
