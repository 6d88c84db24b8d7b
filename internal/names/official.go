package names

import (
	"strings"
)

// Partial is an official toolchain as it is written: the host, or parts of it, may
// be left out. All fields but Channel may be empty.
type Partial struct {
	Channel Channel
	Date    string // YYYY-MM-DD; its shape is checked, not the calendar
	Target  PartialTarget
}

// Official is an official toolchain with its whole host: the name of a directory,
// of an update hash and of what a server is asked for. Values compare with ==.
type Official struct {
	Channel Channel
	Date    string // YYYY-MM-DD or empty
	Target  string
}

// HasTarget tells whether any part of the host was written.
func (p Partial) HasTarget() bool { return p.Target != PartialTarget{} }

func (p Partial) String() string {
	return display(p.Channel, p.Date, p.Target.String())
}

// Resolve fills the host's missing parts.
func (p Partial) Resolve(host string) (Toolchain, error) { return p.Official(host) }

// Official is Resolve with the type that it always has.
func (p Partial) Official(host string) (Official, error) {
	target, err := p.Target.complete(host)
	if err != nil {
		return Official{}, err
	}
	return Official{Channel: p.Channel, Date: p.Date, Target: target}, nil
}

func (o Official) String() string { return display(o.Channel, o.Date, o.Target) }

func (o Official) rank() int { return rankOfficial }

// ManifestName is the channel with its date, as manifests are called.
func (o Official) ManifestName() string { return display(o.Channel, o.Date, "") }

// Tracking tells whether the name can come to mean a newer release, so that update
// and check look at it: no date, and a channel that moves (stable, 1.80, 1.80.0-beta).
func (o Official) Tracking() bool { return o.Date == "" && o.Channel.moves() }

// display joins in one allocation: this is on the way of every rustc.
func display(c Channel, date, target string) string {
	b := make([]byte, 0, 64)
	b = c.append(b)
	for _, part := range [2]string{date, target} {
		if part != "" {
			b = append(append(b, '-'), part...)
		}
	}
	return string(b)
}

// parsePartial reads an official name whose host is made of the known parts.
func parsePartial(s string) (Partial, bool) {
	c, date, host, ok := split(s)
	if !ok {
		return Partial{}, false
	}
	target, ok := parsePartialTarget(host)
	if !ok {
		return Partial{}, false
	}
	return Partial{Channel: c, Date: date, Target: target}, true
}

// parseOfficial reads an official name with any host at all, but with one.
func parseOfficial(s string) (Official, bool) {
	c, date, host, ok := split(s)
	if !ok || host == "" || !oneElement(host) {
		return Official{}, false
	}
	return Official{Channel: c, Date: date, Target: host}, true
}

// oneElement keeps the guarantee of the package: stock lets a separator into a host.
func oneElement(host string) bool { return !strings.ContainsAny(host, `/\`) }

// split takes a name apart. What stands where a date may stand is the beginning of
// the host if it is not exactly a date.
func split(s string) (c Channel, date, host string, ok bool) {
	c, rest, ok := cutChannel(s)
	if !ok {
		return Channel{}, "", "", false
	}
	if len(rest) > len(dateShape) && isDate(rest[1:1+len(dateShape)]) {
		after := rest[1+len(dateShape):]
		if after == "" || (after[0] == '-' && len(after) > 1) {
			date, rest = rest[1:1+len(dateShape)], after
		}
	}
	if rest == "" {
		return c, date, "", true
	}
	host = rest[1:] // rest begins with "-"
	if host == "" || strings.IndexByte(host, '\n') >= 0 {
		return Channel{}, "", "", false
	}
	return c, date, host, true
}

const dateShape = "0000-00-00"

func isDate(s string) bool {
	for i := range len(dateShape) {
		if dateShape[i] == '-' && s[i] != '-' || dateShape[i] == '0' && !digit(s[i]) {
			return false
		}
	}
	return true
}

// NeedsHost tells whether resolving a reference depends on the host. Where it does
// not, the caller saves reading settings and asking the system.
func NeedsHost(ref Ref) bool {
	p, ok := ref.(Partial)
	return ok && (p.Target.Arch == "" || p.Target.OS == "")
}
