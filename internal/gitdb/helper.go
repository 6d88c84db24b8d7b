package gitdb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// helper is the program berth-git: each call is one process, which reads an order from its standard input and writes a
// reply to its standard output. What the order holds may be secret (addresses, proxies), so it is no argument. The input
// stays open as long as this process lives, and the helper ends with it.
type helper struct {
	program string
	options Options
}

// Helper is the engine that runs the program berth-git.
func Helper(program string, o Options) Engine { return &helper{program, o} }

// orderFormat tells a helper of another berth by.
const orderFormat = 1

// order is a call of Engine as it goes to the helper.
type order struct {
	Format int
	Call   string
	Dir    string
	URL    string `json:",omitempty"`
	Wants  Wants
	Commit string `json:",omitempty"` // or what else names one
	Path   string `json:",omitempty"`
	Tree   string `json:",omitempty"`
	HTTP   HTTP
}

// reply is what the helper answers.
type reply struct {
	Text  string      `json:",omitempty"`
	Data  []byte      `json:",omitempty"`
	Error string      `json:",omitempty"`
	Kind  replyKind   `json:",omitempty"`
	Fetch FailureKind `json:",omitempty"` // of a failed fetch
}

// replyKind tells those errors apart that callers ask for.
type replyKind string

const (
	noRevision  replyKind = "no revision"
	noFile      replyKind = "no file"
	failedFetch replyKind = "fetch"
)

// ask runs the helper to its end. It is killed when ctx ends.
func (h *helper) ask(ctx context.Context, o order) (reply, error) {
	o.Format, o.HTTP = orderFormat, h.options.HTTP
	text, err := json.Marshal(o)
	if err != nil {
		return reply{}, err
	}
	out, said, err := h.run(ctx, text)
	var answer reply
	switch {
	case ctx.Err() != nil:
		return reply{}, context.Cause(ctx)
	case err != nil && said != "":
		return reply{}, fmt.Errorf("%s %s: %s", h.program, o.Call, said)
	case err != nil:
		return reply{}, fmt.Errorf("%s %s: %w", h.program, o.Call, err)
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return reply{}, fmt.Errorf("%s %s: expected a reply in JSON: %w; build it anew from the sources of this berth", h.program, o.Call, err)
	}
	return answer, answer.err(o)
}

func (h *helper) run(ctx context.Context, text []byte) (out []byte, said string, err error) {
	cmd := exec.CommandContext(ctx, h.program)
	cmd.Env = h.options.Environ
	cmd.WaitDelay = 2 * time.Second
	var stdout bytes.Buffer
	stderr := &speech{progress: h.options.Progress}
	cmd.Stdout, cmd.Stderr = &stdout, stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	release := dieTogether(cmd)
	defer release()
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	_, _ = stdin.Write(append(text, '\n')) // a helper that died before it read this is told by Wait, which also closes the pipe
	err = cmd.Wait()
	return stdout.Bytes(), stderr.text(), err
}

func (r reply) err(o order) error {
	switch {
	case r.Kind == noRevision:
		return ErrNoRevision
	case r.Kind == noFile && o.Call == "file":
		return fmt.Errorf("%s of commit %s: %w", o.Path, o.Commit, fs.ErrNotExist)
	case r.Kind == failedFetch:
		return NewFetchError(o.URL, r.Error, r.Fetch)
	case r.Error != "":
		return errors.New(r.Error)
	default:
		return nil
	}
}

// Fetch tells the library of known hosts as it wants to be told: by a variable that lists files.
func (h *helper) Fetch(ctx context.Context, dir, url string, w Wants) error {
	if hosts := h.options.KnownHosts; overSSH(url) && len(hosts) > 0 {
		file := filepath.Join(dir, knownHostsName)
		if err := writeKnownHosts(file, hosts); err != nil {
			return err
		}
		defer os.Remove(file)
		informed := *h
		informed.options.Environ = append(slices.Clone(h.options.Environ), knownHostsVariable+"="+strings.Join(append(libraryKnownHosts(h.options.Environ), file), string(filepath.ListSeparator)))
		h = &informed
	}
	_, err := h.ask(ctx, order{Call: "fetch", Dir: dir, URL: url, Wants: w})
	return err
}

const knownHostsVariable = "SSH_KNOWN_HOSTS"

// libraryKnownHosts are the files that the library reads where nothing else is said.
func libraryKnownHosts(environ []string) []string {
	for _, entry := range environ {
		if list, ok := strings.CutPrefix(entry, knownHostsVariable+"="); ok {
			return filepath.SplitList(list)
		}
	}
	files := []string{"/etc/ssh/ssh_known_hosts"}
	if home, err := os.UserHomeDir(); err == nil {
		files = append(files, filepath.Join(home, ".ssh", "known_hosts"))
	}
	return slices.DeleteFunc(files, func(file string) bool {
		_, err := os.Stat(file)
		return err != nil
	})
}

func (h *helper) Commit(ctx context.Context, dir, name string) (string, error) {
	r, err := h.ask(ctx, order{Call: "commit", Dir: dir, Commit: name})
	return r.Text, err
}

func (h *helper) Abbreviate(ctx context.Context, dir, commit string) (string, error) {
	r, err := h.ask(ctx, order{Call: "abbreviate", Dir: dir, Commit: commit})
	return r.Text, err
}

func (h *helper) File(ctx context.Context, dir, commit, path string) ([]byte, error) {
	r, err := h.ask(ctx, order{Call: "file", Dir: dir, Commit: commit, Path: path})
	return r.Data, err
}

func (h *helper) Submodule(ctx context.Context, dir, commit, path string) (string, error) {
	r, err := h.ask(ctx, order{Call: "submodule", Dir: dir, Commit: commit, Path: path})
	return r.Text, err
}

func (h *helper) CheckOut(ctx context.Context, dir, tree, commit string) error {
	_, err := h.ask(ctx, order{Call: "checkout", Dir: dir, Tree: tree, Commit: commit})
	return err
}

// Repack leaves the packs as they are: the library's way of packing keeps only what references name.
func (h *helper) Repack(context.Context, string) error { return nil }
