package ui

// Said is a message as it was given to a voice, before levels, colours and terminals had their say: given to another voice it
// is said again as that one would have said it.
type Said struct {
	Kind Kind
	Verb string // of a status line
	Text string
}

// Kind is a way of saying something.
type Kind uint8

const (
	SaidStatus Kind = iota + 1
	SaidInfo
	SaidWarning
	SaidError
	SaidRelay // what another program said
	SaidData  // a line of results for programs
	// SaidElse was said in a way that cannot be repeated.
	SaidElse
)

// Listen has everything told to heard that is said from now on, but for log lines and progress; nil ends that. What
// is heard in between must not speak.
func (u *UI) Listen(heard func(Said)) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.heard = heard
}

func (u *UI) hear(kind Kind, verb, text string) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.heard != nil {
		u.heard(Said{kind, verb, text})
	}
}

// Say says again what was said. It tells whether it could.
func (u *UI) Say(s Said) bool {
	switch s.Kind {
	case SaidStatus:
		u.Statusf(s.Verb, "%s", s.Text)
	case SaidInfo:
		u.Infof("%s", s.Text)
	case SaidWarning:
		u.Warnf("%s", s.Text)
	case SaidError:
		u.Errorf("%s", s.Text)
	case SaidRelay:
		u.Relay(s.Text)
	case SaidData:
		_, _ = u.Data().Write([]byte(s.Text)) // Flush tells of a failure
	default:
		return false
	}
	return true
}
