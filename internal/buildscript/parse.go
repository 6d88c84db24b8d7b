package buildscript

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"berth/internal/manifest"
	"berth/internal/semver"
)

// Script is what is known of the script whose text is read.
type Script struct {
	Package   *manifest.Package
	OutDir    string // where its OUT_DIR is
	Written   string // where it was when the text was written; empty where it did not move
	Bootstrap string // RUSTC_BOOTSTRAP of this process
}

// Error is a line that stock Cargo refuses, too.
type Error struct {
	Package string // name, version and source
	Line    string
	Message string
}

func (e *Error) Error() string { return e.Message }

const reference = "What a script can say: https://doc.rust-lang.org/cargo/reference/build-scripts.html#outputs-of-the-build-script"

// Parse reads what a script printed.
func Parse(stdout []byte, s Script) (*Output, error) {
	p := parser{Script: s, out: &Output{}}
	for line := range strings.SplitSeq(string(stdout), "\n") {
		if !utf8.ValidString(line) {
			continue
		}
		p.line = strings.TrimSpace(line)
		if err := p.read(); err != nil {
			return nil, err
		}
	}
	return p.out, nil
}

type parser struct {
	Script
	out   *Output
	line  string
	colon string // cargo: or cargo::
}

func (p *parser) fail(format string, args ...any) error {
	return &Error{p.Package.ID().String(), p.line, fmt.Sprintf(format, args...)}
}

// invalid is about the line as a whole.
func (p *parser) invalid(format string, args ...any) error {
	return p.fail("invalid output in %s: `%s`\n%s\n%s", p.whence(), p.line, fmt.Sprintf(format, args...), reference)
}

func (p *parser) whence() string { return "build script of `" + p.Package.ID().String() + "`" }

func (p *parser) read() error {
	data, isNew := strings.CutPrefix(p.line, "cargo::")
	if isNew {
		p.colon = "cargo::"
		if err := p.checkRustVersion(data); err != nil {
			return err
		}
	} else {
		var old bool
		if data, old = strings.CutPrefix(p.line, "cargo:"); !old {
			return nil
		}
		p.colon = "cargo:"
		if !isReserved(data) {
			return p.metadata(data)
		}
	}
	key, value, ok := strings.Cut(data, "=")
	if !ok {
		return p.invalid("a line is `%sKEY=VALUE`, and this one has no `=`", p.colon)
	}
	value = strings.TrimRightFunc(p.moved(value), unicode.IsSpace)
	return p.instruction(key, value)
}

// checkRustVersion: a compiler's Cargo of before 1.77 takes cargo:: for metadata, and so does nothing.
func (p *parser) checkRustVersion(data string) error {
	rust := p.Package.Summary.RustVersion
	first := semver.PartialOf(semver.Version{Major: 1, Minor: 77})
	if rust.IsZero() || first.CaretReq().Matches(semver.Version{Major: rust.Major, Minor: rust.Minor, Patch: rust.Patch}) {
		return nil
	}
	text := "the `cargo::` syntax for build script output instructions was added in Rust 1.77.0, but the minimum supported Rust version of `" +
		p.Package.ID().String() + "` is " + rust.String() + ".\n"
	if old, ok := strings.CutPrefix(data, "metadata="); ok || isReserved(data) {
		text += "Write `cargo:" + old + "`, with one colon, which means the same.\n"
	}
	return p.fail("%s%s", text, reference)
}

// isReserved: with one colon all other keys are metadata, for ever.
func isReserved(data string) bool {
	key, _, ok := strings.Cut(data, "=")
	return ok && slices.Contains([]string{"rustc-flags", "rustc-link-lib", "rustc-link-search", "rustc-link-arg-cdylib", "rustc-cdylib-link-arg",
		"rustc-link-arg-bins", "rustc-link-arg-bin", "rustc-link-arg-tests", "rustc-link-arg-benches", "rustc-link-arg-examples", "rustc-link-arg",
		"rustc-cfg", "rustc-check-cfg", "rustc-env", "warning", "rerun-if-changed", "rerun-if-env-changed"}, key)
}

