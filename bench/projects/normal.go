package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// plain is a text without hashes, times and directories of this run.
func (p *party) plain(text string) string {
	for _, place := range []struct{ path, name string }{{p.target, "$TARGET"}, {p.Home, "$HOME"}, {p.dir, "$PROJECT"}, {p.scratch, "$SCRATCH"}} {
		text = strings.ReplaceAll(text, place.path, place.name)
	}
	for _, rule := range rules() {
		text = rule.find.ReplaceAllString(text, rule.put)
	}
	return text
}

type rule struct {
	find *regexp.Regexp
	put  string
}

func rules() []rule {
	return []rule{
		{regexp.MustCompile(`-[0-9a-f]{16}\b`), "-HASH"},
		{regexp.MustCompile(`\b(finished in|target\(s\) in) [0-9hm. ]*s\b`), "$1 TIME"},
		// What berth runs for a checkout whose build directory lies elsewhere is that checkout's own.
		{regexp.MustCompile(`\$TARGET/(debug|release)/checkout-[0-9a-f]{8}/`), "$$TARGET/$1/"},
		// A build script's directory is in berth's store.
		{regexp.MustCompile(`\$(HOME|TARGET)/berth/v1/units/[0-9a-f/]*/target/(debug|release)/build/`), "$$TARGET/$2/build/"},
		{regexp.MustCompile(`127\.0\.0\.1[:-][0-9a-f]+`), "REGISTRY"},
		{regexp.MustCompile(`thread '(.*)' \([0-9]+\) panicked`), "thread '$1' panicked"},
		{regexp.MustCompile(`("elapsed(_total)?"):\{[^}]*\}`), "$1:TIME"}, // of ripgrep
		{regexp.MustCompile(`"fresh":(true|false)`), `"fresh":BOOL`},
	}
}

// output is the name of a file that a unit made. Where it lies is the tool's own matter, but for what is put into target/.
func (p *party) output(path string) string {
	base := filepath.Base(path)
	dir := filepath.Base(filepath.Dir(path))
	switch {
	case strings.HasPrefix(base, "build-script-"):
		return "build/" + base
	case strings.Contains(path, "/berth/v1/units/") || dir == "deps":
		return "deps/" + base
	}
	return path
}

// statusLines is what a command says on the way. What one fetches the other has already, and waiting is no one's result. Packages of
// a registry that stock checks after a build berth has from there: no path stands behind their versions.
func (p *party) statusLines(stderr string) []string {
	var lines []string
	for line := range strings.Lines(stderr) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case slices.Contains([]string{"Downloading", "Downloaded", "Updating", "Blocking", ""}, word):
		case word == "Checking" && !strings.Contains(rest, " ("):
		default:
			lines = append(lines, "stderr: "+p.plain(strings.TrimRight(line, "\n")))
		}
	}
	return lines
}

// message is a message of a build without what differs from machine to machine.
func (p *party) message(line string) string {
	var fields map[string]any
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		return "not JSON: " + p.plain(strings.TrimSpace(line))
	}
	names, _ := fields["filenames"].([]any)
	for _, name := range names {
		if text, ok := name.(string); ok {
			line = strings.Replace(line, text, p.output(text), 1)
		}
	}
	return p.plain(strings.TrimSpace(line))
}
