package unchanged

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"berth/internal/looked"
	"berth/internal/ui"
	"berth/internal/unitstore"
)

// A record is binary: head, key, fields, and the xxhash64 of all that. Numbers are varints, texts have their length before
// them, and of a path only what differs from the path before is written, as they are in order.

const head = "berth unchanged 2\n"

type writer struct {
	data []byte
	last string // path
}

func (w *writer) number(n uint64) { w.data = binary.AppendUvarint(w.data, n) }
func (w *writer) signed(n int64)  { w.data = binary.AppendVarint(w.data, n) }

func (w *writer) text(s string) {
	w.number(uint64(len(s)))
	w.data = append(w.data, s...)
}

func (w *writer) texts(list []string) {
	w.number(uint64(len(list)))
	for _, s := range list {
		w.text(s)
	}
}

func (w *writer) flag(b bool) {
	if b {
		w.number(1)
	} else {
		w.number(0)
	}
}

func (w *writer) path(p string) {
	n := 0
	for n < len(p) && n < len(w.last) && p[n] == w.last[n] {
		n++
	}
	w.number(uint64(n))
	w.text(p[n:])
	w.last = p
}

func (r *Record) encode(key Key) []byte {
	w := &writer{data: make([]byte, 0, 4096+48*len(r.Places))}
	w.data = append(append(w.data, head...), key[:]...)
	w.signed(r.written.UnixNano())
	w.text(r.boot)
	w.text(r.Workspace)
	w.number(uint64(r.Own))
	w.number(uint64(r.Shared))
	w.text(r.How)
	w.said(r.Said)
	w.said(r.After)
	w.flag(r.Call != nil)
	if r.Call != nil {
		w.text(r.Call.Made)
		w.text(r.Call.Program)
		w.texts(r.Call.Args)
		w.vars(r.Call.Env)
	}
	w.vars(r.Vars)
	w.number(uint64(len(r.Listings)))
	for _, l := range r.Listings {
		w.text(l.Dir)
		w.texts(l.Include)
		w.texts(l.Exclude)
		w.text(l.Digest)
	}
	w.number(uint64(len(r.Trees)))
	for _, t := range r.Trees {
		w.text(t.Path)
		w.signed(t.Size)
		w.signed(t.Time)
		w.number(t.Inode)
	}
	w.number(uint64(len(r.Places)))
	for i := range r.Places {
		w.place(&r.Places[i])
	}
	return w.seal()
}

func (w *writer) said(list []ui.Said) {
	w.number(uint64(len(list)))
	for _, s := range list {
		w.number(uint64(s.Kind))
		w.text(s.Verb)
		w.text(s.Text)
	}
}

func (w *writer) vars(list []unitstore.Var) {
	w.number(uint64(len(list)))
	for _, v := range list {
		w.text(v.Name)
		w.text(v.Value)
		w.flag(v.Set)
	}
}

// place writes only what counts.
func (w *writer) place(p *looked.Place) {
	w.path(p.Path)
	w.data = append(w.data, byte(p.Counts))
	if p.Counts&looked.Type != 0 {
		w.data = append(w.data, byte(p.Type))
	}
	if p.Counts&looked.Size != 0 {
		w.signed(p.Size)
	}
	if p.Counts&looked.Time != 0 {
		w.signed(p.Time)
	}
	if p.Counts&looked.Changed != 0 {
		w.signed(p.Changed - p.Time)
	}
	if p.Counts&looked.Inode != 0 {
		w.number(p.Inode)
	}
}

var errDamaged = errors.New("the record is damaged")

// reader never fails at once: it notes that something was wrong, and goes on with nothing.
type reader struct {
	data []byte
	last []byte
	bad  bool
}

func (r *reader) number() uint64 { return varint(r, binary.Uvarint) }

func (r *reader) flag() bool { return r.number() == 1 }

func (r *reader) signed() int64 { return varint(r, binary.Varint) }

