package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/child"
	"berth/internal/compile"
	"berth/internal/jobslot"
	"berth/internal/lockfs"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// The files in which is kept what was said while a unit was made.
const (
	messagesName = "messages" // diagnostics of a compiler
	stdoutName   = "output"   // of a build script
	stderrName   = "stderr"
)

// work is a unit in the making. It belongs to a goroutine of its own.
type work struct {
	b       *builder
	i       int
	unit    *unit.Unit
	attempt *unitstore.Attempt
	slot    *jobslot.Slot
	turn    *lockfs.FileLock // to fix sources; nil where nothing is fixed
	way     *unitstore.Way   // that the compiler was told
	cmd     *compile.Command

	kept      bytes.Buffer // diagnostics, for the next time
	announced bool         // the metadata is there
}

// tell has the build do something.
func (w *work) tell(do func()) { w.b.events <- do }

// make runs the compiler or the script, and keeps what came of it.
func (w *work) make(ctx context.Context) (*unitstore.Variant, error) {
	made := unitstore.Made{}
	var err error
	if w.b.Verify != nil {
		err = w.b.Verify(w.unit)
	}
	switch {
	case err != nil:
	case w.unit.Mode == unit.RunBuildScript:
		err = w.runScript(ctx, &made)
	default:
		err = w.compile(ctx, &made)
	}
	w.way.Leave()
	if err != nil {
		return nil, errors.Join(err, w.attempt.Abandon(ctx))
	}
	return w.attempt.Commit(ctx, made)
}

// call runs the command with a jobserver of its own.
func (w *work) call(ctx context.Context, program string, stdout, stderr func([]byte)) (child.Exit, error) {
	server, err := w.slot.Serve()
	if err != nil {
		return child.Exit{}, err
	}
	defer server.Close()
	return child.Run(ctx, child.Command{
		Path: program, Args: w.cmd.Args, Dir: w.cmd.Dir, Env: server.Environ(w.cmd.Environ(w.b.Environ)), Files: server.Files(),
		Stdout: stdout, Stderr: stderr,
	})
}

// compile runs rustc or rustdoc.
func (w *work) compile(ctx context.Context, made *unitstore.Made) error {
	if w.unit.Mode == unit.Doc {
		if err := os.RemoveAll(filepath.Dir(w.b.pagePath(w.unit))); err != nil {
			return err // pages of what is not there any more
		}
	}
	w.tell(func() { w.b.running(w.cmd) })
	exit, err := w.compiler(ctx)
	switch {
	case err != nil:
		return err
	case !exit.Success():
		return &compileError{w.cmd, exit}
	}
	if w.kept.Len() > 0 {
		if err := os.WriteFile(filepath.Join(w.attempt.Dir, messagesName), w.kept.Bytes(), 0o666); err != nil {
			return err
		}
	}
	if w.unit.Mode == unit.Doc {
		return w.b.docReads(w.unit, w.attempt, made)
	}
	if err := w.complete(made); err != nil {
		return err
	}
	return w.b.compilerReads(w.unit, w.cmd, w.attempt, made)
}

// compiler calls it, and shows what it says.
func (w *work) compiler(ctx context.Context) (child.Exit, error) {
	if w.turn != nil {
		return w.fix(ctx)
	}
	return w.call(ctx, w.cmd.Program, func(line []byte) {
		text := strings.TrimSuffix(string(line), "\n")
		w.tell(func() { w.b.Say.Out(text) })
	}, w.diagnostic)
}

