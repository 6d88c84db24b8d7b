package buildmsg

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"berth/internal/jsonquote"
)

// withoutColors takes the colors out of "rendered". Cargo reads and writes the whole message for that, and so its keys
// come in another order: "rendered", all others as they sort, "code".
func withoutColors(line []byte) []byte {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var fields map[string]any
	if dec.Decode(&fields) != nil {
		return line
	}
	rendered, ok := fields["rendered"].(string)
	if !ok {
		return line
	}
	code := fields["code"]
	delete(fields, "rendered")
	delete(fields, "code")
	buf := append([]byte(nil), `{"rendered":`...)
	buf = jsonquote.Append(buf, StripANSI(rendered))
	buf = appendFields(buf, fields)
	buf = append(buf, `,"code":`...)
	object, ok := code.(map[string]any)
	name, named := object["code"]
	if !ok || !named {
		return append(appendValue(buf, code), '}')
	}
	delete(object, "code")
	buf = appendValue(append(buf, `{"code":`...), name)
	return append(appendFields(buf, object), '}', '}')
}

// appendFields appends all fields, each with a comma in front.
func appendFields(buf []byte, fields map[string]any) []byte {
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		buf = append(jsonquote.Append(append(buf, ','), key), ':')
		buf = appendValue(buf, fields[key])
	}
	return buf
}

func appendValue(buf []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return jsonquote.Append(buf, v)
	case json.Number:
		return append(buf, v...)
	case bool:
		if v {
			return append(buf, "true"...)
		}
		return append(buf, "false"...)
	case []any:
		buf = append(buf, '[')
		for i, item := range v {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = appendValue(buf, item)
		}
		return append(buf, ']')
	case map[string]any:
		buf = append(buf, '{')
		start := len(buf)
		buf = appendFields(buf, v)
		if len(buf) > start {
			buf = slices.Delete(buf, start, start+1)
		}
		return append(buf, '}')
	}
	return append(buf, "null"...)
}

// StripANSI takes out what is for a terminal: escape sequences, and control characters but white space.
func StripANSI(text string) string {
	if strings.IndexFunc(text, isControl) < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == 0x1b:
			i = afterEscape(text, i) - 1
		case !isControl(rune(c)):
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isControl(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f
}

// afterEscape is where the sequence ends that begins at i.
func afterEscape(text string, i int) int {
	if i++; i == len(text) {
		return i
	}
	switch text[i] {
	case '[':
		for i++; i < len(text); i++ {
			if text[i] >= 0x40 && text[i] <= 0x7e {
				return i + 1
			}
		}
		return i
	case ']', 'P', 'X', '^', '_':
		for i++; i < len(text); i++ {
			if text[i] == 0x07 {
				return i + 1
			}
			if text[i] == 0x1b {
				if i+1 < len(text) && text[i+1] == '\\' {
					return i + 2
				}
				return i
			}
		}
		return i
	}
	for ; i < len(text); i++ {
		if text[i] >= 0x30 && text[i] <= 0x7e {
			return i + 1
		}
		if text[i] < 0x20 || text[i] > 0x2f {
			return i
		}
	}
	return i
}
