package worktree

const systemConfig = `C:\Program Files\Git\etc\gitconfig`

func homeVariables() []string { return []string{"HOME", "USERPROFILE"} }
