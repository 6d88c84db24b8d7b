// Package info is what `cargo info` prints of a package (pure): to the byte what stock prints, colours too.
//
// Where it ends: links behind words, which stock makes on some terminals, are not made.
package info

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/semver"
)

// Style is what a piece of text means.
type Style uint8

// The styles of a report.
const (
	Plain Style = iota
	Header
	Faint
	Slanted
	Unknown // what ought to be stated
	Missing // what could be stated
	Context
)

// Report is a package and what surrounds it.
type Report struct {
	Package *manifest.Package
	// Versions are all that there are in the place where it was looked for.
	Versions []*crate.Summary
	Verbose  bool
	Cwd      string
	Paint    func(s Style, text string) string
}

// Text is the report.
func (r Report) Text() string {
	b := &builder{Report: r, public: r.Package.ID().Source.IsPublic()}
	b.head()
	b.links()
	status := b.resolve()
	b.features(status)
	if r.Verbose {
		b.dependencies("dependencies", crate.Normal, status)
		b.dependencies("build-dependencies", crate.Build, status)
	}
	return b.text.String()
}

type builder struct {
	Report
	public bool
	text   strings.Builder
}

func (b *builder) line(parts ...string) { b.text.WriteString(strings.Join(parts, "") + "\n") }

// field is a line of a name and its value.
func (b *builder) field(name, value string) { b.line(b.Paint(Header, name+":"), " ", value) }

func (b *builder) optional(name string, value *string) {
	if value != nil {
		b.field(name, *value)
	}
}

func (b *builder) head() {
	p := b.Package
	title := b.Paint(Header, p.Name())
	if len(p.Keywords) > 0 {
		title += " " + b.Paint(Context, "#"+strings.Join(p.Keywords, " #"))
	}
	b.line(title)
	if p.Description != nil {
		b.line(strings.TrimRight(*p.Description, " \t\r\n\v\f"))
	}
	b.field("version", p.Version().String()+b.newer())
	if p.License != nil {
		b.field("license", *p.License)
	} else {
		b.field("license", b.Paint(Unknown, "unknown"))
	}
	if rust := p.Summary.RustVersion; !rust.IsZero() {
		b.field("rust-version", rust.String())
	} else {
		b.field("rust-version", b.Paint(Missing, "unknown"))
	}
}

// newer says what the newest version is, where that is another, and where the package is from.
func (b *builder) newer() string {
	id := b.Package.ID()
	var latest semver.Version
	for _, s := range b.Versions {
		if s.ID.Version.Compare(latest) >= 0 {
			latest = s.ID.Version
		}
	}
	is := len(b.Versions) == 0 || latest == id.Version
	switch {
	case is && b.public:
		return ""
	case is:
		return " " + b.Paint(Context, "(from "+sourceText(id.Source, b.Cwd)+")")
	case b.public:
		return " " + b.Paint(Missing, "(latest "+latest.String()+")")
	}
	return " " + b.Paint(Missing, "(latest "+latest.String()+" ") + b.Paint(Context, "from "+sourceText(id.Source, b.Cwd)) + b.Paint(Missing, ")")
}

// sourceText is a directory as it is seen from the working directory.
func sourceText(s crate.SourceID, cwd string) string {
	if !s.IsPath() {
		return s.String()
	}
	rel, err := filepath.Rel(cwd, s.Dir())
	switch {
	case err != nil:
		return s.String()
	case rel == ".":
		rel = ""
	}
	return "." + string(filepath.Separator) + rel
}

func (b *builder) links() {
	p := b.Package
	at := p.Name() + "/" + p.Version().String()
	switch {
	case p.Documentation != nil:
		b.field("documentation", *p.Documentation)
	case b.public:
		b.field("documentation", "https://docs.rs/"+at)
	}
	b.optional("homepage", p.Homepage)
	b.optional("repository", p.Repository)
	if b.public {
		site := crate.PublicSite()
		b.field(strings.TrimPrefix(site, "https://"), site+"/crates/"+at)
	}
}

// state is whether a feature or a dependency is on.
type state uint8

const (
	asked state = iota
	on
	off
)

// resolve tells for each feature whether it is on where only the default is asked for.
func (b *builder) resolve() map[string]state {
	all := b.Package.Summary.Features
	status := map[string]state{}
	for _, f := range all {
		status[f.Name] = off
	}
	queue := []string{"default"}
	if all.Has("default") {
		status["default"] = asked
	}
	for len(queue) > 0 {
		values, _ := all.Get(queue[0])
		queue = queue[1:]
		for _, v := range values {
			if s, known := status[v.Feature]; v.IsFeature() && known && s == off {
				status[v.Feature] = on
				queue = append(queue, v.Feature)
			}
		}
	}
	return status
}

// most is how many features are listed; of more the number is told.
const most = 30

func (b *builder) features(status map[string]state) {
	list := slices.Clone(b.Package.Summary.Features)
	width := 0
	for _, f := range list {
		width = max(width, len(f.Name))
	}
	if width == 0 {
		return
	}
	slices.SortStableFunc(list, func(x, y crate.Feature) int { return cmp.Compare(status[x.Name], status[y.Name]) })
	disabled := 0
	for _, f := range list {
		if status[f.Name] == off {
			disabled++
		}
	}
	b.line(b.Paint(Header, "features:"))
	activated := len(list) - disabled
	showOn, showOff := b.Verbose || activated <= most, b.Verbose || len(list) <= most
	for _, f := range list {
		if s := status[f.Name]; s == off && showOff || s != off && showOn {
			b.feature(f, s, width)
		}
	}
	if !showOn {
		b.line("  ", b.Paint(Slanted, strconv.Itoa(activated)+" activated features"))
	}
	if !showOff {
		b.line("  ", b.Paint(Slanted, strconv.Itoa(disabled)+" deactivated features"))
	}
}

func (b *builder) feature(f crate.Feature, s state, width int) {
	style := styleOf(s)
	values := make([]string, len(f.Values))
	for i, v := range f.Values {
		values[i] = b.Paint(style, v.String())
	}
	b.line(b.mark(s), b.Paint(style, f.Name+strings.Repeat(" ", max(0, width-len([]rune(f.Name))))), " = [", strings.Join(values, ", "), "]")
}

// mark stands in front of what is asked for.
func (b *builder) mark(s state) string {
	if s == asked {
		return " " + b.Paint(Header, "+")
	}
	return "  "
}

func styleOf(s state) Style {
	if s == off {
		return Faint
	}
	return Plain
}
