//go:build unix

package cargohttp

const homeVariable = "HOME"

func systemGitFiles(func(string) string) []string { return []string{"/etc/gitconfig"} }
