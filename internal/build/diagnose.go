package build

import (
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/buildmsg"
	"berth/internal/compile"
)

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
		w.b.jobs[w.i].meta = f.Digest.String()
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
	if e.Unused != nil {
		b.unused.Heard(b.queue.units[i], e.Unused)
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
