package jsonquote

import "strconv"

// Writer appends JSON to Buf, without spaces: members and items get the comma that they need. Whoever calls it sees to it
// that what is opened is closed.
type Writer struct{ Buf []byte }

// Comma separates what follows from what was, if anything was.
func (w *Writer) Comma() {
	if n := len(w.Buf); n > 0 && w.Buf[n-1] != '{' && w.Buf[n-1] != '[' {
		w.Buf = append(w.Buf, ',')
	}
}

// Key opens a member of an object.
func (w *Writer) Key(name string) {
	w.Comma()
	w.Quote(name)
	w.Buf = append(w.Buf, ':')
}

// Open and Close are for objects and lists.
func (w *Writer) Open(bracket byte)  { w.Buf = append(w.Buf, bracket) }
func (w *Writer) Close(bracket byte) { w.Buf = append(w.Buf, bracket) }

// Raw appends what is JSON already.
func (w *Writer) Raw(json string) { w.Buf = append(w.Buf, json...) }

// Quote appends a string.
func (w *Writer) Quote(s string) { w.Buf = Append(w.Buf, s) }

// Text is a member that is a string.
func (w *Writer) Text(key, value string) {
	w.Key(key)
	w.Quote(value)
}

// Flag is a member that is true or false.
func (w *Writer) Flag(key string, value bool) {
	w.Key(key)
	w.Buf = strconv.AppendBool(w.Buf, value)
}

// Strings is a member that is a list of strings.
func (w *Writer) Strings(key string, values []string) {
	w.Key(key)
	w.Open('[')
	for _, v := range values {
		w.Comma()
		w.Quote(v)
	}
	w.Close(']')
}
