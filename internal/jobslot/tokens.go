package jobslot

import "strings"

// tokens is a jobserver that make or another Cargo has above us. Who was started by it has one token from the start, and
// reads the others from a pipe; each is written back as it was read.
type tokens struct {
	variable, flags string // as they were found, for children
	implicit        bool   // in use
	asking          bool
	pipe            tokenPipe
}

// tokenPipe gives and takes tokens of an inherited jobserver. To wait for a token and to take it are two steps: what is
// taken must be put back, and a process that has just ended its last job may not have the time.
type tokenPipe interface {
	wait() error
	take() (token byte, ok bool) // false: somebody else was faster
	put(token byte)
}

// flagVariables are read as Cargo does: the first one that is set.
const flagVariables = "CARGO_MAKEFLAGS MAKEFLAGS MFLAGS"

// inherited is nil where there is none, or where what the environment names is not there: make closes its pipe for
// commands that it does not take for a make.
func inherited(lookup func(string) (string, bool)) *tokens {
	if _, ok := lookup(slotVariable); ok {
		return nil // the jobserver, if any, is fed from the slots that we have a share in
	}
	for _, name := range strings.Fields(flagVariables) {
		flags, ok := lookup(name)
		if !ok {
			continue
		}
		if auth, ok := authOf(flags); ok {
			if pipe := openPipe(auth); pipe != nil {
				return &tokens{variable: name, flags: flags, pipe: pipe}
			}
		}
		return nil
	}
	return nil
}

// Passed is CARGO_MAKEFLAGS, as stock has it, for a program that is no compiler: the jobserver above, or "" where there is
// none. It looks at the jobserver itself, and what it opens for that is closed in the program.
func Passed(lookup func(string) (string, bool)) string {
	t := inherited(lookup)
	if t == nil {
		return ""
	}
	auth, _ := authOf(t.flags)
	return "-j --jobserver-fds=" + auth + " --jobserver-auth=" + auth
}

// authOf is the value of the last flag that names a jobserver: make may have been called by make.
func authOf(flags string) (string, bool) {
	for _, flag := range []string{"--jobserver-auth=", "--jobserver-fds="} {
		if at := strings.LastIndex(flags, flag); at >= 0 {
			auth, _, _ := strings.Cut(flags[at+len(flag):], " ")
			return auth, auth != ""
		}
	}
	return "", false
}

func (t *tokens) try(*Pool) *grant {
	if t.implicit {
		return nil
	}
	t.implicit = true
	return &grant{release: func() { t.implicit = false }}
}

func (t *tokens) ask(p *Pool) {
	if g := t.try(p); g != nil && !p.deliver(g) {
		g.release()
	}
	if len(p.waiters) > 0 && p.below() && !t.asking {
		t.asking = true
		go t.read(p)
	}
}

// read takes one token after the other while somebody here wants one.
func (t *tokens) read(p *Pool) {
	for t.readOne(p) {
	}
}

// readOne takes the token without the mutex: where that has to wait after all (somebody was faster), jobs that end
// meanwhile give their tokens back, and it may be one of these that is waited for.
func (t *tokens) readOne(p *Pool) (again bool) {
	if t.pipe.wait() != nil {
		return false // the jobserver is gone; the implicit token is left
	}
	if !t.isAskedFor(p) {
		return false
	}
	token, ok := t.pipe.take()
	if !ok {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.deliver(&grant{release: func() { t.pipe.put(token) }}) {
		t.pipe.put(token) // whoever wanted it has got another one, or left
	}
	return true
}

// isAskedFor tells whether a job here still waits for a token; if not, reading ends.
func (t *tokens) isAskedFor(p *Pool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.asking = len(p.waiters) > 0 && p.below() && p.ctx.Err() == nil
	return t.asking
}

func (t *tokens) wanted(*Pool) bool { return false }
