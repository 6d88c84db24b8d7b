package worktree

const systemConfig = `C:\Program Files\Git\etc\gitconfig`
