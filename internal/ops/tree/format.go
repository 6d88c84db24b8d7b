package tree

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"berth/internal/crate"
	"berth/internal/manifest"
)

// chunk is a part of a line: text, or something of the package.
type chunk struct {
	text string
	show func(id crate.PackageID, pkg *manifest.Package, features []string) string
}

// parseFormat reads --format.
func parseFormat(format string) ([]chunk, error) {
	var chunks []chunk
	for format != "" {
		switch {
		case strings.HasPrefix(format, "{{"), strings.HasPrefix(format, "}}"):
			chunks, format = append(chunks, chunk{text: format[:1]}), format[2:]
		case format[0] == '}':
			return nil, errors.New("unexpected '}'")
		case format[0] == '{':
			name := argument(format[1:])
			format = format[1+len(name):]
			if !strings.HasPrefix(format, "}") {
				return nil, errors.New("expected '}'")
			}
			format = format[1:]
			show, ok := shows(name)
			if !ok {
				return nil, fmt.Errorf("unsupported pattern `%s`", name)
			}
			chunks = append(chunks, chunk{show: show})
		default:
			end := strings.IndexAny(format, "{}")
			if end < 0 {
				end = len(format)
			}
			chunks, format = append(chunks, chunk{text: format[:end]}), format[end:]
		}
	}
	return chunks, nil
}

// argument is the name at the beginning of text: a letter, then letters and digits.
func argument(text string) string {
	for i, r := range text {
		if !unicode.IsLetter(r) && (i == 0 || !unicode.IsNumber(r)) {
			return text[:i]
		}
	}
	if r, _ := utf8.DecodeRuneInString(text); text != "" && r == utf8.RuneError {
		return ""
	}
	return text
}

func shows(name string) (func(crate.PackageID, *manifest.Package, []string) string, bool) {
	switch name {
	case "package", "p":
		return showPackage, true
	case "license", "l":
		return func(_ crate.PackageID, p *manifest.Package, _ []string) string { return orEmpty(p.License) }, true
	case "repository", "r":
		return func(_ crate.PackageID, p *manifest.Package, _ []string) string { return orEmpty(p.Repository) }, true
	case "features", "f":
		return func(_ crate.PackageID, _ *manifest.Package, f []string) string { return strings.Join(f, ",") }, true
	case "lib":
		return func(_ crate.PackageID, p *manifest.Package, _ []string) string {
			if lib := p.Lib(); lib != nil {
				return lib.CrateName()
			}
			return ""
		}, true
	}
	return nil, false
}

func showPackage(id crate.PackageID, p *manifest.Package, _ []string) string {
	text := id.Name + " v" + id.Version.String()
	if isMacro(p) {
		text += " (proc-macro)"
	}
	if !id.Source.IsPublic() {
		text += " (" + id.Source.String() + ")"
	}
	return text
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// text is what a node's line says.
func (p *printer) text(at int) string {
	n := p.nodes[at]
	id := p.id(n.pkg)
	if n.of >= 0 {
		text := fmt.Sprintf("%s feature \"%s\"", id.Name, n.feature)
		if p.fromFlags[at] {
			text += " (command-line)"
		}
		return text
	}
	pkg, err := p.in.Manifest(n.pkg)
	if err != nil {
		if p.failure == nil {
			p.failure = err
		}
		return ""
	}
	var line strings.Builder
	for _, c := range p.chunks {
		if c.show == nil {
			line.WriteString(c.text)
		} else {
			line.WriteString(c.show(id, pkg, n.features))
		}
	}
	return line.String()
}
