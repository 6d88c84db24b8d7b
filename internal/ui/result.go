package ui

import (
	"fmt"
	"io"

	"berth/internal/redact"
)

// Results are gathered up to this size before they are written: `component list` is one write.
const outLimit = 64 << 10

// Print adds text to the results on stdout, newlines included. Each call is redacted by itself.
func (u *UI) Print(text string) {
	if u != nil {
		u.hear(SaidElse, "", text)
		u.result(redact.Text(u.outPen.filter(text)))
	}
}

// Printf is Print with a format.
func (u *UI) Printf(format string, args ...any) {
	if u != nil {
		u.Print(fmt.Sprintf(format, args...))
	}
}

// Data is stdout for formats that other programs read (JSON, completion scripts): it is buffered and flushed with the
// results, but neither redacted nor cleaned. It never fails; the failure is Flush's.
func (u *UI) Data() io.Writer { return data{u} }

type data struct{ u *UI }

func (d data) Write(p []byte) (int, error) {
	if d.u != nil {
		d.u.hear(SaidData, "", string(p))
		d.u.result(string(p))
	}
	return len(p), nil
}

func (u *UI) result(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.outErr != nil {
		return
	}
	u.out.WriteString(text)
	if u.out.Len() >= outLimit {
		_ = u.flush() // kept for Flush
	}
}

// Flush writes the results that are still buffered. A reader that has gone away is no error: it has seen what it wanted. Any
// other failure of stdout, of this or an earlier write, is returned.
func (u *UI) Flush() error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.flush()
}

// Lost is the first failure of a stream, nil where there was none: who has more to do than to speak may end then.
func (u *UI) Lost() error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.outErr != nil:
		return fmt.Errorf("cannot write to standard output: %w", u.outErr)
	case u.errErr != nil:
		return fmt.Errorf("cannot write to standard error: %w", u.errErr)
	}
	return nil
}

func (u *UI) flush() error {
	if u.out.Len() > 0 && u.outErr == nil {
		u.repaint("", nil) // stdout may be the same terminal
		_, u.outErr = u.stdout.Write(u.out.Bytes())
		u.out.Reset()
	}
	if u.outErr == nil || brokenPipe(u.outErr) {
		return nil
	}
	return fmt.Errorf("cannot write the results to standard output: %w", u.outErr)
}
