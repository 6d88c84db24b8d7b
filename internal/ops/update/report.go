package update

import (
	"context"
	"fmt"
	"strconv"

	"berth/internal/crate"
	"berth/internal/dialect"
	"berth/internal/resolve"
	"berth/internal/semver"
)

// Occasion is why a Cargo.lock changed, which decides what is worth a line.
type Occasion uint8

// The occasions.
const (
	Generated Occasion = iota // there was none before
	Synced                    // a command found that it had to change
	Asked                     // cargo update
)

// Line is a line for the user: a status line, or a note where the verb is empty.
type Line struct {
	Verb string
	Text string
	Note string // after Text, in parentheses and with a space before; may be empty
	Tone Tone   // of the note
}

// Tone is how loud a note is.
type Tone uint8

// The tones.
const (
	Plain Tone = iota
	Warn
	Fail
)

// Input is what the lines are about.
type Input struct {
	Before, After *resolve.Graph             // Before is nil if there was none
	Keep          func(crate.PackageID) bool // as the resolver had it; nil keeps all of Before
	Members       []Member
	Registry      resolve.Registry // for the newest versions
	// Rust is the version of rustc, zero if unknown. HonorsRust: the resolver prefers versions that it can build.
	Rust       semver.Partial
	HonorsRust bool
	Occasion   Occasion
	Precise    []resolve.Precise // what the user asked for
	Verbose    bool
	Release    dialect.Release
	Age        *resolve.Age // how old versions have to be; nil is any age
}

// Member is a package of the workspace and the rust-version that it states, if it does.
type Member struct {
	ID   crate.PackageID
	Rust semver.Partial
}

// Report are the lines about a new Cargo.lock.
func Report(ctx context.Context, in Input) ([]Line, error) {
	ids := make([]crate.PackageID, len(in.Members))
	for i, m := range in.Members {
		ids[i] = m.ID
	}
	r := reporter{Input: in, ctx: ctx, changes: Diff(in.Before, in.After, ids)}
	count := 0
	for i := range r.changes {
		c := &r.changes[i]
		if c.Kind <= Downgraded && c.Kind != Removed && (in.Occasion == Asked || !c.Member) {
			count++
		}
	}
	if count == 0 && in.Occasion != Asked {
		return nil, nil
	}
	r.annotate()
	if !(in.Occasion == Asked && len(in.Precise) > 0) {
		r.lines = append(r.lines, r.locking(count))
	}
	behind := 0
	for i := range r.changes {
		hidden, err := r.change(&r.changes[i])
		if err != nil {
			return nil, err
		}
		behind += hidden
	}
	if in.Occasion == Asked {
		r.conclude(behind)
	}
	return r.lines, nil
}

type reporter struct {
	Input
	ctx     context.Context
	changes []Change
	lines   []Line
}

// locking is the headline.
func (r *reporter) locking(count int) Line {
	plural := "s"
	if count == 1 {
		plural = ""
	}
	rust := ""
	if v := r.requiredRust(); !v.IsZero() {
		rust = " Rust " + v.String()
	}
	text := fmt.Sprintf("%d package%s to %s%s compatible version%s", count, plural, r.Release.Newest(), rust, plural)
	if as := r.Age.Headline(); as != "" {
		text += " as of " + as
	}
	return Line{Verb: "Locking", Text: text}
}

// requiredRust is the lowest rust-version of the workspace, or else that of rustc; zero where it does not count.
func (r *reporter) requiredRust() semver.Partial {
	if !r.HonorsRust {
		return semver.Partial{}
	}
	lowest := semver.Partial{}
	for _, m := range r.Members {
		if !m.Rust.IsZero() && (lowest.IsZero() || m.Rust.Compare(lowest) < 0) {
			lowest = m.Rust
		}
	}
	if lowest.IsZero() {
		return r.Rust
	}
	return lowest
}

// change writes the line of a change, if it is worth one. It counts packages for which there is a newer version, where
// that is not said.
func (r *reporter) change(c *Change) (behind int, err error) {
	if r.Occasion != Asked && (c.Member || c.Kind == Removed || c.Kind == Unchanged) {
		return 0, nil
	}
	line := Line{Verb: c.Kind.Verb(), Text: c.String()}
	if c.Kind == Removed {
		r.lines = append(r.lines, line)
		return 0, nil
	}
	newer, err := r.newer(c)
	if err != nil {
		return 0, err
	}
	note := newer
	if young, is := r.Age.TooNew(r.summary(c)); is {
		note = Line{Note: " (" + young.String() + ")", Tone: Warn}
	}
	if rust := r.tooNewForRust(c); rust != "" {
		note = Line{Note: rust, Tone: Fail}
	}
	line.Note, line.Tone = note.Note, note.Tone
	switch {
	case c.Kind == Unchanged:
		if note.Note == "" {
			return 0, nil
		}
		if newer.Note != "" {
			behind = 1
		}
		if r.Verbose {
			r.lines = append(r.lines, line)
		}
		return behind, nil
	case r.Occasion == Generated && note.Note == "":
		return 0, nil
	}
	r.lines = append(r.lines, line)
	return 0, nil
}

func (r *reporter) conclude(behind int) {
	switch {
	case r.Verbose:
		r.lines = append(r.lines, Line{Text: "to see how you depend on a package, run `cargo tree --invert <dep>@<ver>`"})
	case behind > 0:
		r.lines = append(r.lines, Line{Text: "pass `--verbose` to see " + strconv.Itoa(behind) + " unchanged dependencies behind latest"})
	}
}

// annotate gives each package the lowest Rust that it is built with: that of the members that lead to it, where the
// resolver looks at them, or else rustc's.
func (r *reporter) annotate() {
	if !r.HonorsRust {
		for i := range r.changes {
			r.changes[i].rust = r.Rust
		}
		return
	}
	at := index(r.changes)
	type step struct {
		rust semver.Partial
		pkg  int
	}
	var queue []step
	for _, m := range r.Members {
		rust := m.Rust
		if rust.IsZero() {
			rust = r.Rust
		}
		if i := r.After.Find(m.ID); i >= 0 && !rust.IsZero() {
			queue = append(queue, step{rust, i})
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		p := &r.After.Packages[s.pkg]
		c := at[p.ID.Key()]
		if c == nil || !c.rust.IsZero() && c.rust.Compare(s.rust) <= 0 {
			continue
		}
		c.rust = s.rust
		for _, e := range p.Edges {
			queue = append(queue, step{s.rust, r.After.Target(e)})
		}
	}
}
