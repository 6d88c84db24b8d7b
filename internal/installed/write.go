package installed

import (
	"encoding/json"
	"maps"
	"slices"

	"berth/internal/jsonquote"
	"berth/internal/tomlquote"
)

// save writes both files, the first one first: with it alone nothing is lost but how a package was built.
func (t *Tracker) save() error {
	if err := t.files[0].Overwrite("installed.first", t.first()); err != nil {
		return err
	}
	return t.files[1].Overwrite("installed.second", t.second())
}

func (t *Tracker) first() []byte {
	b := []byte("[v1]\n")
	for _, p := range t.packages {
		b = tomlquote.AppendKey(b, p.id)
		b = append(b, " = ["...)
		if len(p.Programs) == 1 {
			b = append(tomlquote.AppendValue(b, p.Programs[0]), "]\n"...)
			continue
		}
		for _, name := range p.Programs {
			b = append(b, "\n    "...)
			b = append(tomlquote.AppendValue(b, name), ',')
		}
		b = append(b, "\n]\n"...)
	}
	return b
}

func (t *Tracker) second() []byte {
	b := []byte(`{"installs":{`)
	for i, p := range t.packages {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsonquote.Append(b, p.id), ':')
		b = p.append(b)
	}
	b = append(b, '}')
	return append(appendMore(b, t.more), '}')
}

func (p *Package) append(b []byte) []byte {
	b = appendText(append(b, `{"version_req":`...), p.Requirement)
	b = appendJSON(append(b, `,"bins":`...), p.Programs)
	b = appendJSON(append(b, `,"features":`...), p.Features)
	b = appendJSON(append(b, `,"all_features":`...), p.AllFeatures)
	b = appendJSON(append(b, `,"no_default_features":`...), p.NoDefault)
	b = jsonquote.Append(append(b, `,"profile":`...), p.Profile)
	b = appendText(append(b, `,"target":`...), p.Target)
	b = appendText(append(b, `,"rustc":`...), p.Compiler)
	return append(appendMore(b, p.more), '}')
}

func appendMore(b []byte, more []field) []byte {
	for _, f := range more {
		b = append(b, ',')
		b = append(jsonquote.Append(b, f.name), ':')
		b = append(b, f.value...)
	}
	return b
}

func appendText(b []byte, text *string) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	return jsonquote.Append(b, *text)
}

// appendJSON writes what encoding/json has read.
func appendJSON(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		if v {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case string:
		return jsonquote.Append(b, v)
	case json.Number:
		return append(b, v...)
	case []string:
		return appendList(b, v)
	case []any:
		return appendList(b, v)
	case map[string]any:
		b = append(b, '{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(append(jsonquote.Append(b, name), ':'), v[name])
		}
		return append(b, '}')
	}
	panic("installed: a value that JSON does not have")
}

func appendList[T any](b []byte, items []T) []byte {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, item)
	}
	return append(b, ']')
}
