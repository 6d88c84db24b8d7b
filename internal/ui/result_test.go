package ui

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("UI_TEST_SPEAK") != "" {
		os.Exit(speakIntoClosedPipes())
	}
	os.Exit(m.Run())
}

func TestOrderAcrossStreams(t *testing.T) {
	var both bytes.Buffer
	u := New(Config{Stdout: &both, Stderr: &both})
	u.Print("table\n")
	if both.Len() != 0 {
		t.Errorf("results are not buffered: %q", both.String())
	}
	u.Infof("default set")
	u.Printf("%s\n", u.Paint(Heading, "row \x1b[2J"))
	if err := u.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, want := both.String(), "table\ninfo: default set\nrow ?[2J\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestResults(t *testing.T) {
	var out bytes.Buffer
	u := New(Config{Stdout: &out, Color: "always", Quiet: true})
	u.Printf("%s %s \x1b[2J\n", u.Paint(Strong, "cargo"), u.Paint(Remark, "(installed)"))
	u.Print("https://u:p@h/\n")
	if _, err := io.WriteString(u.Data(), "{\"url\":\"https://u:p@h/\x1b\"}\n"); err != nil {
		t.Fatal(err)
	}
	if err := u.Close(); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[1mcargo\x1b[0m \x1b[1m\x1b[94m(installed)\x1b[0m ?[2J\nhttps://h/\n{\"url\":\"https://u:p@h/\x1b\"}\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestLargeResultsAreNotHeldBack(t *testing.T) {
	var out bytes.Buffer
	u := New(Config{Stdout: &out})
	u.Print(strings.Repeat("x", outLimit))
	if out.Len() != outLimit {
		t.Errorf("%d bytes written, want %d", out.Len(), outLimit)
	}
}

type brokenWriter struct {
	err    error
	writes int
}

func (w *brokenWriter) Write([]byte) (int, error) { w.writes++; return 0, w.err }

func TestFailureOfStdout(t *testing.T) {
	gone := &brokenWriter{err: syscall.EPIPE}
	full := &brokenWriter{err: syscall.ENOSPC}
	for _, test := range []struct {
		w    *brokenWriter
		fine bool
	}{{gone, brokenPipe(syscall.EPIPE)}, {full, false}} {
		u := New(Config{Stdout: test.w})
		for range 3 {
			u.Print(strings.Repeat("x", outLimit))
		}
		if err := u.Flush(); (err == nil) != test.fine || !test.fine && !errors.Is(err, test.w.err) {
			t.Errorf("%v: Flush returned %v", test.w.err, err)
		}
		if err := u.Close(); (err == nil) != test.fine {
			t.Errorf("%v: Close returned %v", test.w.err, err)
		}
		if test.w.writes != 1 {
			t.Errorf("%v: %d writes, want no more after the first failure", test.w.err, test.w.writes)
		}
	}
}

// TestReadersGoneAway runs a process whose stdout and stderr nobody reads any more. It must live on and end with 0.
func TestReadersGoneAway(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "UI_TEST_SPEAK=1")
	for _, stream := range []*io.Writer{&cmd.Stdout, &cmd.Stderr} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		*stream = w
		defer w.Close()
	}
	if err := cmd.Run(); err != nil {
		t.Errorf("writing to nobody: %v", err)
	}
}

func speakIntoClosedPipes() int {
	u := New(Config{Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.LookupEnv})
	u.Infof("nobody listens")
	u.Print("results\n")
	if u.Close() != nil {
		return 1
	}
	return 0
}

func TestFileGetsEverything(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	var readErr error
	var reading sync.WaitGroup
	reading.Go(func() { got, readErr = io.ReadAll(r) })
	u := New(Config{Stdout: w})
	want := strings.Repeat("0123456789abcde\n", 1<<16) // more than a pipe holds
	u.Print(want)
	if err := errors.Join(u.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	reading.Wait()
	if readErr != nil || string(got) != want {
		t.Errorf("read %d bytes (%v), want %d", len(got), readErr, len(want))
	}
}
