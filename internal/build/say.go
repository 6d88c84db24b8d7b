package build

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/buildmsg"
	"berth/internal/compile"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// speech is what was said so far.
type speech struct {
	left    map[string]int  // units of a package that nothing is known of yet
	said    map[string]bool // packages that a status line was about
	docs    map[string]bool // those whose documentation one was about
	shown   map[uint64]bool // diagnostics, by their hash
	seed    maphash.Seed
	readers map[int]*buildmsg.Reader
	counts  map[int]*buildmsg.Count
	working []int  // units that are being made, in the order of their beginning
	waits   func() // ends what was said of a wait
	lints   int
	future  []Future
}

func newSpeech(units []*unit.Unit) speech {
	s := speech{left: map[string]int{}, said: map[string]bool{}, docs: map[string]bool{}, shown: map[uint64]bool{}, seed: maphash.MakeSeed(),
		readers: map[int]*buildmsg.Reader{}, counts: map[int]*buildmsg.Count{}}
	for _, u := range units {
		s.left[u.ID.String()]++
	}
	return s
}

// about is a package as status lines name it.
func (b *builder) about(u *unit.Unit) string {
	text := u.ID.Name + " v" + u.ID.Version.String()
	if u.ID.Source.IsPath() {
		return text + " (" + u.Package.Dir + ")"
	}
	if u.ID.Source.IsPublic() {
		return text
	}
	return u.ID.String()
}

// known counts a unit of which is known whether it is fresh.
func (b *builder) known(u *unit.Unit) { b.left[u.ID.String()]-- }

// beginsToMake says that a package is compiled, once.
func (b *builder) beginsToMake(i int) {
	u := b.queue.units[i]
	b.working = append(b.working, i)
	id := u.ID.String()
	if b.said[id] && u.Mode != unit.Doc || b.docs[id] && u.Mode == unit.Doc {
		return
	}
	if why := b.whyMade(i); why != "" && b.Verbose > 0 {
		b.Say.Status("Dirty", b.about(u)+": "+why)
	}
	switch {
	case u.Mode == unit.Doc:
		b.docs[id] = true
		b.Say.Status("Documenting", b.about(u))
		return
	case u.IsCheck():
		b.Say.Status("Checking", b.about(u))
	default:
		b.Say.Status("Compiling", b.about(u))
	}
	b.said[id] = true
}

// whyMade is why a unit is made again, in words; empty where it never was.
func (b *builder) whyMade(i int) string {
	if why := b.jobs[i].why; why != nil {
		return why.text(b.Compiler)
	}
	return ""
}

// isFresh says, with -v, that nothing of a package had to be made.
func (b *builder) isFresh(u *unit.Unit) {
	id := u.ID.String()
	if b.Verbose > 0 && b.left[id] <= 0 && !b.said[id] {
		b.said[id] = true
		b.Say.Status("Fresh", b.about(u))
	}
}

// running shows a call, with -v.
func (b *builder) running(cmd *compile.Command) {
	switch {
	case b.Verbose >= 2:
		b.Say.Status("Running", "`"+cmd.Verbose()+"`")
	case b.Verbose == 1:
		b.Say.Status("Running", "`"+cmd.String()+"`")
	}
}

// text is a reason in words.
func (r *reason) text(c *compile.Compiler) string {
	name := r.name
	if below, ok := c.BelowRoot(name); ok {
		name = below
	}
	switch r.kind {
	case fileMissing:
		return "the file `" + name + "` is missing"
	case variableChanged:
		return "the environment variable " + r.name + " changed"
	case listingChanged:
		return "files were added to the package or removed from it"
	case outputDamaged:
		return "what was made of it is damaged: " + r.name
	}
	return "the file `" + name + "` has changed"
}

// reader reads what the compiler of a unit says.
func (b *builder) reader(i int) *buildmsg.Reader {
	r := b.readers[i]
	if r == nil {
		r = &buildmsg.Reader{Unit: b.queue.units[i], Format: b.Format, Show: true} // errors in anybody's code; warnings the compiler keeps to itself
		b.readers[i] = r
	}
	return r
}

// diagnostic is a line of a compiler. It is told from the goroutine that reads it.
func (w *work) diagnostic(line []byte) {
	text := strings.TrimRight(string(line), "\r\n")
	done := make(chan buildmsg.Event, 1)
	w.tell(func() { done <- w.b.sayLine(w.i, text) })
	event := <-done
	if event.Keep {
		w.kept.WriteString(text + "\n")
	}
	if event.MetadataDone() && !w.announced && compile.MakesMetadata(w.unit) {
		w.announced = true
		w.metadataDone(event.Artifact)
	} else if event.Artifact != "" {
		w.finished(filepath.Base(event.Artifact))
	}
}

// finished reads an output while the compiler ends, which takes it about as long. A wrapper may do more with it, and what is
// given another name must not be open then.
func (w *work) finished(name string) {
	if w.b.Compiler.Wrapper != "" || w.b.Compiler.WorkspaceWrapper != "" {
		return
	}
	outputs, err := w.b.Compiler.Outputs(w.unit)
	if err == nil && slices.ContainsFunc(outputs, func(o compile.Output) bool { return o.Name == name && o.Written == "" }) {
		w.attempt.Ahead(name)
	}
}

// metadataDone lets those begin that need only the metadata.
func (w *work) metadataDone(path string) {
	f, err := w.attempt.Output(filepath.Base(path))
	if err != nil {
		return // the end of the unit tells what is wrong
	}
	w.tell(func() {
		w.b.jobs[w.i].meta = f.Digest
		w.b.Times.metadata(w.i)
		w.b.queue.metadataDone(w.i)
	})
}

