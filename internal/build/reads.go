package build

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/compile"
	"berth/internal/depinfo"
	"berth/internal/textsum"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// compilerReads is what a compiler has read, from its .d file.
func (b *builder) compilerReads(u *unit.Unit, cmd *compile.Command, a *unitstore.Attempt, m *unitstore.Made) error {
	file := filepath.Join(a.Dir, b.Compiler.DepInfo(u))
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil // it is missing, and noted as such
	}
	if err != nil {
		return err
	}
	info, err := depinfo.Parse(data)
	if err != nil {
		return fmt.Errorf("cannot read `%s`, which the compiler wrote: %w", file, err)
	}
	var note strings.Builder
	for _, path := range info.Files {
		path = wayTo(u, inside(cmd.Dir, path))
		if !u.Local && buildscript.Within(path, u.Package.Dir) {
			continue // that never changes
		}
		if b.isInStore(path) {
			if u.Local {
				note.WriteString(path + "\n")
			}
			continue
		}
		m.Files = append(m.Files, b.record(path, a))
	}
	m.Note = []byte(note.String())
	words := b.words(u)
	for _, e := range info.Env {
		if v, set := cmd.Own(e.Name); set && !v.Place && !isTold(e.Name) && !b.Compiler.IsConfigured(e.Name) && v.Value == words(v.Value) {
			continue // it is in the key, as it is; of [env] there may be a value in force that is not
		}
		m.Vars = append(m.Vars, unitstore.Var{Name: e.Name, Value: e.Value, Set: e.Set})
	}
	return nil
}

// isInStore: what lies there never changes, and is in the key of who uses it.
func (b *builder) isInStore(path string) bool {
	return buildscript.Within(path, b.Own.Root().Display()) || buildscript.Within(path, b.Shared.Root().Display())
}

// record describes a file that was read. What is not there, or was changed meanwhile, never is what was read.
func (b *builder) record(path string, a *unitstore.Attempt) unitstore.File {
	f, _ := b.Inputs.Record(b.nameOf(path), path, a.Started())
	return f
}

// scriptReads is what a build script said that it reads; of a package that may change everything where it said nothing.
func (b *builder) scriptReads(u *unit.Unit, cmd *compile.Command, said *buildscript.Output, a *unitstore.Attempt, m *unitstore.Made) error {
	for _, name := range said.RerunIfEnvChange {
		if isOfRun(name) {
			continue
		}
		value, set := b.value(cmd, name)
		m.Vars = append(m.Vars, unitstore.Var{Name: name, Value: value, Set: set})
	}
	if len(said.RerunIfChanged)+len(said.RerunIfEnvChange) == 0 {
		if !u.Local {
			return nil
		}
		return b.packageReads(u, a, m)
	}
	for _, path := range said.RerunIfChanged {
		m.Files = append(m.Files, b.record(inside(u.Package.Dir, path), a))
	}
	return nil
}

// isOfRun tells of variables that each run of a script is given anew, so that they never are as they were: the cc crate
// names OUT_DIR among what a script depends on. Stock looks at what it was started with itself, where they are not set.
func isOfRun(name string) bool { return name == "OUT_DIR" || name == "NUM_JOBS" }

// listedFiles stands among the variables for the names of all files of a package.
const listedFiles = "*files"

func (b *builder) listing(files []string) string {
	t := textsum.New()
	names := make([]string, len(files))
	for i, path := range files {
		names[i] = b.nameOf(path)
	}
	slices.Sort(names)
	t.List(names)
	return t.Text()
}

// value is what a program that is called would find in its environment.
func (b *builder) value(cmd *compile.Command, name string) (string, bool) {
	if v, ok := cmd.Own(name); ok {
		return v.Value, !v.Unset
	}
	return b.Getenv(name)
}