// moved has the directory of today where the text names that in which the script ran.
func (p *parser) moved(text string) string {
	if p.Written == "" || p.Written == p.OutDir {
		return text
	}
	return strings.ReplaceAll(text, p.Written, p.OutDir)
}

func (p *parser) metadata(data string) error {
	key, value, ok := strings.Cut(p.moved(data), "=")
	if !ok {
		syntax := p.colon
		if syntax == "cargo::" {
			syntax = "cargo::metadata="
		}
		return p.invalid("a line is `%sKEY=VALUE`, and this one has no `=`", syntax)
	}
	p.out.Metadata = append(p.out.Metadata, Pair{key, strings.TrimRightFunc(value, unicode.IsSpace)})
	return nil
}

func (p *parser) instruction(key, value string) error {
	o := p.out
	switch key {
	case "rustc-flags":
		return p.flags(value)
	case "rustc-link-lib":
		o.Libs = append(o.Libs, value)
	case "rustc-link-search":
		o.Search = append(o.Search, newSearch(value, p.OutDir))
	case "rustc-cfg":
		o.Cfgs = append(o.Cfgs, value)
	case "rustc-check-cfg":
		o.CheckCfgs = append(o.CheckCfgs, value)
	case "rustc-env":
		return p.env(value)
	case "error", "warning":
		o.Messages = append(o.Messages, Message{key == "error", value})
	case "rerun-if-changed":
		o.RerunIfChanged = append(o.RerunIfChanged, value)
	case "rerun-if-env-changed":
		o.RerunIfEnvChange = append(o.RerunIfEnvChange, value)
	case "metadata":
		return p.metadata(value)
	default:
		if known, err := p.linkArg(key, value); known {
			return err
		}
		return p.invalid("there is no key `%s`", key)
	}
	return nil
}

func (p *parser) flags(value string) error {
	search, libs, err := splitFlags(value, p.whence())
	if err != nil {
		return p.fail("%v", err)
	}
	for _, path := range search {
		p.out.Search = append(p.out.Search, newSearch(path, p.OutDir))
	}
	p.out.Libs = append(p.out.Libs, libs...)
	return nil
}

// splitFlags reads -L and -l, with or without white space behind them.
func splitFlags(value, whence string) (search, libs []string, err error) {
	words := strings.Fields(value)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if !strings.HasPrefix(word, "-l") && !strings.HasPrefix(word, "-L") {
			return nil, nil, fmt.Errorf("only `-l` and `-L` flags are allowed in %s: `%s`", whence, strings.TrimSpace(value))
		}
		arg := word[2:]
		if arg == "" {
			if i++; i == len(words) {
				return nil, nil, fmt.Errorf("flag in rustc-flags has no value in %s: %s", whence, word)
			}
			arg = words[i]
		}
		if word[1] == 'l' {
			libs = append(libs, arg)
		} else {
			search = append(search, arg)
		}
	}
	return search, libs, nil
}

func (p *parser) env(value string) error {
	name, text, ok := strings.Cut(value, "=")
	if !ok {
		return p.fail("Variable rustc-env has no value in %s: %s", p.whence(), value)
	}
	if name != "RUSTC_BOOTSTRAP" {
		p.out.Env = append(p.out.Env, Pair{name, text})
		return nil
	}
	// Who has set the variable for all has decided already.
	library := ""
	if lib := p.Package.Lib(); lib != nil {
		library = lib.CrateName()
	}
	about := fmt.Sprintf("cannot set `RUSTC_BOOTSTRAP=%s` from %s.\n"+
		"note: a crate that turns on unstable features by itself takes the promise of stability from all that use it.", text, p.whence())
	if p.Bootstrap == "1" || library != "" && slices.Contains(strings.Split(p.Bootstrap, ","), library) {
		p.out.Messages = append(p.out.Messages, Message{false, about})
		return nil
	}
	if library == "" {
		library = "1"
	}
	return p.fail("%s\nhelp: to allow it, set the environment variable `RUSTC_BOOTSTRAP=%s` where cargo is called", about, library)
}
