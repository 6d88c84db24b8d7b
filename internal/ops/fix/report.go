package fix

import (
	"fmt"
	"slices"

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

func (r *repair) paths() []string {
	paths := make([]string, 0, len(r.files))
	for path := range r.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}
