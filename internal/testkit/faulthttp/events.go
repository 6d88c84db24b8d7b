package faulthttp

import (
	"context"
	"fmt"
	"sync"
)

// changes wakes those who wait for something to be counted.
type changes struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next change; nil while nobody waits
}

func (c *changes) announce() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next != nil {
		close(c.next)
		c.next = nil
	}
}

// await returns when reached is true. The channel is taken before the look, so no change falls between them.
func (c *changes) await(ctx context.Context, reached func() bool) error {
	for {
		c.mu.Lock()
		if c.next == nil {
			c.next = make(chan struct{})
		}
		next := c.next
		c.mu.Unlock()
		if reached() {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("what the server was to see did not come: %w", ctx.Err())
		}
	}
}

// events are the named gates at which faults let requests wait. Once released a gate stays open.
type events struct {
	mu      sync.Mutex
	gates   map[string]*gate
	allOpen bool
	changes *changes
}

type gate struct {
	open    chan struct{}
	opened  bool
	waiting int
}

func (e *events) init(c *changes) {
	e.gates = map[string]*gate{}
	e.changes = c
}

// gate is called with mu held.
func (e *events) gate(name string) *gate {
	g := e.gates[name]
	if g == nil {
		g = &gate{open: make(chan struct{})}
		e.gates[name] = g
	}
	return g
}

func (e *events) wait(ctx context.Context, name string) error {
	e.mu.Lock()
	if e.allOpen {
		e.mu.Unlock()
		return nil
	}
	g := e.gate(name)
	g.waiting++
	e.mu.Unlock()
	e.changes.announce()
	defer func() {
		e.mu.Lock()
		g.waiting--
		e.mu.Unlock()
		e.changes.announce()
	}()
	select {
	case <-g.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *events) waiting(name string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.gate(name).waiting
}

func (e *events) release(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gate(name).release()
}

func (g *gate) release() {
	if !g.opened {
		g.opened = true
		close(g.open)
	}
}

func (e *events) releaseAll() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.allOpen = true
	for _, g := range e.gates {
		g.release()
	}
}

// forget drops the gates that are open, so that their names can hold requests again.
func (e *events) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, g := range e.gates {
		if g.opened {
			delete(e.gates, name)
		}
	}
}
