package fix

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/build"
	"berth/internal/snippet"
)

// notApplied tells of suggestions that could not be applied at all.
func (r *repair) notApplied() {
	for _, path := range r.paths() {
		for _, err := range r.files[path].errors {
			if r.Release.FixReports() {
				r.report(snippet.Group{Level: snippet.Error, Title: "error applying suggestions", Parts: []snippet.Part{snippet.Place(path), snippet.Cause(err.Error())}})
				continue
			}
			text := fmt.Sprintf("error applying suggestions to `%s`\n\nThe full error message was:\n\n> %s\n\n%s\n", path, err, r.advice())
			r.say(func(v build.Voice) { v.Warn(text) })
		}
	}
}

// failed tells that the code does not compile after what was fixed, and what the compiler said of it. What it said before is said
// next.
func (r *repair) failed(last build.Output) {
	name := r.unit.Target.CrateName()
	files, errs := complaints(last)
	abnormal := ""
	if last.Exit.Signal != 0 || last.Exit.Code != 1 && last.Exit.Code != 101 {
		abnormal = "rustc exited abnormally: " + last.Exit.String()
	}
	if !r.Release.FixReports() {
		text := failure(name, files, errs, abnormal, r.advice())
		r.say(func(v build.Voice) { v.Warn(text) })
		return
	}
	var parts []snippet.Part
	for _, f := range files {
		parts = append(parts, snippet.Place(f))
	}
	if len(errs) > 0 {
		parts = append(parts, snippet.Cause(strings.TrimSpace(strings.Join(errs, "\n"))))
	}
	if abnormal != "" {
		parts = append(parts, snippet.Cause(abnormal))
	}
	r.report(snippet.Group{Level: snippet.Error, Title: "errors present after applying fixes to crate `" + name + "`", Parts: parts},
		snippet.Group{Level: snippet.Note, Title: "what the compiler said before the fixes follows:"})
}

// failure is what is said of it up to 1.99.
func failure(name string, files, errs []string, abnormal, advice string) string {
	text := fmt.Sprintf("failed to automatically apply fixes suggested by rustc to crate `%s`\n", name)
	if len(files) > 0 {
		text += "\nafter fixes were automatically applied the compiler reported errors within these files:\n\n"
		for _, f := range files {
			text += "  * " + f + "\n"
		}
		text += "\n"
	}
	text += advice + "\n\n"
	if len(errs) > 0 {
		text += "The following errors were reported:\n"
	}
	for _, e := range errs {
		text += withEnd(e)
	}
	if abnormal != "" {
		text += abnormal + "\n"
	}
	return text + "Original diagnostics will follow.\n"
}

// complaints are all that a compiler said, and the files that it is about.
func complaints(o build.Output) (files, errs []string) {
	var others []string
	for _, line := range o.Stderr {
		if d, ok := readDiagnostic(line); ok {
			if d.Rendered != nil {
				errs = append(errs, *d.Rendered)
			} else {
				errs = append(errs, *d.Message)
			}
			for _, at := range d.Spans {
				files = append(files, at.File)
			}
		} else if line != "" && !strings.HasPrefix(line, "{") {
			others = append(others, line)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), append(errs, others...)
}

func withEnd(text string) string {
	if strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// report tells what went wrong as 1.100 does, and what to do about it; what is said further stands below that.
func (r *repair) report(wrong snippet.Group, further ...snippet.Group) {
	if r.Quiet {
		return
	}
	text := snippet.Render(append(snippet.Report{
		wrong,
		{Level: snippet.Help, Title: "a suggestion of the compiler is wrong, or was not applied as it was meant; please report it with all of this output at " + r.tracker()},
		{Level: snippet.Help, Title: "what else can be fixed may be fixed with the `--broken-code` flag"},
	}, further...), 0)
	r.say(func(v build.Voice) { v.Raw(text) })
}

// advice is what to do about a suggestion that was wrong, as it is said up to 1.99.
func (r *repair) advice() string {
	return "A suggestion of the compiler is wrong, or was not applied as it was meant. Please report it, with all of this output, at\n" +
		r.tracker() + "\nWhat else can be fixed may be fixed with the `--broken-code` flag."
}

// tracker is where suggestions are to be reported that are wrong.
func (r *repair) tracker() string {
	if r.Clippy {
		return "https://github.com/rust-lang/rust-clippy/issues"
	}
	return "https://github.com/rust-lang/rust/issues"
}
