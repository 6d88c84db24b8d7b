package jobslot

import (
	"context"
	"testing"
)

// slowPipe has a token to see, and gives it only when it is told to: another process was faster, and gives one back later.
type slowPipe struct {
	taking, give chan struct{}
	back         chan byte
}

func (p *slowPipe) wait() error { return nil }

func (p *slowPipe) take() (byte, bool) {
	p.taking <- struct{}{}
	<-p.give
	return '+', true
}

func (p *slowPipe) put(token byte) { p.back <- token }

// TestJobsEndWhileATokenIsTaken: taking a token from a jobserver may have to wait where the pipe cannot be opened anew.
// What is waited for may be a token that a job of ours has to give back.
func TestJobsEndWhileATokenIsTaken(t *testing.T) {
	pipe := &slowPipe{taking: make(chan struct{}), give: make(chan struct{}), back: make(chan byte, 1)}
	p := Open(Options{Cores: 2, Lookup: func(string) (string, bool) { return "", false }})
	t.Cleanup(p.Close)
	p.foreign = &tokens{pipe: pipe}
	p.lines = []source{p.foreign}
	_, first, err := p.Acquire(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan *Slot)
	go func() {
		_, slot, err := p.Acquire(context.Background())
		if err != nil {
			t.Error(err)
		}
		second <- slot
	}()
	<-pipe.taking
	first.Close()
	slot := <-second // the token that every command has
	close(pipe.give)
	if token := <-pipe.back; token != '+' {
		t.Errorf("got %q back, where nobody waits any more", token)
	}
	slot.Close()
}
