package child

import (
	"bytes"
	"os"
	"sync"
)

// MaxLine is the longest line that is given whole. rustc's JSON of one diagnostic has reached some hundred kilobytes;
// what is longer than this is nobody's line.
const MaxLine = 32 << 20

// pipe reads one of the child's outputs.
type pipe struct {
	r      *os.File
	speech *sync.Mutex
	say    func([]byte)
	kept   []byte // the begin of a line
	ended  chan struct{}
}

func newPipe(r *os.File, speech *sync.Mutex, say func([]byte)) *pipe {
	return &pipe{r: r, speech: speech, say: say, ended: make(chan struct{})}
}

// read gives lines until the pipe ends or finish stops it.
func (p *pipe) read() {
	defer close(p.ended)
	buffer := make([]byte, 16<<10)
	for {
		n, err := p.r.Read(buffer)
		p.take(buffer[:n])
		if err != nil {
			return
		}
	}
}

// take gives whole lines out of the buffer they came in; only the begin of a line is copied.
func (p *pipe) take(data []byte) {
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n') + 1
		switch {
		case end == 0 && len(p.kept)+len(data) < MaxLine:
			p.kept = append(p.kept, data...)
			return
		case end == 0 || len(p.kept)+end > MaxLine:
			end = MaxLine - len(p.kept)
		}
		if len(p.kept) == 0 {
			p.give(data[:end])
		} else {
			p.kept = append(p.kept, data[:end]...)
			p.flush()
		}
		data = data[end:]
	}
}

func (p *pipe) give(line []byte) {
	p.speech.Lock()
	defer p.speech.Unlock()
	p.say(line)
}

// flush forgets a buffer that one long line has made large.
func (p *pipe) flush() {
	if len(p.kept) > 0 {
		p.give(p.kept)
	}
	if p.kept = p.kept[:0]; cap(p.kept) > 1<<20 {
		p.kept = nil
	}
}

// finish is called when the child has ended: what it wrote is in the pipe, and whoever else has the other end is not
// waited for.
func (p *pipe) finish() {
	p.stop()
	p.flush()
	p.r.Close()
}
