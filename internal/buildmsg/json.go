package buildmsg

import (
	"berth/internal/buildscript"
	"berth/internal/jsonquote"
	"berth/internal/unit"
)

// writer appends to a line of JSON.
type writer struct{ jsonquote.Writer }

func (w *writer) raw(key string, value []byte) {
	w.Key(key)
	w.Buf = append(w.Buf, value...)
}

// begin opens a message of a reason.
func begin(reason string) *writer {
	w := &writer{}
	w.Open('{')
	w.Text("reason", reason)
	return w
}

func (w *writer) end() []byte {
	w.Close('}')
	return w.Buf
}

// about names the unit that a message is about.
func (w *writer) about(u *unit.Unit) {
	w.Text("package_id", u.ID.Spec())
	w.Text("manifest_path", u.Manifest)
	w.Key("target")
	u.Target.WriteJSON(&w.Writer)
}

// Artifact is the message about what a unit made: the files that are there, as users find them, and the program among
// them, empty where there is none.
func Artifact(u *unit.Unit, files []string, executable string, fresh bool) []byte {
	w := begin("compiler-artifact")
	w.about(u)
	w.Key("profile")
	w.Open('{')
	w.Text("opt_level", u.Profile.OptLevel)
	switch debug := u.Profile.Debuginfo; debug {
	case "0", "1", "2":
		w.raw("debuginfo", []byte(debug))
	case "", "none":
		w.raw("debuginfo", []byte("0"))
	default:
		w.Text("debuginfo", debug)
	}
	w.Flag("debug_assertions", u.Profile.DebugAssertions)
	w.Flag("overflow_checks", u.Profile.OverflowChecks)
	w.Flag("test", u.IsTest() || u.Mode == unit.Doctest)
	w.Close('}')
	w.Strings("features", u.Features)
	w.Strings("filenames", files)
	if executable == "" {
		w.raw("executable", []byte("null"))
	} else {
		w.Text("executable", executable)
	}
	w.Flag("fresh", fresh)
	return w.end()
}

// ScriptExecuted is the message about a build script that was run, or whose words are still good.
func ScriptExecuted(u *unit.Unit, said *buildscript.Output, outDir string) []byte {
	w := begin("build-script-executed")
	w.Text("package_id", u.ID.Spec())
	w.Strings("linked_libs", said.Libs)
	paths := make([]string, 0, len(said.Search))
	for _, search := range said.Search {
		paths = append(paths, search.Path)
	}
	w.Strings("linked_paths", paths)
	w.Strings("cfgs", said.Cfgs)
	w.Key("env")
	w.Open('[')
	for _, e := range said.Env {
		w.Comma()
		w.Open('[')
		w.Quote(e.Name)
		w.Comma()
		w.Quote(e.Value)
		w.Close(']')
	}
	w.Close(']')
	w.Text("out_dir", outDir)
	return w.end()
}

// Finished is the last message of a build.
func Finished(success bool) []byte {
	w := begin("build-finished")
	w.Flag("success", success)
	return w.end()
}

// fromCompiler is the message that carries one of the compiler's.
func fromCompiler(u *unit.Unit, message []byte) string {
	w := begin("compiler-message")
	w.about(u)
	w.raw("message", message)
	return string(w.end())
}
