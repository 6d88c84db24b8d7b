package gitdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"berth/internal/redact"
)

// command is the git command.
type command struct {
	program string
	options Options
}

// call is one run of git.
type call struct {
	dir      string // GIT_DIR, and where it runs
	tree     string // GIT_WORK_TREE
	remote   string // that it goes to
	quiet    bool   // the user's own configuration has no say
	input    io.Reader
	environ  []string // besides
	progress func(string)
	args     []string
}

// commandError is a git that failed.
type commandError struct {
	verb string
	said string
	err  error
}

func (e *commandError) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git %s: %v", e.verb, e.err)
	}
	return fmt.Sprintf("git %s: %s", e.verb, e.said)
}

func (e *commandError) Unwrap() error { return e.err }

// run runs git to its end. It is killed when ctx ends, and where the system can, when this process dies.
func (g *command) run(ctx context.Context, c call) ([]byte, error) {
	cmd := exec.CommandContext(ctx, g.program, append(fixedConfig(), c.args...)...)
	cmd.Dir = c.dir
	cmd.Env = g.environment(c)
	cmd.Stdin = c.input
	cmd.WaitDelay = 2 * time.Second // a helper that outlives git may hold its pipes
	var out bytes.Buffer
	said := &speech{progress: c.progress}
	cmd.Stdout, cmd.Stderr = &out, said
	release := dieTogether(cmd)
	err := cmd.Run()
	release()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return nil, &commandError{verbOf(c.args), said.text(), err}
	}
	return out.Bytes(), nil
}

func verbOf(args []string) string {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "-c":
			i++
		case !strings.HasPrefix(args[i], "-"):
			return args[i]
		}
	}
	return ""
}

// fixedConfig is what no user's configuration may change: hooks and watchers would run other programs on our databases,
// and housekeeping is ours, since git's throws away what no reference names.
func fixedConfig() []string {
	return []string{
		"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + devNull, "-c", "gc.auto=0", "-c", "maintenance.auto=false",
		"-c", "fetch.unpackLimit=1", "-c", "transfer.unpackLimit=1", "-c", "fetch.prune=false", "-c", "fetch.pruneTags=false",
		"-c", "fetch.writeCommitGraph=false", "-c", "submodule.recurse=false", "-c", "safe.directory=*", "-c", "safe.bareRepository=all",
	}
}

func (g *command) Fetch(ctx context.Context, dir, url string, w Wants) error {
	args := []string{"fetch", "--force", "--update-head-ok", "--no-recurse-submodules", "--progress"}
	if w.Tags {
		args = append(args, "--tags")
	} else {
		args = append(args, "--no-tags")
	}
	c := call{dir: dir, remote: url, args: append(append(args, "--", url), w.Refs...), progress: g.options.Progress}
	var ssh sshRun
	if overSSH(url) {
		var err error
		if ssh, err = g.ssh(ctx, dir, url); err != nil {
			return err
		}
		defer ssh.done()
		c.environ = ssh.environ
	}
	_, err := g.run(ctx, c)
	var failed *commandError
	if errors.As(err, &failed) {
		said := failed.said
		if said == "" {
			said = failed.err.Error()
		}
		if stranger := ssh.explain(said); stranger != "" {
			return &FetchError{URL: redact.Strict(url), Said: stranger, Kind: Stranger}
		}
		return NewFetchError(url, said, Other)
	}
	return err
}

func (g *command) Commit(ctx context.Context, dir, name string) (string, error) {
	out, err := g.run(ctx, call{dir: dir, args: []string{"rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}"}})
	var failed *commandError
	switch commit := strings.TrimSpace(string(out)); {
	case errors.As(err, &failed) && exited(failed.err):
		return "", ErrNoRevision
	case err != nil:
		return "", err
	case !isCommit(commit): // older git prints the option too
		if at := strings.LastIndexByte(commit, '\n'); at >= 0 && isCommit(commit[at+1:]) {
			return commit[at+1:], nil
		}
		return "", ErrNoRevision
	default:
		return commit, g.reachable(ctx, dir, commit)
	}
}

// reachable looks whether the commit itself is there: rev-parse takes the name of an object at its word.
func (g *command) reachable(ctx context.Context, dir, commit string) error {
	_, err := g.run(ctx, call{dir: dir, args: []string{"cat-file", "-e", commit + "^{tree}"}})
	var failed *commandError
	if errors.As(err, &failed) && exited(failed.err) {
		return ErrNoRevision
	}
	return err
}

func exited(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit)
}

func (g *command) Abbreviate(ctx context.Context, dir, commit string) (string, error) {
	out, err := g.run(ctx, call{dir: dir, args: []string{"rev-parse", "--verify", "--short=7", commit}})
	if err != nil {
		return "", err
	}
	short := strings.TrimSpace(string(out))
	if !strings.HasPrefix(commit, short) || len(short) < 7 {
		return "", fmt.Errorf("git rev-parse --short %s: expected its first digits, got %q", commit, short)
	}
	return short, nil
}

func (g *command) File(ctx context.Context, dir, commit, path string) ([]byte, error) {
	e, err := g.entry(ctx, dir, commit, path)
	switch {
	case err != nil:
		return nil, err
	case e.kind != "blob":
		return nil, fmt.Errorf("%s of commit %s: %w", path, commit, fs.ErrNotExist)
	}
	return g.run(ctx, call{dir: dir, args: []string{"cat-file", "blob", e.object}})
}

func (g *command) Submodule(ctx context.Context, dir, commit, path string) (string, error) {
	e, err := g.entry(ctx, dir, commit, path)
	if err != nil || e.kind != "commit" {
		return "", err
	}
	return e.object, nil
}

// treeEntry is what a commit has at a path; zero for nothing.
type treeEntry struct{ kind, object string }

func (g *command) entry(ctx context.Context, dir, commit, path string) (treeEntry, error) {
	out, err := g.run(ctx, call{dir: dir, args: []string{"ls-tree", "-z", commit, "--", path}})
	if err != nil {
		return treeEntry{}, err
	}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		what, name, _ := strings.Cut(entry, "\t")
		if fields := strings.Fields(what); len(fields) == 3 && name == filepath.ToSlash(path) {
			return treeEntry{fields[1], fields[2]}, nil
		}
	}
	return treeEntry{}, nil
}

func (g *command) CheckOut(ctx context.Context, dir, tree, commit string) error {
	_, err := g.run(ctx, call{dir: dir, tree: tree, quiet: true, args: []string{
		"-c", "core.autocrlf=false", "-c", "checkout.workers=0", "-c", "advice.detachedHead=false", "reset", "--hard", "--quiet", commit,
	}})
	return err
}

func (g *command) Repack(ctx context.Context, dir string) error {
	_, err := g.run(ctx, call{dir: dir, quiet: true, args: []string{"repack", "-a", "-d", "-k", "-l", "-q"}})
	return err
}

// isCommit tells whether text is the full name of an object: 40 digits of SHA-1, or 64 of SHA-256.
func isCommit(text string) bool {
	if len(text) != 40 && len(text) != 64 {
		return false
	}
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
