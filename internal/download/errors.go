package download

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"berth/internal/redact"
)

// ErrRestarted is what a follower's reader returns when the bytes that it gave so far are void, because the transfer
// had to begin again. The follower throws away what it made and is called anew.
var ErrRestarted = errors.New("the download begins again")

// NotFoundError says that the server does not have it.
type NotFoundError struct {
	URL    string // as it may be shown
	Status int
	advice Advice
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("cannot download %s: expected a file, got status %s; check the name and %s", e.URL, status(e.Status), e.advice.server())
}

// IsNotFound tells whether err says that the server does not have it: any 4xx but those that speak of the moment
// (408, 429), of the range (416) or of the proxy (407). Storage services answer 403 for what they do not have.
func IsNotFound(err error) bool {
	var absent *NotFoundError
	return errors.As(err, &absent)
}

// StatusError is an answer that is neither the file nor its absence.
type StatusError struct {
	URL        string
	Status     int
	retryAfter time.Duration
	advice     Advice
}

func (e *StatusError) Error() string { return e.problem() + "; " + e.nextStep() }

func (e *StatusError) problem() string {
	return fmt.Sprintf("cannot download %s: expected status 200, got %s", e.URL, status(e.Status))
}

func (e *StatusError) nextStep() string {
	switch {
	case e.Status == http.StatusProxyAuthRequired:
		return "check user and password in the proxy's URL"
	case e.mayPass():
		return "the server is busy or broken, run the command again later"
	default:
		return "check the URL and " + e.advice.server()
	}
}

func (e *StatusError) mayPass() bool {
	return e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooManyRequests || e.Status >= 500
}

func status(code int) string {
	if text := http.StatusText(code); text != "" {
		return fmt.Sprintf("%d %s", code, text)
	}
	return fmt.Sprint(code)
}

// ChecksumError says that the server has other bytes under this URL than the ones that were asked for.
type ChecksumError struct {
	URL           string
	Expected, Got string // SHA-256
	Size          int64  // of what came
}

func (e *ChecksumError) Error() string {
	return fmt.Sprintf("wrong checksum of %s: expected sha256 %s, got %s (%d bytes); the server is being updated or a cache on the way is wrong, run the command again later",
		e.URL, e.Expected, e.Got, e.Size)
}

// AnswerError is an answer that does not fit the request: another range, another length.
type AnswerError struct {
	URL           string
	Expected, Got string
	advice        Advice
}

func (e *AnswerError) Error() string {
	return e.problem() + "; run the command again, or use another " + e.advice.server()
}

func (e *AnswerError) problem() string {
	return fmt.Sprintf("bad answer for %s: expected %s, got %s", e.URL, e.Expected, e.Got)
}

// TooLargeError says that a document is larger than any of its kind may be.
type TooLargeError struct {
	URL    string
	Limit  int64
	advice Advice
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s is too large: expected at most %d bytes, got more; check %s", e.URL, e.Limit, e.advice.server())
}

// TransportError is a connection that could not be made or broke.
type TransportError struct {
	URL      string
	Expected string // what was being waited for
	Hint     string
	Err      error

	lasting bool // asking again gives the same
}

func (e *TransportError) Error() string { return e.problem() + "; " + e.Hint }

func (e *TransportError) problem() string {
	return fmt.Sprintf("cannot download %s: expected %s, got: %s", e.URL, e.Expected, redact.Strict(e.Err.Error()))
}

func (e *TransportError) Unwrap() error { return e.Err }

// Problem says what went wrong without saying what to do: for a failure after which berth itself tries again.
func Problem(err error) string {
	var e interface {
		error
		problem() string
	}
	if errors.As(err, &e) {
		return e.problem()
	}
	return err.Error()
}

// GaveUpError is the last error of several attempts.
type GaveUpError struct {
	Attempts int
	Err      error
}

func (e *GaveUpError) Error() string { return fmt.Sprintf("%v (%d attempts)", e.Err, e.Attempts) }

func (e *GaveUpError) Unwrap() error { return e.Err }

// DiskFullError says that the bytes have no place. What arrived so far stays and counts next time.
type DiskFullError struct {
	Path   string
	Needed int64 // bytes that were still to come; -1 where nobody said how many
	Free   int64 // -1 where the system does not tell
	Err    error
}

func (e *DiskFullError) Error() string {
	return fmt.Sprintf("no space for %s: %s more needed, %s free; free space on that file system and run the same command again, it goes on where it stopped",
		e.Path, amount(e.Needed), amount(e.Free))
}

func (e *DiskFullError) Unwrap() error { return e.Err }

func amount(n int64) string {
	switch {
	case n < 0:
		return "an unknown number of bytes"
	case n < 1<<20:
		return fmt.Sprintf("%d bytes", n)
	default:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
}
