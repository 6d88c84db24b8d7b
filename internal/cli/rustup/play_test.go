package rustup_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBesideStock(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel() // stock rests for seconds in an install
			p := newPair(t)
			if s.given {
				p.given()
			}
			for line := range strings.Lines(s.lines) {
				if line = strings.TrimSpace(line); line != "" {
					p.play(line)
				}
			}
		})
	}
}

func (p *pair) play(line string) {
	p.t.Helper()
	words := strings.Fields(line)
	switch words[0] {
	case "!point":
		p.server.Point(words[1], words[2])
		return
	case "!rm":
		p.each(func(s *side) error { return os.RemoveAll(filepath.Join(s.home.Rustup, words[1])) })
		return
	case "!newline":
		p.each(func(s *side) error { return appendTo(filepath.Join(s.home.Rustup, words[1]), "\n") })
		return
	case "!write":
		text := strings.Join(words[2:], " ") + "\n"
		p.each(func(s *side) error {
			return os.WriteFile(filepath.Join(filepath.Dir(s.home.Rustup), words[1]), []byte(text), 0o644)
		})
		return
	case "!keep":
		p.each(func(s *side) error { return os.MkdirAll(filepath.Join(filepath.Dir(s.home.Rustup), words[1]), 0o755) })
		return
	}
	differs := ""
	if i := slices.Index(words, "##"); i >= 0 {
		words, differs = words[:i], words[i+1]
		if differences()[differs] == "" {
			p.t.Fatalf("%q is no difference that is meant", differs)
		}
	}
	p.both(line, words, differs != "")
}

func appendTo(file, text string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, text...), 0o644)
}

func (p *pair) each(do func(*side) error) {
	p.t.Helper()
	for _, s := range []*side{p.stock, p.berth} {
		if err := do(s); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *pair) both(line string, words []string, differs bool) {
	p.t.Helper()
	var env []string
	for len(words) > 0 && isAssignment(words[0]) {
		env, words = append(env, words[0]), words[1:]
	}
	theirs := p.stock.run(env, p.stock.expand(words)...)
	ours := p.berth.run(env, p.berth.expand(words)...)
	if theirs.Code != ours.Code || !differs && theirs.Stdout != ours.Stdout {
		p.t.Errorf("%s\nstock: exit %d\n%s%s\nberth: exit %d\n%s%s", line,
			theirs.Code, theirs.Stdout, theirs.Stderr, ours.Code, ours.Stdout, ours.Stderr)
	}
	if !differs {
		p.compareState(line)
	}
}

func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && strings.ToUpper(name) == name && !strings.HasPrefix(name, "-")
}

func (s *side) expand(words []string) (expanded []string) {
	for _, w := range words {
		expanded = append(expanded, strings.ReplaceAll(w, "@", filepath.Dir(s.home.Rustup)))
	}
	return expanded
}
