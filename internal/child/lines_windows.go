package child

import "time"

// quiet is how long a reader is given after the child's end. A read cannot be called off here, and what was written is
// there already.
const quiet = 100 * time.Millisecond

// stop waits for the end of the pipe, but not for a daemon that keeps it open: that reader is left to its read, and its
// pipe is closed under it.
func (p *pipe) stop() {
	select {
	case <-p.ended:
	case <-time.After(quiet):
		p.r.Close()
		<-p.ended
	}
}
