package newpkg

import (
	"slices"
	"strings"

	"berth/internal/tomldoc"
	"berth/internal/tomlquote"
)

// item is an item of an array with all that stands around it up to the commas.
type item struct {
	before, value, after string
	text                 string
	added                bool
}

// appended is the text of an array with one more string. A list that was sorted stays so; what stands before and after an item goes where it goes.
func appended(doc *tomldoc.Document, array *tomldoc.Value, text string) string {
	items, comma, rest := split(doc, array)
	sorted := slices.IsSortedFunc(items, compareItems)
	items = append(items, item{value: string(tomlquote.AppendValue(nil, text)), text: text, added: true})
	if sorted {
		slices.SortStableFunc(items, compareItems)
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, it := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		if i > 0 && it.added {
			b.WriteByte(' ')
		}
		b.WriteString(it.before + it.value + it.after)
	}
	if comma {
		b.WriteByte(',')
	}
	b.WriteString(rest + "]")
	return b.String()
}

func compareItems(a, b item) int { return strings.Compare(a.text, b.text) }

// split takes an array apart. Comma tells that there is one behind the last item; rest is what stands before the closing bracket then.
func split(doc *tomldoc.Document, array *tomldoc.Value) (items []item, comma bool, rest string) {
	text := doc.Text()
	end := int(array.Span().End) - 1
	at := int(array.Span().Start) + 1
	for v := range array.Items() {
		start, stop := int(v.Span().Start), int(v.Span().End)
		next, found := nextComma(text[stop:end])
		it := item{before: text[at:start], value: text[start:stop], after: text[stop : stop+next]}
		it.text, _ = v.Text()
		items = append(items, it)
		if at, comma = stop+next, found; found {
			at++
		}
	}
	return items, comma, text[at:end]
}

// nextComma is where the comma stands that is in no comment; the end if there is none.
func nextComma(text string) (int, bool) {
	comment := false
	for i := range len(text) {
		switch {
		case text[i] == '\n':
			comment = false
		case text[i] == '#':
			comment = true
		case text[i] == ',' && !comment:
			return i, true
		}
	}
	return len(text), false
}

// withMembers adds the key, which is not there or no array.
func withMembers(doc *tomldoc.Document, ws, members *tomldoc.Value, member string) ([]byte, error) {
	list := "[" + string(tomlquote.AppendValue(nil, member)) + "]"
	if members != nil && !isHeader(doc, members) {
		return replace(doc, members.Span(), list), nil
	}
	line := "members = " + list
	text := doc.Text()
	if ws.IsInline() {
		return replace(doc, ws.Span(), inlineWith(doc, ws, line)), nil
	}
	if last := lastPair(doc, ws); last != nil {
		if !isHeader(doc, ws) {
			line = "workspace." + line
		}
		return insertLine(doc, int(last.Span().End), line), nil
	}
	if header := int(ws.Span().Start); text[header] == '[' {
		return insertLine(doc, int(ws.Span().End), line), nil
	}
	// Only tables below it have headers: it gets one of its own, before them and what is said of them.
	at := lineStart(text, int(ws.KeySpan().Start))
	for at > 0 {
		before := lineStart(text, at-1)
		if trimmed := strings.TrimSpace(text[before:at]); trimmed != "" && trimmed[0] != '#' {
			break
		}
		at = before
	}
	made := "[workspace]\n" + line + "\n"
	if at > 0 {
		made = "\n" + made
	}
	return replace(doc, tomldoc.Span{Start: uint32(at), End: uint32(at)}, made), nil
}

// inlineWith is an inline table with one more pair.
func inlineWith(doc *tomldoc.Document, table *tomldoc.Value, pair string) string {
	text := doc.Slice(table.Span())
	inner := text[1 : len(text)-1]
	if strings.TrimSpace(inner) == "" {
		return "{ " + pair + " }"
	}
	if trimmed := strings.TrimRight(inner, " \t\r\n"); strings.HasSuffix(trimmed, ",") {
		inner = strings.TrimSuffix(trimmed, ",")
	}
	return "{" + inner + ", " + pair + " }"
}

// isHeader tells whether a table's key stands in a [header].
func isHeader(doc *tomldoc.Document, v *tomldoc.Value) bool {
	text := doc.Text()
	return strings.HasPrefix(strings.TrimLeft(text[lineStart(text, int(v.KeySpan().Start)):], " \t"), "[")
}

// lastPair is the last value of a table that is written in its own lines, dotted ones included.
func lastPair(doc *tomldoc.Document, table *tomldoc.Value) *tomldoc.Value {
	var last *tomldoc.Value
	for v := range table.Table().Entries() {
		switch {
		case isHeader(doc, v):
		case v.Kind() == tomldoc.TableKind && !v.IsInline():
			last = lastPair(doc, v)
		default:
			last = v
		}
	}
	return last
}

func lineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

// insertLine adds a line below the one that has an offset, with the line end that this one has.
func insertLine(doc *tomldoc.Document, offset int, line string) []byte {
	text := doc.Text()
	end := strings.IndexByte(text[offset:], '\n')
	if end < 0 {
		return replace(doc, tomldoc.Span{Start: uint32(len(text)), End: uint32(len(text))}, "\n"+line+"\n")
	}
	at := offset + end + 1
	eol := "\n"
	if strings.HasSuffix(text[:at], "\r\n") {
		eol = "\r\n"
	}
	return replace(doc, tomldoc.Span{Start: uint32(at), End: uint32(at)}, line+eol)
}
