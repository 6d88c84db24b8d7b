package normal

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"berth/internal/tomldoc"
	"berth/internal/tomlquote"
)

// table is a table that is to be written, in order.
type table struct{ entries []entry }

// entry is a value in one place, a table below, or an array of tables.
type entry struct {
	key   string
	text  string // of a value, as it is written
	below *table
	list  []*table
}

func (t *table) text(key, value string) { t.raw(key, string(tomlquote.AppendValue(nil, value))) }
func (t *table) raw(key, text string)   { t.entries = append(t.entries, entry{key: key, text: text}) }
func (t *table) flag(key string, b bool) {
	t.raw(key, strconv.FormatBool(b))
}

func (t *table) texts(key string, values []string) {
	items := make([]string, len(values))
	for i, v := range values {
		items[i] = string(tomlquote.AppendValue(nil, v))
	}
	t.raw(key, arrayText(items))
}

// under is the table at a key, which is made.
func (t *table) under(key string) *table {
	below := &table{}
	t.entries = append(t.entries, entry{key: key, below: below})
	return below
}

// put takes a value over as it is.
func (t *table) put(key string, v *tomldoc.Value) {
	switch {
	case v == nil:
	case v.Kind() == tomldoc.TableKind:
		below := t.under(key)
		for one := range v.Table().Entries() {
			below.put(one.Key(), one)
		}
	case isTables(v):
		e := entry{key: key}
		for item := range v.Items() {
			element := &table{}
			for one := range item.Table().Entries() {
				element.put(one.Key(), one)
			}
			e.list = append(e.list, element)
		}
		t.entries = append(t.entries, e)
	default:
		t.raw(key, inlineText(v))
	}
}

// pick takes the keys of a table over that stock knows, in stock's order.
func (t *table) pick(v *tomldoc.Value, keys string) {
	for key := range strings.FieldsSeq(keys) {
		t.put(key, v.Get(key))
	}
}

// sorted are the entries of a table in order of their keys, as stock has those of which any name may be a key.
func sorted(v *tomldoc.Value) []*tomldoc.Value {
	return slices.SortedFunc(v.Table().Entries(), func(a, b *tomldoc.Value) int { return strings.Compare(a.Key(), b.Key()) })
}

func isTables(v *tomldoc.Value) bool {
	if v.Kind() != tomldoc.Array || v.Len() == 0 {
		return false
	}
	for item := range v.Items() {
		if item.Kind() != tomldoc.TableKind {
			return false
		}
	}
	return true
}

// inlineText is a value in one place.
func inlineText(v *tomldoc.Value) string {
	switch v.Kind() {
	case tomldoc.String:
		return string(tomlquote.AppendValue(nil, v.Raw()))
	case tomldoc.Integer:
		if i, ok := v.Int(); ok {
			return strconv.FormatInt(i, 10)
		}
	case tomldoc.Float:
		if f, ok := v.Float(); ok {
			return floatText(f)
		}
	case tomldoc.Datetime:
		return timeText(v.Raw())
	case tomldoc.Array:
		var items []string
		for item := range v.Items() {
			items = append(items, inlineText(item))
		}
		return arrayText(items)
	case tomldoc.TableKind:
		return inlineTable(v)
	}
	return v.Raw()
}

func inlineTable(v *tomldoc.Value) string {
	var parts []string
	for one := range v.Table().Entries() {
		parts = append(parts, string(tomlquote.AppendKey(nil, one.Key()))+" = "+inlineText(one))
	}
	if len(parts) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// arrayText: what has one item at most stays in the line. Items are not set deeper in deeper arrays.
func arrayText(items []string) string {
	if len(items) < 2 {
		return "[" + strings.Join(items, "") + "]"
	}
	return "[\n    " + strings.Join(items, ",\n    ") + ",\n]"
}

func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// timeText is a date or time with T and Z, and no needless digits of a second's fraction.
func timeText(text string) string {
	text = strings.NewReplacer(" ", "T", "t", "T", "z", "Z").Replace(text)
	whole, rest, ok := strings.Cut(text, ".")
	if !ok {
		return text
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	fraction := strings.TrimRight(rest[:end], "0")
	if fraction != "" {
		fraction = "." + fraction
	}
	return whole + fraction + rest[end:]
}

// print writes the table's values, then the tables below it, in depth.
func (t *table) print(b *strings.Builder, path string) {
	for _, e := range t.entries {
		if e.text != "" {
			b.Write(tomlquote.AppendKey(nil, e.key))
			b.WriteString(" = " + e.text + "\n")
		}
	}
	for _, e := range t.entries {
		at := path + string(tomlquote.AppendKey(nil, e.key))
		if e.below != nil {
			if e.below.needsHeader() {
				header(b, "["+at+"]")
			}
			e.below.print(b, at+".")
		}
		for _, element := range e.list {
			header(b, "[["+at+"]]")
			element.print(b, at+".")
		}
	}
}

// needsHeader: one that only leads to others has none.
func (t *table) needsHeader() bool {
	return len(t.entries) == 0 || slices.ContainsFunc(t.entries, func(e entry) bool { return e.text != "" })
}

func header(b *strings.Builder, text string) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(text + "\n")
}
