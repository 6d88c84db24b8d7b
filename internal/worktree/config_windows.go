package worktree

const systemConfig = `C:\Program Files\Git\etc\gitconfig`

const hasExecutable = false

func homeVariables() []string { return []string{"HOME", "USERPROFILE"} }
