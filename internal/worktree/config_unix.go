//go:build unix

package worktree

const systemConfig = "/etc/gitconfig"

const hasExecutable = true

func homeVariables() []string { return []string{"HOME"} }
