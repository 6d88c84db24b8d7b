package buildmsg

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/semver"
	"berth/internal/unit"
)

func aUnit(kind manifest.TargetKind, mode unit.Mode) *unit.Unit {
	target := &manifest.Target{Kind: kind, Name: "t-n", Path: "/p/src/lib.rs", Edition: manifest.Edition2021}
	if kind == manifest.Lib {
		target.CrateTypes = []string{"lib"}
	}
	return &unit.Unit{ID: crate.PackageID{Name: "p", Version: semver.Version{Major: 1}, Source: crate.PathSource("/p")}, Manifest: "/p/Cargo.toml",
		Target: target, Mode: mode, Local: true, Profile: unit.Profile{OptLevel: "0", Debuginfo: "2"}}
}

func TestParseFormat(t *testing.T) {
	for text, want := range map[string]Format{
		"": {}, "human": {}, "SHORT": {Short: true}, "json": {JSON: true}, "json-diagnostic-short": {JSON: true, Short: true},
		"json-diagnostic-rendered-ansi": {JSON: true, ANSI: true}, "json-render-diagnostics": {JSON: true, Render: true},
		"json,json-diagnostic-short": {JSON: true, Short: true}, "json-diagnostic-short json-render-diagnostics,json-diagnostic-rendered-ansi": {JSON: true, Short: true, ANSI: true, Render: true},
	} {
		if f, err := ParseFormat(strings.Fields(text)); err != nil || f != want {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
	for text, problem := range map[string]string{"xml": "invalid message format specifier: `xml`", "json human": "two kinds", "short json-diagnostic-short": "two kinds", "json json": "two kinds", "json-diagnostic-short,json": "two kinds", ",": "specifier: ``"} {
		if f, err := ParseFormat(strings.Fields(text)); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%q: %+v, %v, expected %q", text, f, err, problem)
		}
	}
}

const diagnostic = `{"$message_type":"diagnostic","message":"m","code":{"code":"c","explanation":null},"level":"warning","spans":[],"children":[{"spans":[{"suggestion_applicability":"MachineApplicable"}]}],"rendered":"\u001b[1mbold\u001b[0m <\u2028>\n"}`

func TestRead(t *testing.T) {
	human, plain := Format{}, Format{JSON: true}
	for _, c := range []struct {
		name, line string
		format     Format
		hide       bool
		check      func(Event) bool
	}{
		{"talk", "note: plain", human, false, func(e Event) bool { return *e.Stderr == "note: plain" && e.Keep }},
		{"no JSON", `{"half":`, plain, false, func(e Event) bool { return *e.Stderr == `{"half":` && e.Keep }},
		{"not UTF-8", "{\"a\xff", plain, true, func(e Event) bool { return *e.Stderr == "{\"a\uFFFD" }},
		{"metadata", `{"$message_type":"artifact","artifact":"/x/liba.rmeta","emit":"metadata"}`, human, false, func(e Event) bool { return e.MetadataDone() && !e.Keep && e.Stdout == "" }},
		{"link", `{"artifact":"/x/liba.rlib","emit":"link"}`, plain, true, func(e Event) bool { return e.Artifact == "/x/liba.rlib" && !e.MetadataDone() }},
		{"shown", diagnostic, human, false, func(e Event) bool {
			return *e.Diagnostic == Diagnostic{"warning", "\x1b[1mbold\x1b[0m <\u2028>", true, true} && e.Keep && e.Stdout == ""
		}},
		{"hidden", diagnostic, human, true, func(e Event) bool { return e.Diagnostic == nil && e.Keep }},
		{"hidden JSON", diagnostic, plain, true, func(e Event) bool { return e.Stdout == "" && e.Keep }},
		{"JSON", diagnostic, plain, false, func(e Event) bool {
			return strings.HasSuffix(e.Stdout, `"message":{"rendered":"bold <`+"\u2028"+`>\n","$message_type":"diagnostic","children":[{"spans":[{"suggestion_applicability":"MachineApplicable"}]}],"level":"warning","message":"m","spans":[],"code":{"code":"c","explanation":null}}}`)
		}},
		{"colors", diagnostic, Format{JSON: true, ANSI: true}, false, func(e Event) bool { return strings.HasSuffix(e.Stdout, `"message":`+diagnostic+"}") }},
		{"both", diagnostic, Format{JSON: true, Render: true}, false, func(e Event) bool { return e.Diagnostic != nil && e.Stdout == "" }},
		{"summary", strings.Replace(diagnostic, `"message":"m"`, `"message":"2 warnings emitted"`, 1), plain, false, func(e Event) bool { return e.Stdout == "" && e.Keep }},
		{"aborting", strings.Replace(diagnostic, `"message":"m"`, `"message":"aborting due to 1 previous error"`, 1), human, false, func(e Event) bool { return e.Diagnostic == nil && e.Keep }},
		{"foreign", `{"b":1,"a":[2.50,{"y":null,"x":true}]}`, plain, false, func(e Event) bool {
			return strings.HasSuffix(e.Stdout, `"message":{"b":1,"a":[2.50,{"y":null,"x":true}]}}`)
		}},
		{"no code", `{"rendered":"r","message":"m","level":"error","children":[],"code":null,"z":{}}`, plain, false, func(e Event) bool {
			return strings.HasSuffix(e.Stdout, `"message":{"rendered":"r","children":[],"level":"error","message":"m","z":{},"code":null}}`)
		}},
		{"unused", `{"$message_type":"unused_extern","lint_level":"force-warn","unused_extern_names":["a","b"]}`, plain, true, func(e Event) bool { return len(e.Unused) == 2 && e.Keep && e.Stdout == "" }},
		{"none unused", `{"$message_type":"unused_extern","lint_level":"force-warn","unused_extern_names":[]}`, human, false, func(e Event) bool { return e.Unused != nil && e.Keep && e.Stdout == "" }},
		{"future", `{"future_incompat_report":[{"future_breakage_date":null,"diagnostic":{"rendered":"r","level":"warning"}}]}`, human, true, func(e Event) bool {
			return len(e.Future) == 1 && e.Future[0] == Future{nil, "r", "warning"} && e.Keep
		}},
	} {
		r := &Reader{Unit: aUnit(manifest.Lib, unit.Build), Format: c.format, Show: !c.hide}
		if e := r.Read(c.line); !c.check(e) {
			t.Errorf("%s: %+v %+v", c.name, e, e.Diagnostic)
		}
	}
}

func TestSummary(t *testing.T) {
	lint := &Diagnostic{Level: "warning", Lint: true, Fixable: true}
	say := func(u *unit.Unit, clippy Clippy, add ...func(*Count)) string {
		var c Count
		for _, a := range add {
			a(&c)
		}
		return c.Summary(u, clippy)
	}
	lib, test := aUnit(manifest.Lib, unit.Build), aUnit(manifest.Bin, unit.Test)
	foreign := aUnit(manifest.Lib, unit.Check)
	foreign.Local = false
	one := func(u *unit.Unit, emitted bool) func(*Count) { return func(c *Count) { c.Add(u, lint, emitted) } }
	for got, want := range map[string]string{
		say(lib, Clippy{}):                  "",
		say(lib, Clippy{}, one(lib, true)):  "`p` (lib) generated 1 warning (run `cargo fix --lib -p p` to apply 1 suggestion)",
		say(lib, Clippy{}, one(lib, false)): "`p` (lib) generated 1 warning (1 duplicate)",
		say(lib, Clippy{}, one(lib, false), one(lib, false), one(lib, true), one(lib, true)):                 "`p` (lib) generated 4 warnings (2 duplicates) (run `cargo fix --lib -p p` to apply 2 suggestions)",
		say(lib, Clippy{}, one(lib, true), func(c *Count) { c.Add(lib, &Diagnostic{Level: "error"}, true) }): "`p` (lib) generated 1 warning",
		say(lib, Clippy{}, func(c *Count) { c.Add(lib, &Diagnostic{Level: "note", Fixable: true}, true) }):   "",
		say(test, Clippy{}, one(test, true)):       "`p` (bin \"t-n\" test) generated 1 warning (run `cargo fix --bin \"t-n\" -p p --tests` to apply 1 suggestion)",
		say(foreign, Clippy{}, one(foreign, true)): "`p` (lib) generated 1 warning",
		say(lib, Clippy{"/x/clippy-driver", "-Dx__CLIPPY_HACKERY__-Wy__CLIPPY_HACKERY__", true}, one(lib, true)): "`p` (lib) generated 1 warning (run `cargo clippy --fix --lib -p p -- -Dx -Wy` to apply 1 suggestion)",
		say(aUnit(manifest.CustomBuild, unit.Build), Clippy{}, one(lib, true)):                                   "`p` (build script) generated 1 warning",
	} {
		if got != want {
			t.Errorf("%s\nexpected %s", got, want)
		}
	}
}

func TestFailed(t *testing.T) {
	for want, r := range map[string]Reader{
		"could not compile `p` (lib)":                                                      {Unit: aUnit(manifest.Lib, unit.Check)},
		"could not compile `p` (lib test) due to 1 previous error":                         {Unit: aUnit(manifest.Lib, unit.CheckTest), Errors: 1},
		"could not compile `p` (test \"t-n\") due to 2 previous errors; 1 warning emitted": {Unit: aUnit(manifest.Test, unit.Test), Errors: 2, Warnings: 1},
		"could not compile `p` (example \"t-n\"); 3 warnings emitted":                      {Unit: aUnit(manifest.Example, unit.Build), Warnings: 3},
		"could not document `p`":                                                           {Unit: aUnit(manifest.Lib, unit.Doc), Errors: 2},
	} {
		if got := r.Failed(); got != want {
			t.Errorf("%s, expected %s", got, want)
		}
	}
}

func TestStripANSI(t *testing.T) {
	for text, want := range map[string]string{
		"plain ü\n\t": "plain ü\n\t", "\x1b[0m\x1b[1m\x1b[38;5;9merror\x1b[0m": "error", "a\x1b]8;;http://x\x1b\\link\x1b]8;;\x07b": "alinkb",
		"a\x07b\x00c\x7fd": "abcd", "a\x1b(Bb": "ab", "a\x1b": "a", "a\x1b[1": "a", "a\x1bMb": "ab", "\x1b[é": "",
	} {
		if got := StripANSI(text); got != want {
			t.Errorf("%q: %q, expected %q", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(diagnostic, true, false)
	f.Add(`{"artifact":"x.rmeta"}`, false, true)
	f.Add(`{"artifact":""}`, false, true) // means nothing, as for stock
	f.Add(`{"Artifact":""}`, true, true)  // is read as the same, and no compiler says so
	f.Add(`{"future_incompat_report":[{}]}`, true, true)
	f.Add(`{"rendered":"","a":{"b":[]},"code":{}}`, true, false)
	f.Fuzz(func(t *testing.T, line string, isJSON, ansi bool) {
		if strings.ContainsAny(line, "\n") {
			return
		}
		r := &Reader{Unit: aUnit(manifest.Lib, unit.Build), Format: Format{JSON: isJSON, ANSI: ansi}, Show: true}
		e := r.Read(line)
		if e.Stdout != "" && (!json.Valid([]byte(e.Stdout)) || strings.Contains(e.Stdout, "\n")) {
			t.Errorf("%q: no line of JSON: %q", line, e.Stdout)
		}
		if e.Stdout == "" && e.Stderr == nil && e.Diagnostic == nil && e.Artifact == "" && e.Future == nil && e.Unused == nil && !e.Keep && !strings.Contains(strings.ToLower(line), `"artifact"`) {
			t.Errorf("%q is lost", line)
		}
		if e.Stderr != nil && !utf8.ValidString(*e.Stderr) {
			t.Errorf("%q", *e.Stderr)
		}
		if text := StripANSI(line); strings.ContainsRune(text, 0x1b) || StripANSI(text) != text {
			t.Errorf("%q: %q", line, text)
		}
	})
}