// sayLine shows a line of a compiler.
func (b *builder) sayLine(i int, line string) buildmsg.Event {
	e := b.reader(i).Read(line)
	if e.Stdout != "" {
		b.Say.Out(e.Stdout)
	}
	if e.Stderr != nil {
		b.Say.Raw(*e.Stderr)
	}
	if len(e.Future) > 0 {
		b.future = append(b.future, Future{b.queue.units[i], e.Future})
	}
	if d := e.Diagnostic; d != nil && !b.isAllowed(i, d) {
		count := b.counts[i]
		if count == nil {
			count = &buildmsg.Count{}
			b.counts[i] = count
		}
		hash := maphash.String(b.seed, d.Rendered)
		first := !b.shown[hash]
		b.shown[hash] = true
		if first {
			b.Say.Raw(d.Rendered)
		}
		count.Add(b.queue.units[i], d, first)
	}
	return e
}

// isAllowed says that nobody wants to see it. Programs are told all the same, as by stock.
func (b *builder) isAllowed(i int, d *buildmsg.Diagnostic) bool {
	return b.Lints == AllowLints && d.Level == "warning" && d.Lint && b.queue.units[i].Local
}

// replay shows what a unit had to say when it was made.
func (b *builder) replay(i int) {
	v, u := b.jobs[i].found, b.queue.units[i]
	b.readers[i] = &buildmsg.Reader{Unit: u, Format: b.Format, Show: b.Compiler.ShowsWarnings(u)}
	if _, ok := v.Output(messagesName); ok {
		data, err := os.ReadFile(filepath.Join(v.Dir, messagesName))
		if err == nil {
			for line := range strings.Lines(string(data)) {
				b.sayLine(i, strings.TrimSuffix(line, "\n"))
			}
		}
	}
	b.summarize(i)
}

// summarize counts the warnings of a unit.
func (b *builder) summarize(i int) {
	count := b.counts[i]
	if count == nil {
		return
	}
	delete(b.counts, i)
	args, given := b.Getenv("CLIPPY_ARGS")
	text := count.Summary(b.queue.units[i], buildmsg.Clippy{Wrapper: b.Compiler.WorkspaceWrapper, Args: args, Given: given})
	switch {
	case text == "":
	case b.Lints == DenyLints && count.Lints > 0:
		b.Say.Error(text)
	default:
		b.Say.Warn(text)
	}
	b.lints += count.Lints
}

// announce tells programs of a unit that is there.
func (b *builder) announce(u *unit.Unit, files []string, program string, fresh bool) {
	if b.Format.JSON {
		b.Say.Out(string(buildmsg.Artifact(u, files, program, fresh)))
	}
	if fresh {
		b.isFresh(u)
	}
}

// failedToMake reports a unit that could not be made.
func (b *builder) failedToMake(ctx context.Context, w *work, err error) {
	if ctx.Err() != nil {
		b.failed++
		b.queue.fail(w.i)
		b.Times.failed(w.i)
		return // the user knows
	}
	b.summarize(w.i)
	var compiler *compileError
	if errors.As(err, &compiler) {
		text := b.reader(w.i).Failed()
		if b.Verbose > 0 || compiler.exit.Signal != 0 || compiler.exit.Code != 1 {
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

// showProgress brings the bar up to date. Where there is nothing else to do it says whom it waits for.
func (b *builder) showProgress() {
	switch idle := b.active+b.asking == 0 && len(b.parked) > 0; {
	case idle && b.waits == nil:
		i := b.parked[0]
		b.waits = b.Say.Wait(b.awaited(i))
	case !idle && b.waits != nil:
		b.waits()
		b.waits = nil
	}
	if !b.Bar.Wanted() {
		return
	}
	b.working = slices.DeleteFunc(b.working, func(i int) bool { return !b.jobs[i].active })
	names := make([]string, len(b.working))
	for k, i := range b.working {
		names[k] = nameInBar(b.queue.units[i])
	}
	b.Bar.Set(b.queue.done, len(b.queue.units), strings.Join(names, ", "))
}

// awaited is what a parked unit waits for, and who has it.
func (b *builder) awaited(i int) (what string, holder lockfs.Holder) {
	u := b.queue.units[i]
	if lock := b.jobs[i].behind; lock != nil {
		if holders := lock.Holders(); len(holders) > 0 {
			holder = holders[0]
		}
		return "the " + lock.Name(), holder
	}
	holder, _ = b.store(u).Maker(b.jobs[i].key)
	return "the unit " + b.identity(u).String(), holder
}

// nameInBar is a unit in few words.
func nameInBar(u *unit.Unit) string {
	kind := ""
	switch {
	case u.Mode == unit.Doc:
		return u.ID.Name + "(doc)"
	case u.Mode == unit.RunBuildScript:
		return u.ID.Name + "(build)"
	case u.Target.Kind == manifest.CustomBuild:
		return u.ID.Name + "(build.rs)"
	case u.Target.Kind == manifest.Lib:
		if u.IsTest() {
			return u.Target.Name + "(test)"
		}
		return u.ID.Name
	case u.Target.Kind == manifest.Bin:
		kind = "bin"
	case u.Target.Kind == manifest.Example:
		kind = "example"
	case u.Target.Kind == manifest.Test:
		return u.Target.Name + "(test)"
	case u.Target.Kind == manifest.Bench:
		return u.Target.Name + "(bench)"
	}
	if u.IsTest() {
		kind += " test"
	}
	return u.Target.Name + "(" + kind + ")"
}
