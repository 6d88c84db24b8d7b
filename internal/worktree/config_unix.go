//go:build unix

package worktree

const systemConfig = "/etc/gitconfig"

func homeVariables() []string { return []string{"HOME"} }
