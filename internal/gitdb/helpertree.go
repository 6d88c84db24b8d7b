package gitdb

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
)

// treeCall keeps a helper at work: each further line of its input is a question about one tree, each line of its output
// the answer, the first of them to the order itself.
const treeCall = "tree"

// question is for a file's blob, or for a blob's content.
type question struct {
	Path string `json:",omitempty"`
	Blob string `json:",omitempty"`
}

type helperTree struct {
	dir string
	mu  sync.Mutex
	run *pipes
}

func (h *helper) Tree(_ context.Context, dir, commit string) (Tree, error) {
	cmd := exec.Command(h.program)
	cmd.Env = h.options.Environ
	p, err := launch(cmd)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.program, err)
	}
	t := &helperTree{dir: dir, run: p}
	o := order{Format: orderFormat, Call: treeCall, Dir: dir, Commit: commit, HTTP: h.options.HTTP}
	if _, err := t.ask(o); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

func (t *helperTree) ask(what any) (reply, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var r reply
	if t.run == nil {
		return r, fmt.Errorf("%s ended", helperName)
	}
	text, err := json.Marshal(what)
	if err != nil {
		return r, err
	}
	var line []byte
	if _, err = t.run.in.Write(append(text, '\n')); err == nil {
		line, err = t.run.out.ReadBytes('\n')
	}
	if err != nil {
		err = t.run.failed(err)
		t.run = nil
		return r, fmt.Errorf("%s in %s: %w", helperName, t.dir, err)
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("%s: expected a reply in JSON: %w; build it anew from the sources of this berth", helperName, err)
	}
	return r, r.err(order{})
}

func (t *helperTree) Blob(path string) (string, error) {
	r, err := t.ask(question{Path: path})
	return r.Text, err
}

func (t *helperTree) Read(blob string) ([]byte, error) {
	if !isCommit(blob) {
		return nil, notObject(blob)
	}
	r, err := t.ask(question{Blob: blob})
	return r.Data, err
}

func (t *helperTree) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.run != nil {
		t.run.close()
		t.run = nil
	}
	return nil
}

// serveTree answers questions about a tree until the input ends.
func serveTree(ctx context.Context, in *bufio.Reader, out io.Writer, e Engine, o order) error {
	tree, err := e.Tree(ctx, o.Dir, o.Commit)
	say := json.NewEncoder(out).Encode
	if err := say(reply{}.with(err)); err != nil || tree == nil {
		return err
	}
	defer tree.Close()
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		var q question
		if err == nil {
			err = json.Unmarshal(line, &q)
		}
		if err != nil {
			return fmt.Errorf("expected a question about a tree: %w", err)
		}
		var r reply
		if q.Blob != "" {
			r.Data, err = tree.Read(q.Blob)
		} else {
			r.Text, err = tree.Blob(q.Path)
		}
		if err := say(r.with(err)); err != nil {
			return err
		}
	}
}
