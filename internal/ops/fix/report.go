package fix

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/build"
	"berth/internal/manifest"
)

// status tells once what begins.
func (r *repair) begin() {
	u := r.unit
	to := next(u.Target.Edition)
	switch {
	case !r.Edition && r.Verbose:
		r.status("Fixing", r.source)
	case !r.Edition:
	case to == u.Target.Edition:
		r.alreadyThere(to)
	default:
		line := fmt.Sprintf("%s from %s edition to %s", r.source, u.Target.Edition, to)
		if r.first("migrating " + line) {
			r.status("Migrating", line)
		}
	}
}

func (r *repair) status(verb, text string) {
	r.say(func(v build.Voice) { v.Status(verb, text) })
}

// first tells whether something was not said before.
func (f *Fixer) first(what string) bool {
	was := f.said[what]
	f.said[what] = true
	return !was
}

// alreadyThere: there is no next edition; the first time it is told what to do about that.
func (r *repair) alreadyThere(e manifest.Edition) {
	text := fmt.Sprintf("`%s` is already on the latest edition (%s), unable to migrate further", r.source, e)
	if !r.first(text) {
		return
	}
	if r.first("how to migrate") {
		text += fmt.Sprintf("\n\nTo come from the edition before (%[1]s) to this one:\n\n"+
			"1. Have `edition = \"%[1]s\"` in Cargo.toml\n2. Run `cargo fix --edition`\n3. Make that `edition = \"%[2]s\"`\n"+
			"4. Run `cargo test`\n\nThe edition guide tells more: https://doc.rust-lang.org/edition-guide/editions/\n", previous(e), e)
	}
	r.say(func(v build.Voice) { v.Warn(text) })
}

func previous(e manifest.Edition) manifest.Edition {
	for _, before := range []manifest.Edition{manifest.Edition2015, manifest.Edition2018, manifest.Edition2021} {
		if next(before) == e {
			return before
		}
	}
	return e
}

// fixed tells how many suggestions each file took.
func (r *repair) fixed() {
	for _, path := range r.paths() {
		r.status("Fixed", Count(path, r.files[path].fixes))
	}
}

// Count is a file and its number of fixes.
func Count(path string, fixes int) string {
	if fixes == 1 {
		return path + " (1 fix)"
	}
	return fmt.Sprintf("%s (%d fixes)", path, fixes)
}

// notApplied tells of suggestions that could not be applied at all.
func (r *repair) notApplied() {
	for _, path := range r.paths() {
		for _, err := range r.files[path].errors {
			text := fmt.Sprintf("error applying suggestions to `%s`\n\nThe full error message was:\n\n> %s\n\n%s\n", path, err, r.advice())
			r.say(func(v build.Voice) { v.Warn(text) })
		}
	}
}

// failed tells that the code does not compile after what was fixed, and what the compiler said of it.
func (r *repair) failed(last build.Output) {
	text := fmt.Sprintf("failed to automatically apply fixes suggested by rustc to crate `%s`\n", r.unit.Target.CrateName())
	files, errs := complaints(last)
	if len(files) > 0 {
		text += "\nafter fixes were automatically applied the compiler reported errors within these files:\n\n"
		for _, f := range files {
			text += "  * " + f + "\n"
		}
		text += "\n"
	}
	text += r.advice() + "\n\n"
	if len(errs) > 0 {
		text += "The following errors were reported:\n" + strings.Join(errs, "")
	}
	if last.Exit.Signal != 0 || last.Exit.Code != 1 && last.Exit.Code != 101 {
		text += "rustc exited abnormally: " + last.Exit.String() + "\n"
	}
	text += "Original diagnostics will follow.\n"
	r.say(func(v build.Voice) { v.Warn(text) })
}

// complaints are all that a compiler said, and the files that it is about.
func complaints(o build.Output) (files, errs []string) {
	var others []string
	for _, line := range o.Stderr {
		if d, ok := readDiagnostic(line); ok {
			if d.Rendered != nil {
				errs = append(errs, withEnd(*d.Rendered))
			} else {
				errs = append(errs, withEnd(*d.Message))
			}
			for _, at := range d.Spans {
				files = append(files, at.File)
			}
		} else if line != "" && !strings.HasPrefix(line, "{") {
			others = append(others, withEnd(line))
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

// advice is what to do about a suggestion that was wrong.
func (r *repair) advice() string {
	tracker := "https://github.com/rust-lang/rust/issues"
	if r.Clippy {
		tracker = "https://github.com/rust-lang/rust-clippy/issues"
	}
	return "A suggestion of the compiler is wrong, or was not applied as it was meant. Please report it, with all of this output, at\n" +
		tracker + "\nWhat else can be fixed may be fixed with the `--broken-code` flag."
}

func (r *repair) paths() []string {
	paths := make([]string, 0, len(r.files))
	for path := range r.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}
