package download

import (
	"context"
	"io"
	"sync"
)

// feed says how many bytes of a growing file are there, and wakes those who wait for more.
type feed struct {
	mu    sync.Mutex
	have  int64
	over  bool
	err   error         // why it is over; nil: all bytes are there
	moved chan struct{} // closed at the next change; nil while nobody waits
}

func (f *feed) grow(n int64) {
	f.change(func() { f.have += n })
}

func (f *feed) end(err error) {
	f.change(func() { f.over, f.err = true, err })
}

func (f *feed) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	if f.moved != nil {
		close(f.moved)
		f.moved = nil
	}
}

// past waits until more than offset bytes are there and says how many; io.EOF when there will never be more.
func (f *feed) past(ctx context.Context, offset int64) (int64, error) {
	for {
		have, moved, err := f.look(offset)
		if moved == nil {
			return have, err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

func (f *feed) look(offset int64) (have int64, moved <-chan struct{}, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.over && f.err != nil:
		return 0, nil, f.err
	case f.have > offset:
		return f.have, nil, nil
	case f.over:
		return 0, nil, io.EOF
	}
	if f.moved == nil {
		f.moved = make(chan struct{})
	}
	return 0, f.moved, nil
}
