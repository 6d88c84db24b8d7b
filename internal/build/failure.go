package build

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"berth/internal/child"
	"berth/internal/compile"
	"berth/internal/unit"
)

// failedToMake reports a unit that could not be made.
func (b *builder) failedToMake(ctx context.Context, w *work, err error) {
	if ctx.Err() != nil {
		b.failed++
		b.queue.fail(w.i)
		b.Times.failed(w.i)
		return // the user knows
	}
	b.summarize(w.i)
	b.repeatMessages(w.unit)
	var compiler *compileError
	if errors.As(err, &compiler) {
		reader := b.reader(w.i)
		text := reader.Failed()
		if b.Verbose > 0 || !isOrdinary(compiler.exit) || reader.Errors == 0 && w.unit.Mode != unit.Doc {
			text += "\n\nCaused by:\n  " + compiler.Error()
		}
		err = errors.New(text)
	}
	var script *scriptError
	if errors.As(err, &script) {
		err = fmt.Errorf("failed to run custom build command for `%s`%s\n\nCaused by:\n%s", b.about(w.unit), b.backtraceNote(w.unit), indented(script.Error()))
	}
	b.unitFailed(w.i, err)
}

// isOrdinary tells of codes that programs end with, as stock tells them from those of a crash.
func isOrdinary(e child.Exit) bool { return e.Signal == 0 && e.Code >= 0 && e.Code <= 127 }

// backtraceNote is for who asked for backtraces, and has scripts without what makes them readable.
func (b *builder) backtraceNote(run *unit.Unit) string {
	if wanted, ok := b.Getenv("RUST_BACKTRACE"); !ok || wanted == "0" {
		return ""
	}
	if compiled, _ := b.Compiler.Script(run); compiled != nil && compile.HasDebug(&compiled.Profile) {
		return ""
	}
	name := strings.ToUpper(strings.ReplaceAll(run.Profile.Name, "-", "_"))
	return "\nnote: To improve backtraces for build dependencies, set the CARGO_PROFILE_" + name + "_BUILD_OVERRIDE_DEBUG=true environment variable to enable debug information generation."
}

func indented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}

// reportFailure says what went wrong, and that others are still at work.
func (b *builder) reportFailure(err error) {
	b.Say.Error(err.Error())
	if b.failed == 1 && b.active > 0 {
		b.Say.Warn("build failed, waiting for other jobs to finish...")
	}
}

// unitFailed reports an error of a unit and gives up what needs it.
func (b *builder) unitFailed(i int, err error) {
	b.failed++
	b.queue.fail(i)
	b.Times.failed(i)
	b.reportFailure(err)
}
