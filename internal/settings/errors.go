package settings

import (
	"bytes"
	"errors"
	"io/fs"
	"strconv"
	"syscall"
	"unicode/utf8"
)

var (
	// ErrIncomplete says that a settings file is empty or ends in the middle of a
	// line. Stock cuts the file to nothing before it writes, so whoever reads beside
	// it sees this for a moment: read again, and believe it only when it stays.
	ErrIncomplete = errors.New("the file is empty or ends in the middle of a line")

	// ErrOutdated is a settings file of rustup before 0.1, whose toolchains lie
	// elsewhere. Nothing reads it any more.
	ErrOutdated = errors.New("rustup's metadata is out of date; move settings.toml away and run: rustup default stable")

	// ErrNotSelected is the answer of Find when nothing chooses a toolchain.
	ErrNotSelected = errors.New("no toolchain is selected here and no default is configured; choose one with: rustup default stable")
)

// FileError is something wrong in a file: where, what, and what to do about it.
type FileError struct {
	Kind         string // "settings" or "override", as rustup calls the files
	Path         string
	Line, Column int // from one, in characters; zero when it is not about one place
	Problem      string
	Next         string // the next step
	Cause        error  // what errors.Is finds, or nil
	Understood   bool   // the file could be read; what it asks for cannot be had
}

func (e *FileError) Error() string {
	s := "could not parse " + e.Kind + " file: '" + lossy(e.Path) + "': "
	if e.Understood {
		s = e.Kind + " file '" + lossy(e.Path) + "': "
	}
	if e.Line > 0 {
		s += "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column) + ": "
	}
	return s + e.Problem + "; " + e.Next
}

func (e *FileError) Unwrap() error { return e.Cause }

// Unreadable is the error for a settings file that is there and cannot be read.
func Unreadable(path string, err error) error {
	problem, next := err, "make it a file that you can read, or move it away"
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		problem = at.Err // the path is named already
	}
	if errors.Is(err, syscall.ENOTDIR) {
		next = "check RUSTUP_HOME, which must be a directory"
	}
	return &FileError{Kind: "settings", Path: path, Problem: problem.Error(), Next: next, Cause: err}
}

// file is what a parser knows of the file that it reads, to say where it went wrong.
type file struct {
	kind, path string
	next       string // the step that helps with most errors in a file of this kind
	data       []byte
}

// wrong makes the error for a place in the file.
func (f *file) wrong(offset int, problem, next string) *FileError {
	if next == "" {
		next = f.next
	}
	before := f.data[:min(max(offset, 0), len(f.data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return &FileError{
		Kind: f.kind, Path: f.path, Problem: problem, Next: next,
		Line:   bytes.Count(before, []byte{'\n'}) + 1,
		Column: utf8.RuneCount(before[start:]) + 1,
	}
}

// because makes the error for a place in the file, with its cause.
func (p place) because(cause error, problem, next string) *FileError {
	e := p.wrong(problem, next)
	e.Cause = cause
	return e
}

// wrong makes the error for a value that could be read.
func (p place) wrong(problem, next string) *FileError {
	e := p.file.wrong(p.offset, problem, next)
	e.Understood = true
	return e
}

// place is where a value stood, for those who find out later that it is wrong.
type place struct {
	file   *file
	offset int
}

// NameError is a name of a toolchain that is wrong where it was written.
type NameError struct {
	Where, Next string
	Cause       error // a *names.Error
	OfDirectory bool  // not what is chosen for all
}

func (e *NameError) Error() string { return e.Where + ": " + e.Cause.Error() + "; " + e.Next }

func (e *NameError) Unwrap() error { return e.Cause }

// IsOfDirectory tells whether an error is about what chooses the toolchain of one directory: a toolchain file, or an
// override in settings.toml.
func IsOfDirectory(err error) bool {
	file, name := new(FileError), new(NameError)
	return errors.As(err, &file) && file.Kind == "override" || errors.As(err, &name) && name.OfDirectory
}
