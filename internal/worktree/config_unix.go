//go:build unix

package worktree

const systemConfig = "/etc/gitconfig"
