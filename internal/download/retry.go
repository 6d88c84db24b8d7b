package download

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	firstWait     = 500 * time.Millisecond
	longestWait   = 15 * time.Second
	longestAsked  = 60 * time.Second // of a Retry-After: who waits longer thinks that the program hangs
	worthPatience = 1 << 20          // bytes of progress that make the next failure the first again
)

// Retry is a failure that is borne.
type Retry struct {
	Err  error
	Left int // attempts that are left
	Wait time.Duration
}

// Place is what a burst of requests that fail for one reason have in common: the server, and the kind of failure.
func (r Retry) Place() string {
	var (
		transport *TransportError
		status    *StatusError
		answer    *AnswerError
	)
	switch {
	case errors.As(r.Err, &status):
		return hostOf(status.URL) + " " + strconv.Itoa(status.Status)
	case errors.As(r.Err, &transport):
		return hostOf(transport.URL) + " does not answer"
	case errors.As(r.Err, &answer):
		return hostOf(answer.URL) + " answers wrongly"
	}
	return r.Err.Error()
}

func hostOf(shown string) string {
	if u, err := url.Parse(shown); err == nil {
		return u.Host
	}
	return shown
}

// patience bears failures that may pass, up to the client's number in a row.
type patience struct {
	client   *Client
	failures int
}

// bear waits and returns nil where another attempt may help; else it returns the error for the caller.
func (p *patience) bear(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if !mayPass(err) {
		return err
	}
	if p.failures >= p.client.config.Retries {
		if p.failures == 0 {
			return err
		}
		return &GaveUpError{p.failures + 1, err}
	}
	wait := p.client.wait(p.failures, err)
	p.failures++
	if p.client.config.Retrying != nil {
		p.client.config.Retrying(Retry{Err: err, Left: p.client.config.Retries - p.failures + 1, Wait: wait})
	}
	return p.client.config.Wait(ctx, wait)
}

func (p *patience) renew() { p.failures = 0 }

func mayPass(err error) bool {
	var (
		transport *TransportError
		status    *StatusError
		short     *AnswerError
	)
	switch {
	case errors.As(err, &transport):
		return !transport.lasting
	case errors.As(err, &status):
		return status.mayPass()
	default:
		return errors.As(err, &short)
	}
}

// wait is what the server asks for, else what the settings say.
func (c *Client) wait(failures int, err error) time.Duration {
	var status *StatusError
	if errors.As(err, &status) && status.retryAfter > 0 {
		return min(status.retryAfter, c.config.LongestAsked)
	}
	if c.config.Backoff != nil {
		return c.config.Backoff(failures)
	}
	return backoff(failures)
}

// backoff doubles from failure to failure and is spread by half, so that the processes of a fleet that failed at one
// moment do not come back at one moment.
func backoff(failures int) time.Duration {
	wait := min(firstWait<<min(failures, 10), longestWait)
	return wait/2 + rand.N(wait)
}

// retryAfter reads the header's two forms, seconds and a date; 0 for none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(date.Sub(now), 0)
	}
	return 0
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
