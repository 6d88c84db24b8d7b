package build

import (
	"os"
	"slices"
	"strings"

	"berth/internal/unit"
)

// habits are how a workspace has had the libraries before that its checks need: from builds, or checked. They are noted by the
// names of the units that check them in stock's graph, in one file of a profile, which is replaced in one step. Of two who
// note something at once one may be forgotten; then the next check finds anew what takes less.
type habits struct {
	names     []string // of those units of this graph
	libraries map[string]unit.Library
	noted     map[string]string // by name, what is known of all
}

const (
	fromBuilds = "built"
	fromChecks = "checked"
	mostHabits = 4096 // of a profile; those that were noted first are forgotten
)

func (b *builder) readHabits() *habits {
	h := &habits{libraries: map[string]unit.Library{}, noted: map[string]string{}}
	for _, u := range b.queue.units {
		if u.Mode == unit.Check && b.isShared(u) {
			name := b.Compiler.Name(u)
			h.names = append(h.names, name)
			h.libraries[name] = u.Library()
		}
	}
	for _, line := range b.habitLines() {
		if name, how, ok := strings.Cut(line, " "); ok {
			h.noted[name] = how
		}
	}
	return h
}

func (b *builder) habitsFile() string { return b.besideOwn("habits", unit.Host) }

func (b *builder) habitLines() []string {
	text, _ := os.ReadFile(b.habitsFile()) // before the first check there is none
	return strings.Split(string(text), "\n")
}

// checked are the libraries of this graph that were checked before.
func (h *habits) checked() map[unit.Library]bool {
	checked := map[unit.Library]bool{}
	for _, name := range h.names {
		if h.noted[name] == fromChecks {
			checked[h.libraries[name]] = true
		}
	}
	return checked
}

// count is how many libraries of this graph there are to which habits apply.
func (h *habits) count() int {
	libraries := map[unit.Library]bool{}
	for _, l := range h.libraries {
		libraries[l] = true
	}
	return len(libraries)
}

// areKnown tells whether anything is known of a library of this graph.
func (h *habits) areKnown() bool {
	return slices.ContainsFunc(h.names, func(name string) bool { return h.noted[name] != "" })
}

// noteHabits has the workspace take the next time what it has taken now. Where that cannot be noted it is found anew.
func (b *builder) noteHabits() {
	if b.habits == nil {
		return
	}
	now := map[unit.Library]string{}
	for i, u := range b.queue.units {
		switch {
		case !b.isShared(u) || b.queue.stage[i] != complete:
		case u.Built:
			now[u.Library()] = fromBuilds
		case u.Mode == unit.Check:
			now[u.Library()] = fromChecks
		}
	}
	if lines := b.habits.changed(now); len(lines) > 0 {
		lines = append(b.habitLines(), lines...)
		text := strings.Join(lines[max(0, len(lines)-mostHabits):], "\n")
		_ = b.writeIfOther(b.habitsFile(), []byte(text))
	}
}

// changed are lines for what is other than it was noted before.
func (h *habits) changed(now map[unit.Library]string) (lines []string) {
	for _, name := range h.names {
		if how := now[h.libraries[name]]; how != "" && how != h.noted[name] {
			lines = append(lines, name+" "+how)
		}
	}
	return lines
}
