package buildmsg

import (
	"berth/internal/buildscript"
	"berth/internal/jsonquote"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// writer appends to a line of JSON.
type writer struct {
	buf   []byte
	comma bool
}

func (w *writer) key(name string) {
	if w.comma {
		w.buf = append(w.buf, ',')
	}
	w.comma = true
	w.buf = append(jsonquote.Append(w.buf, name), ':')
}

func (w *writer) open(c byte) {
	w.buf = append(w.buf, c)
	w.comma = false
}

func (w *writer) close(c byte) {
	w.buf = append(w.buf, c)
	w.comma = true
}

func (w *writer) text(key, value string) {
	w.key(key)
	w.buf = jsonquote.Append(w.buf, value)
}

func (w *writer) flag(key string, value bool) {
	w.key(key)
	if value {
		w.buf = append(w.buf, "true"...)
	} else {
		w.buf = append(w.buf, "false"...)
	}
}

func (w *writer) raw(key string, value []byte) {
	w.key(key)
	w.buf = append(w.buf, value...)
}

func (w *writer) strings(key string, values []string) {
	w.key(key)
	w.open('[')
	for i, value := range values {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = jsonquote.Append(w.buf, value)
	}
	w.close(']')
}

// begin opens a message of a reason.
func begin(reason string) *writer {
	w := &writer{}
	w.open('{')
	w.text("reason", reason)
	return w
}

func (w *writer) end() []byte {
	w.close('}')
	return w.buf
}

// about names the unit that a message is about.
func (w *writer) about(u *unit.Unit) {
	w.text("package_id", u.ID.Spec())
	w.text("manifest_path", u.Manifest)
	w.target(u.Target)
}

func (w *writer) target(t *manifest.Target) {
	w.key("target")
	w.open('{')
	w.strings("kind", t.Kinds())
	w.strings("crate_types", t.RustcTypes())
	w.text("name", t.Name)
	w.text("src_path", t.Path)
	w.text("edition", t.Edition.String())
	if t.RequiredFeatures != nil {
		w.strings("required-features", *t.RequiredFeatures)
	}
	w.flag("doc", t.Doc)
	w.flag("doctest", t.Doctested())
	w.flag("test", t.Test)
	w.close('}')
}

// Artifact is the message about what a unit made: the files that are there, as users find them, and the program among
// them, empty where there is none.
func Artifact(u *unit.Unit, files []string, executable string, fresh bool) []byte {
	w := begin("compiler-artifact")
	w.about(u)
	w.key("profile")
	w.open('{')
	w.text("opt_level", u.Profile.OptLevel)
	switch debug := u.Profile.Debuginfo; debug {
	case "0", "1", "2":
		w.raw("debuginfo", []byte(debug))
	case "", "none":
		w.raw("debuginfo", []byte("0"))
	default:
		w.text("debuginfo", debug)
	}
	w.flag("debug_assertions", u.Profile.DebugAssertions)
	w.flag("overflow_checks", u.Profile.OverflowChecks)
	w.flag("test", u.IsTest() || u.Mode == unit.Doctest)
	w.close('}')
	w.strings("features", u.Features)
	w.strings("filenames", files)
	if executable == "" {
		w.raw("executable", []byte("null"))
	} else {
		w.text("executable", executable)
	}
	w.flag("fresh", fresh)
	return w.end()
}

// ScriptExecuted is the message about a build script that was run, or whose words are still good.
func ScriptExecuted(u *unit.Unit, said *buildscript.Output, outDir string) []byte {
	w := begin("build-script-executed")
	w.text("package_id", u.ID.Spec())
	w.strings("linked_libs", said.Libs)
	paths := make([]string, 0, len(said.Search))
	for _, search := range said.Search {
		paths = append(paths, search.Path)
	}
	w.strings("linked_paths", paths)
	w.strings("cfgs", said.Cfgs)
	w.key("env")
	w.open('[')
	for i, e := range said.Env {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(jsonquote.Append(append(jsonquote.Append(append(w.buf, '['), e.Name), ','), e.Value), ']')
	}
	w.close(']')
	w.text("out_dir", outDir)
	return w.end()
}

// Finished is the last message of a build.
func Finished(success bool) []byte {
	w := begin("build-finished")
	w.flag("success", success)
	return w.end()
}

// fromCompiler is the message that carries one of the compiler's.
func fromCompiler(u *unit.Unit, message []byte) string {
	w := begin("compiler-message")
	w.about(u)
	w.raw("message", message)
	return string(w.end())
}
