// Package gitkit makes git repositories and serves them in every way that a git dependency can be reached by: from a file URL, over smart HTTP by git's own
// http-backend, by git's daemon, and over SSH.
//
// All of it is the installed git's work, run without the user's configuration; the servers' sockets are ours, so that connections are counted and no port
// is guessed. Commits have fixed names and dates: the same steps give the same ids.
package gitkit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// environ is the environment of every git: no configuration of the user or the machine, no prompt, and a clock that stands still.
func environ(extra ...string) []string {
	const when = "1136239445 +0000"
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=testkit", "GIT_AUTHOR_EMAIL=kit@test", "GIT_AUTHOR_DATE=" + when,
		"GIT_COMMITTER_NAME=testkit", "GIT_COMMITTER_EMAIL=kit@test", "GIT_COMMITTER_DATE=" + when,
	}
	return append(env, extra...)
}

// command is a git that is run in dir.
type command struct {
	dir   string
	env   []string
	stdin string
}

func (c command) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = c.dir, environ(c.env...)
	cmd.Stdin = strings.NewReader(c.stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git %s in %s: %w\n%s%s", strings.Join(args, " "), c.dir, err, &stdout, &stderr)
	}
	return strings.TrimSuffix(stdout.String(), "\n"), nil
}

// Snapshot makes the bare repository at repo, which it creates if need be, have one more commit on its branch master: of the files in folder and the extra
// ones, by path. Files whose names begin with a dot are left out. Where nothing has changed there is no new commit. It returns the commit's id.
func Snapshot(ctx context.Context, repo, folder string, extra map[string]string) (string, error) {
	if _, err := os.Stat(repo); errors.Is(err, fs.ErrNotExist) {
		if _, err := (command{dir: "."}).run(ctx, "init", "-q", "--bare", "--initial-branch=master", repo); err != nil {
			return "", err
		}
	}
	abs, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	git := command{dir: repo, env: []string{"GIT_DIR=.", "GIT_WORK_TREE=" + abs}}
	if _, err := git.run(ctx, "add", "-A", "--", ":/", ":(exclude,glob)**/.*"); err != nil {
		return "", err
	}
	for name, text := range extra {
		blob, err := command{dir: repo, stdin: text}.run(ctx, "hash-object", "-w", "--stdin")
		if err != nil {
			return "", err
		}
		if _, err := git.run(ctx, "update-index", "--add", "--cacheinfo", "100644,"+blob+","+name); err != nil {
			return "", err
		}
	}
	tree, err := git.run(ctx, "write-tree")
	if err != nil {
		return "", err
	}
	return commitTree(ctx, git, tree)
}

// commitTree puts a commit of the tree onto master, unless it is the tree of its newest commit.
func commitTree(ctx context.Context, git command, tree string) (string, error) {
	args := []string{"commit-tree", "-m", "snapshot", tree}
	if head, err := git.run(ctx, "rev-parse", "--verify", "-q", "refs/heads/master"); err == nil {
		if old, err := git.run(ctx, "rev-parse", head+"^{tree}"); err != nil || old == tree {
			return head, err
		}
		args = append(args, "-p", head)
	}
	commit, err := git.run(ctx, args...)
	if err != nil {
		return "", err
	}
	_, err = git.run(ctx, "update-ref", "refs/heads/master", commit)
	return commit, err
}
