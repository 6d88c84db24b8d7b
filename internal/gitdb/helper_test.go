package gitdb_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/gitdb"
)

// TestWithoutGit: where there is no git command the helper on PATH does the work, and where there is none of both, the
// error says what to do.
func TestWithoutGit(t *testing.T) {
	u := newUpstream(t)
	commit := u.commit("a", "1")
	t.Setenv("PATH", filepath.Dir(library))
	d := open(t, gitdb.New(options()))
	fetch(t, d, u.url(), mainBranch)
	if got, err := d.Commit(t.Context(), "origin/main"); got != commit || err != nil {
		t.Errorf("origin/main is %s (%v), expected %s", got, err, commit)
	}
	t.Setenv("PATH", t.TempDir())
	err := open(t, gitdb.New(options())).Fetch(t.Context(), gitdb.Request{URL: u.url(), Wants: gitdb.Wants{Refs: []string{mainBranch}}})
	if !errors.Is(err, gitdb.ErrNoGit) || !strings.Contains(err.Error(), "go build") {
		t.Errorf("without git and helper: %v", err)
	}
}

// TestHelperOfAnother: what does not answer as the helper does is told.
func TestHelperOfAnother(t *testing.T) {
	program := filepath.Join(t.TempDir(), "other")
	for script, want := range map[string]string{
		"echo 'error: no such thing' >&2; exit 3": "no such thing",
		"exit 3":      "exit status 3",
		"echo hello":  "expected a reply in JSON",
		"exec <&-; :": "expected a reply in JSON",
	} {
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := gitdb.Helper(program, options()).Commit(t.Context(), "/", "HEAD")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", script, err, want)
		}
	}
}

// TestServeRefuses: orders that are none, or of another berth.
func TestServeRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "expected one line with an order",
		"hello\n":                             "expected an order",
		`{"Format":2,"Call":"commit"}` + "\n": "format 1, got 2",
	} {
		err := gitdb.Serve(t.Context(), strings.NewReader(in), io.Discard, func(gitdb.HTTP) gitdb.Engine { return nil })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, expected %q", in, err, want)
		}
	}
}

// stuck is an engine that waits for the end of its context.
type stuck struct{ gitdb.Engine }

func (stuck) Commit(ctx context.Context, _, _ string) (string, error) {
	<-ctx.Done()
	return "", context.Cause(ctx)
}

// TestServeEndsWithItsParent: the end of the input is the end of a call that is still on its way.
func TestServeEndsWithItsParent(t *testing.T) {
	in := strings.NewReader(`{"Format":1,"Call":"commit"}` + "\n")
	err := gitdb.Serve(t.Context(), in, io.Discard, func(gitdb.HTTP) gitdb.Engine { return stuck{} })
	if err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("%v", err)
	}
}
