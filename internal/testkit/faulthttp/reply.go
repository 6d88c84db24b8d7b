package faulthttp

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"time"
)

// errEnded ends the handler after the connection was ended on purpose.
var errEnded = errors.New("connection ended by a fault")

// reply counts what is sent and is the place of the faults that strike within a body.
type reply struct {
	http.ResponseWriter
	server  *Server
	entry   *Request
	request *http.Request
	plan    plan
	sent    int64
	isFile  bool // lies that concern a whole file are told by ServeFile
	ended   bool
}

// Unwrap lets http.ResponseController find the connection.
func (w *reply) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader is where the last header is known.
func (w *reply) WriteHeader(code int) {
	if w.plan.has(NoRanges) {
		w.Header().Del("Accept-Ranges")
	}
	w.server.counts.status(w.entry, code)
	w.ResponseWriter.WriteHeader(code)
}

// Write sends b piece by piece, each up to the next place where something is to happen.
func (w *reply) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		if err := w.strike(); err != nil {
			return written, err
		}
		piece := b[written:]
		piece = piece[:min(int64(len(piece)), w.untilNext())]
		n, err := w.ResponseWriter.Write(w.flip(piece))
		written += n
		w.sent += int64(n)
		w.server.counts.sent(w.entry, n)
		if err != nil {
			return written, err
		}
		if err := w.throttle(n); err != nil {
			return written, err
		}
	}
	return written, nil
}

// flip is b, of which this is the place in the body, with the bits wrong that are to be.
func (w *reply) flip(b []byte) []byte {
	if w.isFile {
		return b
	}
	for _, f := range w.plan.of(Flip) {
		if i := f.Bytes - w.sent; i >= 0 && i < int64(len(b)) {
			b = bytes.Clone(b)
			b[i] ^= 1
		}
	}
	return b
}

// beats is into how many pieces a second of a limited rate is cut.
const beats = 50

// untilNext is how many bytes may be sent before the plan has to be looked at again.
func (w *reply) untilNext() int64 {
	next := int64(1 << 20)
	for _, f := range w.plan {
		switch f.Kind {
		case Cut, Truncate, Stall:
			if f.Bytes > w.sent {
				next = min(next, f.Bytes-w.sent)
			}
		case Rate:
			next = min(next, max(1, f.Bytes/beats))
		}
	}
	return next
}

// strike does what is due at this offset of the body.
func (w *reply) strike() error {
	if w.ended {
		return errEnded
	}
	for _, f := range w.plan.of(Stall, Cut, Truncate) {
		if f.Bytes != w.sent {
			continue
		}
		// What was written so far must be under way, or the client would see the fault earlier than the test said.
		_ = http.NewResponseController(w.ResponseWriter).Flush()
		switch f.Kind {
		case Stall:
			if err := w.server.events.wait(w.request.Context(), f.Event); err != nil {
				return err
			}
		case Cut, Truncate:
			w.end(f.Kind == Cut)
			return errEnded
		}
	}
	return nil
}

// end takes the connection from net/http and closes it: with a reset, or in order.
func (w *reply) end(reset bool) {
	w.ended = true
	conn, _, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 and recorders: net/http's own way to break a response off
	}
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = wrapped.NetConn() // TLS would say goodbye first
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func (w *reply) throttle(n int) error {
	for _, f := range w.plan.of(Rate) {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
		if err := pause(w.request, time.Duration(n)*time.Second/time.Duration(f.Bytes)); err != nil {
			return err
		}
	}
	return nil
}

// pause lets time pass, as long as the client is there.
func pause(r *http.Request, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	}
}
