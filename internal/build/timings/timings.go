// Package timings is the report of --timings: a page that shows what a build did when, what it waited for, and what it did
// not have to do because it was there already.
//
// What holds: it prints nothing and asks nobody. The page is one file that refers to no other and runs no script; all that
// comes from outside (names, reasons, errors) is escaped.
//
// Where it ends: it shows what package build has noted, no more. How much of the machine others used it does not know.
package timings

import (
	"fmt"
	"strings"
	"time"

	"berth/internal/build"
	"berth/internal/buildmsg"
	"berth/internal/unit"
)

// Report is a build and what is to be known about it.
type Report struct {
	Graph   *unit.Graph
	Times   *build.Times
	Command string
	Profile string
	Rustc   string   // what it says of itself, in a line
	Targets []string // what was compiled for
	Jobs    int
	Cores   int
	Error   string // empty where all went well
}

// HTML is the page.
func (r *Report) HTML() []byte {
	p := &page{Report: r}
	p.put(head)
	p.summary()
	p.chain()
	p.chart()
	p.loads()
	p.table()
	p.put("</main></body></html>\n")
	return []byte(p.String())
}

// page is being written.
type page struct {
	strings.Builder
	*Report
}

func (p *page) put(parts ...string) {
	for _, part := range parts {
		p.WriteString(part)
	}
}

func (p *page) putf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// escape makes a text safe between tags and in attributes.
func escape(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(text)
}

// seconds is a duration for people.
func seconds(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return fmt.Sprintf("%dm %04.1fs", int(d.Minutes()), (d % time.Minute).Seconds())
	case d >= time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return fmt.Sprintf("%.2fs", d.Seconds())
}

// nameOf is a unit for people.
func nameOf(u *unit.Unit) string {
	text := u.ID.Name + " v" + u.ID.Version.String()
	switch {
	case u.Mode == unit.RunBuildScript:
		return text + " build script (run)"
	case u.Mode == unit.Doc:
		text += " " + buildmsg.TargetText(u.Target) + " (doc)"
	default:
		if what := buildmsg.TargetText(u.Target); what != "lib" {
			text += " " + what
		}
	}
	if u.IsTest() {
		text += " (test)"
	}
	if u.IsCheck() {
		text += " (check)"
	}
	return text
}

// sums are what is told of all units.
type sums struct {
	made, kept, shared, elsewhere, failed, left int
	spared                                      time.Duration // what others took for what was there
	compiling                                   time.Duration
}

func (r *Report) sums() (s sums) {
	for _, t := range r.Times.Units {
		switch t.Origin {
		case build.Nothing:
		case build.MadeHere:
			s.made++
			s.compiling += t.Done - t.Begun
		case build.Kept:
			s.kept++
		case build.Shared:
			s.shared++
			s.spared += t.Worth
		case build.Elsewhere:
			s.elsewhere++
			s.spared += t.Worth
		case build.Failed:
			s.failed++
		default:
			s.left++
		}
	}
	return s
}

// waits are how long the build would have gone on if there had been slots, and how long it had nothing to do but to wait
// for what other processes were at.
func (r *Report) waits() (slots, others time.Duration, most int) {
	for i, l := range r.Times.Loads {
		until := r.Times.Took
		if i+1 < len(r.Times.Loads) {
			until = r.Times.Loads[i+1].At
		}
		if l.Asking > 0 {
			slots += until - l.At
		}
		if l.Active == 0 && l.Asking == 0 && l.Parked > 0 {
			others += until - l.At
		}
		most = max(most, l.Active)
	}
	return slots, others, most
}

func (p *page) summary() {
	s := p.sums()
	slots, others, most := p.waits()
	p.putf("<h1>cargo %s: %s</h1>\n<table class=summary>\n", escape(p.Command), seconds(p.Times.Took))
	row := func(name, format string, args ...any) {
		p.put("<tr><th>", name, "</th><td>", escape(fmt.Sprintf(format, args...)), "</td></tr>\n")
	}
	if p.Error != "" {
		p.put("<tr class=error><th>Error</th><td><pre>", escape(p.Error), "</pre></td></tr>\n")
	}
	row("Asked for", "%s", p.roots())
	row("Profile", "%s, for %s", p.Profile, strings.Join(p.Targets, ", "))
	row("Began", "%s", p.Times.Began.UTC().Format("2006-01-02 15:04:05.000 UTC"))
	row("Compiler", "%s", p.Rustc)
	row("Made here", "%d units, %s of compiling, at most %d at once (jobs %d, cores %d)", s.made, seconds(s.compiling), most, p.Jobs, p.Cores)
	row("Was there", "%d units of this workspace, %d that all workspaces share, %d that other processes made meanwhile", s.kept, s.shared, s.elsewhere)
	row("Spared", "%s of compiling, done once for all workspaces or by others meanwhile", seconds(s.spared))
	row("Waited for slots", "%s in which all slots of the machine were in use by others, and one more would have been used", seconds(slots))
	row("Waited for units", "%s in which there was nothing to do but to wait for units that other processes made", seconds(others))
	if s.failed+s.left > 0 {
		row("Not made", "%d units failed, %d were not begun", s.failed, s.left)
	}
	p.put("</table>\n")
}

func (p *page) roots() string {
	var names []string
	for i, u := range p.Graph.Roots {
		if i == 20 {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(p.Graph.Roots)-i)
		}
		names = append(names, nameOf(u))
	}
	return strings.Join(names, ", ")
}