// complete gives what was made its names, and notes what was not although the compiler ended well: `cargo rustc -- --print`
// is such a call, and the wrapper of rust-analyzer ends at once where there is nothing to know. This build goes on as stock
// does, and whatever needs the unit says so; but nobody is to find it complete. Without the .d file nobody knows what it
// has read, either.
func (w *work) complete(made *unitstore.Made) error {
	outputs, err := w.b.Compiler.Outputs(w.unit)
	if err != nil {
		return err
	}
	wanted := []string{w.b.Compiler.DepInfo(w.unit)}
	for _, o := range outputs {
		if o.Written != "" {
			if err := os.Rename(filepath.Join(w.attempt.Dir, o.Written), filepath.Join(w.attempt.Dir, o.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		if o.Flavor != compile.Debug && o.Flavor != compile.Auxiliary {
			wanted = append(wanted, o.Name)
		}
	}
	for _, name := range wanted {
		if _, err := os.Lstat(filepath.Join(w.attempt.Dir, name)); errors.Is(err, fs.ErrNotExist) {
			made.Missing = append(made.Missing, filepath.ToSlash(name))
		}
	}
	return nil
}

// compileError is a compiler that failed. What it had to say it has said.
type compileError struct {
	cmd  *compile.Command
	exit child.Exit
}

func (e *compileError) Error() string {
	return fmt.Sprintf("process didn't exit successfully: `%s` (%s)", e.cmd, e.exit)
}

// scriptError is a build script that failed, with what it printed.
type scriptError struct {
	cmd            *compile.Command
	exit           child.Exit
	stdout, stderr string
}

func (e *scriptError) Error() string {
	text := fmt.Sprintf("process didn't exit successfully: `%s` (%s)", e.cmd, e.exit)
	if e.stdout != "" {
		text += "\n--- stdout\n" + e.stdout
	}
	if e.stderr != "" {
		text += "\n--- stderr\n" + e.stderr
	}
	return strings.TrimRight(text, "\n")
}

// errLogged is a build script that says what is wrong and ends as if nothing were.
var errLogged = errors.New("build script logged errors")

// runScript runs a build script.
func (w *work) runScript(ctx context.Context, made *unitstore.Made) error {
	if err := w.b.makeOutDir(w.unit, w.attempt.Dir); err != nil {
		return err
	}
	w.tell(func() { w.b.running(w.cmd) })
	program, clear := w.b.stageScript(w.unit, w.attempt.Dir, w.cmd.Program)
	defer clear()
	var stdout, stderr bytes.Buffer
	exit, err := w.call(ctx, program, w.hear(&stdout, w.b.Say.Out), w.hear(&stderr, w.b.Say.Raw))
	if err != nil {
		return err
	}
	logged, failed := buildscript.Logged(stdout.Bytes())
	if failed || !exit.Success() {
		w.tell(func() { w.b.scriptMessages(w.i, logged, true) })
	}
	switch {
	case !exit.Success():
		return &scriptError{w.cmd, exit, stdout.String(), stderr.String()}
	case failed:
		return errLogged
	}
	said, err := w.b.parse(w.unit, stdout.Bytes(), w.b.jobs[w.i].dir, "")
	if err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(filepath.Join(w.attempt.Dir, stdoutName), stdout.Bytes(), 0o666),
		os.WriteFile(filepath.Join(w.attempt.Dir, stderrName), stderr.Bytes(), 0o666))
	if err != nil {
		return err
	}
	made.Twin = w.unit.Local
	return w.b.scriptReads(w.unit, w.cmd, said, w.attempt, made)
}

// hear keeps what a script says, and with -vv shows it at once.
func (w *work) hear(kept *bytes.Buffer, show func(string)) func([]byte) {
	return func(line []byte) {
		kept.Write(line)
		if w.b.Verbose >= 2 {
			text := "[" + w.unit.ID.Name + " " + w.unit.ID.Version.String() + "] " + strings.TrimRight(string(line), "\r\n")
			w.tell(func() { show(text) })
		}
	}
}

func (b *builder) parse(u *unit.Unit, stdout []byte, outDir, written string) (*buildscript.Output, error) {
	bootstrap, _ := b.Getenv("RUSTC_BOOTSTRAP")
	return buildscript.Parse(stdout, buildscript.Script{Package: u.Package, OutDir: outDir, Written: written, Bootstrap: bootstrap})
}
