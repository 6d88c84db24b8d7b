package cargo_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/registryserver"
)

// heard collects what a process says, and tells when it has said something. It takes it in until then and after.
type heard struct {
	text  strings.Builder
	want  string
	there func()
}

func (h *heard) Write(p []byte) (int, error) {
	n, err := h.text.Write(p)
	if h.there != nil && strings.Contains(h.text.String(), h.want) {
		h.there()
		h.there = nil
	}
	return n, err
}

// TestRowWhileIndexFilesAreAskedFor: the server holds one of two until the row has said so.
func TestRowWhileIndexFilesAreAskedFor(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := registryserver.Run(t, registryserver.Options{}, cratekit.New("quick", "1.0.0"), cratekit.New("slow", "1.0.0"))
	if err := s.Inject(faulthttp.Fault{Kind: faulthttp.Stall, Path: registryserver.IndexPath("slow"), Event: "said"}); err != nil {
		t.Fatal(err)
	}
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	p.pkg(".", "p", "0.1.0", "[dependencies]\nquick = \"1\"\nslow = \"1\"\n")
	cmd := p.command("cargo", []string{"CARGO_TERM_PROGRESS_WHEN=always", "CARGO_TERM_PROGRESS_WIDTH=80"}, "generate-lockfile")
	h := &heard{want: "       Fetch 1 complete; 1 pending", there: func() { s.Release("said") }}
	cmd.Stdout, cmd.Stderr = io.Discard, h
	if err := cmd.Run(); err != nil || h.there != nil {
		t.Errorf("%v: %q", err, h.text.String())
	}
}
