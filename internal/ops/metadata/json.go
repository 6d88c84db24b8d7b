package metadata

import (
	"math"
	"strconv"
	"strings"

	"berth/internal/jsonquote"
	"berth/internal/tomldoc"
)

// writer writes JSON to the byte as Cargo's serializer does: no spaces, nothing escaped that need not be. The standard
// library escapes U+2028 and writes floats otherwise, and through reflection takes several times as long.
type writer struct{ buf []byte }

func (w *writer) raw(s string) { w.buf = append(w.buf, s...) }

func (w *writer) string(s string) { w.buf = jsonquote.Append(w.buf, s) }

// key opens a member of an object.
func (w *writer) key(name string) {
	w.comma()
	w.string(name)
	w.buf = append(w.buf, ':')
}

// comma separates what follows from what was, if anything was.
func (w *writer) comma() {
	if n := len(w.buf); n > 0 && w.buf[n-1] != '{' && w.buf[n-1] != '[' {
		w.buf = append(w.buf, ',')
	}
}

func (w *writer) open(bracket byte)  { w.buf = append(w.buf, bracket) }
func (w *writer) close(bracket byte) { w.buf = append(w.buf, bracket) }

func (w *writer) bool(b bool) { w.buf = strconv.AppendBool(w.buf, b) }

func (w *writer) text(key, value string) {
	w.key(key)
	w.string(value)
}

// optional is a string or null.
func (w *writer) optional(key string, value *string) {
	w.key(key)
	if value == nil {
		w.raw("null")
	} else {
		w.string(*value)
	}
}

// orNull is a string, or null where it is empty.
func (w *writer) orNull(key, value string) {
	if value == "" {
		w.optional(key, nil)
	} else {
		w.text(key, value)
	}
}

func (w *writer) flag(key string, value bool) {
	w.key(key)
	w.bool(value)
}

func (w *writer) strings(key string, values []string) {
	w.key(key)
	w.open('[')
	for _, v := range values {
		w.comma()
		w.string(v)
	}
	w.close(']')
}

// value is what stands in a manifest for other tools; nil is null.
func (w *writer) value(v *tomldoc.Value) {
	switch v.Kind() {
	case tomldoc.Missing:
		w.raw("null")
	case tomldoc.String:
		w.string(v.Raw())
	case tomldoc.Integer:
		n, _ := v.Int()
		w.buf = strconv.AppendInt(w.buf, n, 10)
	case tomldoc.Float:
		f, _ := v.Float()
		w.float(f)
	case tomldoc.Boolean:
		w.raw(v.Raw())
	case tomldoc.Datetime:
		// The form in which the Rust crate hands dates through serializers that know of none.
		w.raw(`{"$__toml_private_datetime":`)
		w.string(datetime(v.Raw()))
		w.raw("}")
	case tomldoc.Array:
		w.open('[')
		for item := range v.Items() {
			w.comma()
			w.value(item)
		}
		w.close(']')
	case tomldoc.TableKind:
		w.table(v)
	}
}

// table writes a table in the order of the manifest.
func (w *writer) table(v *tomldoc.Value) {
	w.open('{')
	for e := range v.Table().Entries() {
		w.key(e.Key())
		w.value(e)
	}
	w.close('}')
}

// datetime is the text in normal form.
func datetime(text string) string {
	return strings.ToUpper(strings.Replace(text, " ", "T", 1))
}

// float is the shortest text that reads back as f, with a point or an exponent.
func (w *writer) float(f float64) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		w.raw("null")
		return
	}
	if f == 0 {
		if math.Signbit(f) {
			w.raw("-")
		}
		w.raw("0.0")
		return
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	if negative {
		w.raw("-")
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	e, _ := strconv.Atoi(exponent)
	switch point := e + 1; {
	case point >= len(digits) && point <= 16:
		w.raw(digits + strings.Repeat("0", point-len(digits)) + ".0")
	case point > 0 && point <= 16:
		w.raw(digits[:point] + "." + digits[point:])
	case point > -5 && point <= 0:
		w.raw("0." + strings.Repeat("0", -point) + digits)
	default:
		w.raw(digits[:1])
		if len(digits) > 1 {
			w.raw("." + digits[1:])
		}
		w.raw("e")
		if e > 0 {
			w.raw("+")
		}
		w.raw(strconv.Itoa(e))
	}
}
