package deaths

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Watch is over some processes.
type Watch struct {
	fds  []unix.PollFd
	pids map[int32]int
	Last time.Time // when the last of those died that have died so far
}

// Of begins to watch. Who is dead already is of no interest.
func Of(pids ...int) (*Watch, error) {
	w := &Watch{pids: map[int32]int{}}
	for _, pid := range pids {
		fd, err := unix.PidfdOpen(pid, 0)
		if errors.Is(err, unix.ESRCH) {
			continue
		}
		if err != nil {
			w.Close()
			return nil, fmt.Errorf("cannot watch process %d: %w", pid, err)
		}
		w.fds = append(w.fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
		w.pids[int32(fd)] = pid
	}
	return w, nil
}

// Wait waits until all are dead. The error names one that still lives.
func (w *Watch) Wait(within time.Duration) error {
	deadline := time.Now().Add(within)
	for len(w.fds) > 0 {
		_, err := unix.Poll(w.fds, int(max(0, time.Until(deadline).Milliseconds())))
		now := time.Now()
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		rest := w.fds[:0]
		for _, p := range w.fds {
			if p.Revents == 0 {
				rest = append(rest, p)
				continue
			}
			w.Last = now
			unix.Close(int(p.Fd))
		}
		w.fds = rest
		if len(w.fds) > 0 && now.After(deadline) {
			return fmt.Errorf("process %d still runs after %v", w.pids[w.fds[0].Fd], within)
		}
	}
	return nil
}

// Close ends the watch over those that live.
func (w *Watch) Close() {
	for _, p := range w.fds {
		unix.Close(int(p.Fd))
	}
	w.fds = nil
}
