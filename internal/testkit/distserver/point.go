package distserver

import (
	"strings"
	"sync"
)

// Point lets the undated manifest of a channel be the one of that date, from now on and on this server alone: two servers over one tree
// can stand on different sides of an update. Both the manifest and its hash change in the same instant. No date takes it back.
func (s *Server) Point(channel, date string) { s.points.set(channel, date) }

// points translates undated manifest paths.
type points struct {
	mu   sync.RWMutex
	date map[string]string
}

func (p *points) init() { p.date = map[string]string{} }

func (p *points) set(channel, date string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if date == "" {
		delete(p.date, channel)
		return
	}
	p.date[channel] = date
}

func (p *points) translate(name string) string {
	file, undated := strings.CutPrefix(name, "/dist/channel-rust-")
	if !undated {
		return name
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	date, ok := p.date[strings.TrimSuffix(strings.TrimSuffix(file, ".sha256"), ".toml")]
	if !ok {
		return name
	}
	return "/dist/" + date + "/channel-rust-" + file
}
