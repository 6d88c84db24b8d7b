package gitdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// pipes is a child that answers lines with what it has, one after another, until its input ends: with its parent at
// the latest, so it needs nobody to end it.
type pipes struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said *speech
}

// launch starts the child. It outlives the context of the call that happened to be the first.
func launch(cmd *exec.Cmd) (*pipes, error) {
	p := &pipes{cmd: cmd, said: &speech{}}
	cmd.Stderr = p.said
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReaderSize(out, 64<<10)
	return p, cmd.Start()
}

// failed is what to say of a child that gave no answer.
func (p *pipes) failed(err error) error {
	p.in.Close()
	p.cmd.Wait()
	if said := p.said.text(); said != "" {
		return errors.New(said)
	}
	return err
}

func (p *pipes) close() error {
	p.in.Close()
	return p.cmd.Wait()
}

// commandTree asks two gits: one for names of objects, which is all that is wanted of most files, and one for contents.
type commandTree struct {
	git    *command
	dir    string
	commit string

	mu    sync.Mutex
	names *pipes
	texts *pipes
}

func (g *command) Tree(_ context.Context, dir, commit string) (Tree, error) {
	t := &commandTree{git: g, dir: dir, commit: commit}
	root, err := t.name("")
	if err == nil && root == "" {
		err = ErrNoRevision
	}
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// cat starts `git cat-file` where it does not run yet.
func (t *commandTree) cat(at **pipes, how string) (*pipes, error) {
	if *at != nil {
		return *at, nil
	}
	cmd := exec.Command(t.git.program, append(fixedConfig(), "cat-file", how)...)
	cmd.Dir, cmd.Env = t.dir, t.git.environment(call{dir: t.dir, quiet: true})
	p, err := launch(cmd)
	if err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	*at = p
	return p, nil
}

// ask sends a line and reads the line that says what there is.
func (t *commandTree) ask(at **pipes, how, line string) (object, kind string, size int, err error) {
	p, err := t.cat(at, how)
	if err != nil {
		return "", "", 0, err
	}
	if _, err = io.WriteString(p.in, line+"\n"); err == nil {
		line, err = p.out.ReadString('\n')
	}
	if err != nil {
		*at = nil
		return "", "", 0, fmt.Errorf("git cat-file in %s: %w", t.dir, p.failed(err))
	}
	fields := strings.Fields(line)
	if len(fields) != 3 || !isCommit(fields[0]) {
		return "", "", 0, nil // "… missing"
	}
	size, err = strconv.Atoi(fields[2])
	return fields[0], fields[1], size, err
}

func (t *commandTree) name(path string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	object, kind, _, err := t.ask(&t.names, "--batch-check", t.commit+":"+path)
	if path != "" && kind != "blob" {
		return "", err
	}
	return object, err
}

func (t *commandTree) Blob(path string) (string, error) {
	if !IsTreePath(path) {
		return "", nil
	}
	return t.name(path)
}

// IsTreePath tells whether git could have a file of that path at all.
func IsTreePath(path string) bool {
	return fs.ValidPath(path) && path != "." && !strings.ContainsFunc(path, unicode.IsControl)
}

func (t *commandTree) Read(blob string) ([]byte, error) {
	if !isCommit(blob) {
		return nil, notObject(blob)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	object, _, size, err := t.ask(&t.texts, "--batch", blob)
	switch {
	case err != nil:
		return nil, err
	case object == "":
		return nil, fmt.Errorf("git object %s is not in %s", blob, t.dir)
	}
	text := make([]byte, size+1) // and a line feed
	if _, err := io.ReadFull(t.texts.out, text); err != nil {
		err = t.texts.failed(err)
		t.texts = nil
		return nil, fmt.Errorf("git object %s in %s: %w", blob, t.dir, err)
	}
	return text[:size], nil
}

func notObject(name string) error {
	return fmt.Errorf("expected the name of a git object, got %q", name)
}

// Close ends what was started. That it did not end well is nobody's concern any more.
func (t *commandTree) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, at := range []**pipes{&t.names, &t.texts} {
		if *at != nil {
			(*at).close()
			*at = nil
		}
	}
	return nil
}
