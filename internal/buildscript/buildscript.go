// Package buildscript reads what build scripts say: lines that begin with cargo:: or cargo: on their standard output. It
// also reads what the configuration says in a script's place.
//
// What holds: it is pure. The same text means the same, so that the text alone need be kept. A line that has no such
// prefix or is not UTF-8 is the script's own talk.
//
// Where it ends: which unit gets which part is package compile's to know; whether a file or variable that a script named
// has changed is the executor's.
package buildscript

import (
	"path/filepath"
	"strings"

	"berth/internal/manifest"
)

// Output is what a script has said.
type Output struct {
	Search                           []Search // -L, in the script's order
	Libs                             []string // -l
	LinkArgs                         []LinkArg
	Cfgs, CheckCfgs                  []string
	Env                              []Pair
	Metadata                         []Pair // what dependents see as DEP_LINKS_KEY
	RerunIfChanged, RerunIfEnvChange []string
	Messages                         []Message
}

// Pair is a name and its value.
type Pair struct{ Name, Value string }

// Search is where libraries are looked for.
type Search struct {
	Path   string // as -L takes it: a kind and = may be in front
	Inside bool   // of the script's OUT_DIR: such come before those of the system
}

// Message is for the user.
type Message struct {
	Error bool // else a warning
	Text  string
}

// LinkKind is which targets an argument for the linker is for.
type LinkKind uint8

const (
	LinkAll LinkKind = iota
	LinkCdylib
	LinkBins
	LinkBin // one, by its name
	LinkTests
	LinkBenches
	LinkExamples
)

// LinkArg is an argument for the linker.
type LinkArg struct {
	Kind LinkKind
	Bin  string // of LinkBin
	Arg  string
}

// AppliesTo tells whether a target is linked with the argument; test is whether a harness is compiled in.
func (a LinkArg) AppliesTo(t *manifest.Target, test bool) bool {
	switch a.Kind {
	case LinkAll:
		return true
	case LinkCdylib:
		return !test && isCdylib(t)
	case LinkBins:
		return t.Kind == manifest.Bin
	case LinkBin:
		return t.Kind == manifest.Bin && t.Name == a.Bin
	case LinkTests:
		return t.Kind == manifest.Test
	case LinkBenches:
		return t.Kind == manifest.Bench
	}
	return t.Kind == manifest.Example && !t.IsExampleLib()
}

func hasErrors(messages []Message) bool {
	for _, m := range messages {
		if m.Error {
			return true
		}
	}
	return false
}

// Logged is the messages in what a script printed before it failed, or that make it fail although its exit code is 0:
// failed tells whether an error is among them. Only what begins a line counts here.
func Logged(stdout []byte) (messages []Message, failed bool) {
	for line := range strings.Lines(string(stdout)) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if text, ok := strings.CutPrefix(line, "cargo::error="); ok {
			messages = append(messages, Message{true, text})
		} else if text, ok := strings.CutPrefix(line, "cargo::warning="); ok {
			messages = append(messages, Message{false, text})
		} else if text, ok := strings.CutPrefix(line, "cargo:warning="); ok {
			messages = append(messages, Message{false, text})
		}
	}
	return messages, hasErrors(messages)
}

// Directory is the path of a search path without the kind in front.
func (s Search) Directory() string {
	kind, path, ok := strings.Cut(s.Path, "=")
	switch kind {
	case "native", "crate", "dependency", "framework", "all":
		if ok {
			return path
		}
	}
	return s.Path
}

func newSearch(path, outDir string) Search {
	s := Search{Path: path}
	s.Inside = outDir != "" && Within(s.Directory(), outDir)
	return s
}

// Within tells whether a path is a directory or below it, by their spelling alone.
func Within(path, dir string) bool {
	path, dir = filepath.Clean(path), filepath.Clean(dir)
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// IsCdylib tells whether an argument is for C libraries: such ones, by an oversight that is too late to mend, reach those
// of other packages too.
func (a LinkArg) IsCdylib() bool { return a.Kind == LinkCdylib }