func varint[T int64 | uint64](r *reader, decode func([]byte) (T, int)) T {
	n, size := decode(r.data)
	if size <= 0 {
		r.bad, r.data = true, nil
		return 0
	}
	r.data = r.data[size:]
	return n
}

func (r *reader) byte() byte {
	if len(r.data) == 0 {
		r.bad = true
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) bytes() []byte {
	n := r.number()
	if n > uint64(len(r.data)) {
		r.bad, r.data = true, nil
		return nil
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) text() string { return string(r.bytes()) }

// count is how many of something follow, each of which takes a byte at least.
func (r *reader) count() int {
	n := r.number()
	if n > uint64(len(r.data)) {
		r.bad, r.data = true, nil
		return 0
	}
	return int(n)
}

func (r *reader) texts() []string {
	var list []string
	for range r.count() {
		list = append(list, r.text())
	}
	return list
}

func (r *reader) path() string {
	n := r.number()
	if n > uint64(len(r.last)) {
		r.bad = true
		return ""
	}
	r.last = append(r.last[:n], r.bytes()...)
	return string(r.last)
}

func decode(data []byte, key Key) (*Record, error) {
	if len(data) < len(head)+len(key)+8 || string(data[:len(head)]) != head || !bytes.Equal(data[len(head):len(head)+len(key)], key[:]) {
		return nil, errDamaged
	}
	body, sum := data[:len(data)-8], data[len(data)-8:]
	if binary.LittleEndian.Uint64(sum) != xxhash.Sum64(body) {
		return nil, errDamaged
	}
	in := &reader{data: body[len(head)+len(key):]}
	r := &Record{written: time.Unix(0, in.signed()), boot: in.text(), Workspace: in.text(), Own: int(in.number()), Shared: int(in.number()), How: in.text()}
	r.Said, r.After = in.said(), in.said()
	if in.flag() {
		r.Call = &Call{Made: in.text(), Program: in.text(), Args: in.texts(), Env: in.vars()}
	}
	r.Vars = in.vars()
	for range in.count() {
		r.Listings = append(r.Listings, Listing{Dir: in.text(), Include: in.texts(), Exclude: in.texts(), Digest: in.text()})
	}
	for range in.count() {
		r.Trees = append(r.Trees, unitstore.File{Tree: true, Path: in.text(), Size: in.signed(), Time: in.signed(), Inode: in.number()})
	}
	n := in.count()
	r.Places = make([]looked.Place, 0, n)
	for range n {
		r.Places = append(r.Places, in.place())
	}
	if in.bad || len(in.data) > 0 {
		return nil, errDamaged
	}
	return r, nil
}

func (r *reader) said() (list []ui.Said) {
	for range r.count() {
		list = append(list, ui.Said{Kind: ui.Kind(r.number()), Verb: r.text(), Text: r.text()})
	}
	return list
}

func (r *reader) vars() (list []unitstore.Var) {
	for range r.count() {
		list = append(list, unitstore.Var{Name: r.text(), Value: r.text(), Set: r.flag()})
	}
	return list
}

func (r *reader) place() (p looked.Place) {
	p.Path = r.path()
	if p.Path == "" || strings.IndexByte(p.Path, 0) >= 0 {
		r.bad = true
	}
	p.Counts = looked.Counts(r.byte())
	if p.Counts&looked.Type != 0 {
		p.Type = looked.FileType(r.byte())
	}
	if p.Counts&looked.Size != 0 {
		p.Size = r.signed()
	}
	if p.Counts&looked.Time != 0 {
		p.Time = r.signed()
	}
	if p.Counts&looked.Changed != 0 {
		p.Changed = p.Time + r.signed()
	}
	if p.Counts&looked.Inode != 0 {
		p.Inode = r.number()
	}
	return p
}

func (w *writer) seal() []byte { return binary.LittleEndian.AppendUint64(w.data, xxhash.Sum64(w.data)) }
