package gitdb

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Serve is the helper's side: it reads one order from in, has an engine carry it out, and writes the reply to out. It
// gives up when in ends, which is when its parent does.
func Serve(ctx context.Context, in io.Reader, out io.Writer, engine func(HTTP) Engine) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	reader := bufio.NewReader(in)
	line, err := reader.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("expected one line with an order on the standard input, as berth writes it: %w", err)
	}
	var o order
	if err := json.Unmarshal(line, &o); err != nil {
		return fmt.Errorf("expected an order as berth writes it: %w", err)
	}
	if o.Format != orderFormat {
		return fmt.Errorf("expected an order of format %d, got %d; build berth and %s from the same sources", orderFormat, o.Format, helperName)
	}
	if o.Call == treeCall {
		return serveTree(ctx, reader, out, engine(o.HTTP), o)
	}
	go func() {
		_, err := io.Copy(io.Discard, reader)
		cancel(fmt.Errorf("whoever asked is gone (%v)", err))
	}()
	done := make(chan reply, 1)
	go func() { done <- carryOut(ctx, engine(o.HTTP), o) }()
	select {
	case r := <-done:
		return json.NewEncoder(out).Encode(r)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func carryOut(ctx context.Context, e Engine, o order) reply {
	var r reply
	var err error
	switch o.Call {
	case "fetch":
		err = e.Fetch(ctx, o.Dir, o.URL, o.Wants)
	case "commit":
		r.Text, err = e.Commit(ctx, o.Dir, o.Commit)
	case "abbreviate":
		r.Text, err = e.Abbreviate(ctx, o.Dir, o.Commit)
	case "file":
		r.Data, err = e.File(ctx, o.Dir, o.Commit, o.Path)
	case "submodule":
		r.Text, err = e.Submodule(ctx, o.Dir, o.Commit, o.Path)
	case "checkout":
		err = e.CheckOut(ctx, o.Dir, o.Tree, o.Commit)
	default:
		err = fmt.Errorf("call %q is unknown; build berth and %s from the same sources", o.Call, helperName)
	}
	return r.with(err)
}

func (r reply) with(err error) reply {
	var failed *FetchError
	switch {
	case err == nil:
		return r
	case errors.As(err, &failed):
		r.Kind, r.Error, r.Fetch = failedFetch, failed.Said, failed.Kind
	case errors.Is(err, ErrNoRevision):
		r.Kind, r.Error = noRevision, err.Error()
	case errors.Is(err, fs.ErrNotExist):
		r.Kind, r.Error = noFile, err.Error()
	default:
		r.Error = err.Error()
	}
	return r
}
