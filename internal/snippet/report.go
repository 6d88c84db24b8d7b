// Package snippet shows what a program has to say of places in texts, as Cargo and rustc show it: a title, the lines with
// marks below them and words beside the marks, what the lines would become, notes.
//
// What holds: a Report is data, and what Render makes of it depends on nothing else. The text has colours: who prints it
// leaves them out where there are none.
//
// Where it ends: of marks that go over several lines there is one in an excerpt.
package snippet

// Report is one message: what is wrong, then ways out. The first group is what is wrong.
type Report []Group

// Group is a title and what stands below it.
type Group struct {
	Level Level
	Title string
	Parts []Part
}

// Level is the word before a title.
type Level uint8

// The levels.
const (
	Error Level = iota + 1
	Warning
	Note
	Help
)

// String is the word.
func (l Level) String() string { return [...]string{"", "error", "warning", "note", "help"}[l] }

// Part is an [Excerpt], a [Change], a [Place], a [Remark] or a [Cause].
type Part interface {
	// lastLine is the highest number of a line that is shown, for the width of the margin.
	lastLine() int
}

// Span is a range of bytes in a text.
type Span struct{ Start, End int }

// Excerpt shows the lines of a text that have marks.
type Excerpt struct {
	Path  string // empty where the text is in no file
	Text  string
	Marks []Mark
}

// Mark is a place in a text.
type Mark struct {
	Span  Span
	Main  bool // or else it is there to understand another
	Label string
}

// Change shows what lines would be like with other words at a place.
type Change struct {
	Path string // shown where it is not that of the report's first excerpt; empty where the text is in no file
	Text string
	At   Span
	With string
}

// Place is a file as a whole.
type Place string

// Remark is a sentence below an excerpt.
type Remark struct {
	Level Level
	Text  string
}

// Cause is why something has happened, which may have the colours of whoever says it. A group with one tells of an event:
// its title is as light as those of ways out.
type Cause string

func (Place) lastLine() int  { return 0 }
func (Cause) lastLine() int  { return 0 }
func (Remark) lastLine() int { return 0 }
