package metadata

import (
	"math"
	"strconv"
	"strings"

	"berth/internal/jsonquote"
	"berth/internal/tomldoc"
)

// writer knows besides what manifests hold; floats are written otherwise by the standard library.
type writer struct{ jsonquote.Writer }

// optional is a string or null.
func (w *writer) optional(key string, value *string) {
	w.Key(key)
	if value == nil {
		w.Raw("null")
	} else {
		w.Quote(*value)
	}
}

// orNull is a string, or null where it is empty.
func (w *writer) orNull(key, value string) {
	if value == "" {
		w.optional(key, nil)
	} else {
		w.Text(key, value)
	}
}

// value is what stands in a manifest for other tools; nil is null.
func (w *writer) value(v *tomldoc.Value) {
	switch v.Kind() {
	case tomldoc.Missing:
		w.Raw("null")
	case tomldoc.String:
		w.Quote(v.Raw())
	case tomldoc.Integer:
		n, _ := v.Int()
		w.Buf = strconv.AppendInt(w.Buf, n, 10)
	case tomldoc.Float:
		f, _ := v.Float()
		w.float(f)
	case tomldoc.Boolean:
		w.Raw(v.Raw())
	case tomldoc.Datetime:
		// The form in which the Rust crate hands dates through serializers that know of none.
		w.Raw(`{"$__toml_private_datetime":`)
		w.Quote(datetime(v.Raw()))
		w.Raw("}")
	case tomldoc.Array:
		w.Open('[')
		for item := range v.Items() {
			w.Comma()
			w.value(item)
		}
		w.Close(']')
	case tomldoc.TableKind:
		w.table(v)
	}
}

// table writes a table in the order of the manifest.
func (w *writer) table(v *tomldoc.Value) {
	w.Open('{')
	for e := range v.Table().Entries() {
		w.Key(e.Key())
		w.value(e)
	}
	w.Close('}')
}

// datetime is the text in normal form.
func datetime(text string) string {
	return strings.ToUpper(strings.Replace(text, " ", "T", 1))
}

// float is the shortest text that reads back as f, with a point or an exponent.
func (w *writer) float(f float64) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		w.Raw("null")
		return
	}
	if f == 0 {
		if math.Signbit(f) {
			w.Raw("-")
		}
		w.Raw("0.0")
		return
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	if negative {
		w.Raw("-")
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	e, _ := strconv.Atoi(exponent)
	switch point := e + 1; {
	case point >= len(digits) && point <= 16:
		w.Raw(digits + strings.Repeat("0", point-len(digits)) + ".0")
	case point > 0 && point <= 16:
		w.Raw(digits[:point] + "." + digits[point:])
	case point > -5 && point <= 0:
		w.Raw("0." + strings.Repeat("0", -point) + digits)
	default:
		w.Raw(digits[:1])
		if len(digits) > 1 {
			w.Raw("." + digits[1:])
		}
		w.Raw("e")
		if e > 0 {
			w.Raw("+")
		}
		w.Raw(strconv.Itoa(e))
	}
}
