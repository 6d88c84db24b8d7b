package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"berth/internal/dialect"
	"berth/internal/manifest"
	"berth/internal/snippet"
	"berth/internal/tomldoc"
)

const head = "[package]\nname = \"n\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"

// read reads a manifest of a package with src/main.rs, and of a workspace above it if a text for that is given.
func read(t *testing.T, text, root string) *manifest.Manifest {
	t.Helper()
	f := manifest.File{Path: "/w/n/Cargo.toml", Files: fstest.MapFS{
		"src/main.rs": {Data: []byte("fn main() {}")}, "src/bin/a_b.rs": {Data: []byte("fn main() {}")}, "README.md": {},
	}}
	if root != "" {
		f.Root = func(string) (*manifest.Workspace, error) { return readRoot(t, root).Workspace, nil }
	}
	return parse(t, f, text)
}

func readRoot(t *testing.T, text string) *manifest.Manifest {
	t.Helper()
	return parse(t, manifest.File{Path: "/w/Cargo.toml", Files: fstest.MapFS{}}, text)
}

func parse(t *testing.T, f manifest.File, text string) *manifest.Manifest {
	t.Helper()
	doc, err := tomldoc.Parse("Cargo.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Read(f, doc, manifest.Options{Release: dialect.Last})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// check is all that is said of a package that is a workspace alone, or of a workspace with it.
func check(t *testing.T, text, root string) string {
	t.Helper()
	m := read(t, text, root)
	ws := &Workspace{Dir: "/w/n", Root: m, Members: []*manifest.Manifest{m}, Packages: []*manifest.Manifest{m}, Target: "/t",
		HasFile: func(_ *manifest.Manifest, name string) bool { return name == "README.md" }}
	if root != "" {
		ws.Root, ws.Dir = readRoot(t, root), "/w"
	}
	var b strings.Builder
	for _, said := range Check(ws) {
		for _, f := range said.Findings {
			b.WriteString(f.Sentence + regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(snippet.Render(f.Report, 0), "") + "\n")
		}
		warning, failure := said.Summary("parse")
		b.WriteString(warning + failure + "\n")
	}
	return b.String()
}

func TestLevels(t *testing.T) {
	for _, test := range []struct {
		table, rust, lint string
		want              Setting
	}{
		{"", "", redundantHomepage, Setting{Level: Warn}},
		{"", "1.78", redundantHomepage, Setting{}},
		{"", "1.79", redundantHomepage, Setting{Level: Warn}},
		{"redundant_homepage = 'deny'", "1.78", redundantHomepage, Setting{}},
		{"restriction = 'deny'", "1.57", nonKebabCasePackages, Setting{Level: Deny, Stated: true}},
		{"style = 'deny'", "", redundantHomepage, Setting{Level: Deny, Stated: true}},
		{"default = 'allow'", "", redundantHomepage, Setting{Level: Allow, Stated: true}},
		{"default = 'allow'\nstyle = 'deny'", "", redundantHomepage, Setting{Level: Allow, Stated: true}},
		{"default = { level = 'allow', priority = -1 }\nstyle = 'deny'", "", redundantHomepage, Setting{Level: Deny, Stated: true}},
		{"style = 'forbid'\nredundant_homepage = { level = 'allow', priority = 1 }", "", redundantHomepage, Setting{Level: Forbid, Stated: true}},
		{"default = 'deny'", "", manualReadme, Setting{}},
		{"correctness = 'allow'\ndefault = 'deny'", "", textDirectionInLiteral, Setting{Level: Allow, Stated: true}},
	} {
		text := head
		if test.rust != "" {
			text += "rust-version = \"" + test.rust + "\"\n"
		}
		test.want.Lint = test.lint
		if got := LevelsOf(read(t, text+"[lints.cargo]\n"+test.table, ""), false).Of(test.lint); got != test.want {
			t.Errorf("%s of %q, rust %q: %v, want %v", test.lint, test.table, test.rust, got, test.want)
		}
	}
	if got := LevelsOf(read(t, head, ""), true).Of(redundantHomepage).Level; got != Allow {
		t.Errorf("muted: %v", got)
	}
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"foo_bar": "foo-bar", "fooBar": "foo-bar", "XMLHttp2x": "xml-http2x", "a__b": "a-b", "FOO": "foo", "foo2Bar": "foo2-bar", "-a-": "a", "ABc": "a-bc",
	} {
		if got := kebab().of(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := snake().of("foo-barBaz"); got != "foo_bar_baz" {
		t.Errorf("snake: %s", got)
	}
}

func TestTokens(t *testing.T) {
	const text = "a = '\u202a' # '\u202b\nb = \"\\\"\u202c\" # x\nc = \"\"\"\"\u202d\"\"\"\"\" # \u202e\nd = '''\u2066'#'''\n# ok"
	var got []string
	for _, token := range turningTokens(text) {
		got = append(got, fmt.Sprint(token.comment, " ", text[token.span.Start:token.span.End]))
	}
	want := []string{"false '\u202a'", "true # '\u202b", "false \"\\\"\u202c\"", "false \"\"\"\"\u202d\"\"\"\"\"", "true # \u202e", "false '''\u2066'#'''"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	for literal, want := range map[string]string{
		"'\\\u202a\"'": `"\\\u{202A}\""`, "\"\\n\u202a\"": `"\n\u{202A}"`, "'''\"\u202a'''": `"""""\u{202A}"""`[1:], "\"\"\"a\n\u2069\"\"\"": "\"\"\"\na\n\\u{2069}\"\"\"",
	} {
		if got := escaped(literal); got != want {
			t.Errorf("%q: %s, want %s", literal, got, want)
		}
	}
}

func TestFindings(t *testing.T) {
	for name, test := range map[string]struct {
		text, root string
		want       []string // parts of what is said; none where nothing is
	}{
		"nothing":       {head, "", nil},
		"homepage":      {head + "homepage = 'h'\ndocumentation = 'h'\n", "", []string{"warning: `package.homepage` is redundant with `package.documentation`\n --> Cargo.toml:5:12", "`cargo::redundant_homepage` is set to `warn` by default", "`n` (manifest) generated 1 warning"}},
		"denied":        {head + "homepage = 'h'\nrepository = 'h'\n[lints.cargo]\nstyle = 'deny'\n", "", []string{"error: `package.homepage`", "is set to `deny` in `[lints]`", "could not parse `n` (manifest) due to 1 previous error"}},
		"readme":        {head + "readme = 'README.md'\n[lints.cargo]\npedantic = 'warn'\n", "", []string{"explicit `package.readme` can be inferred", "5 | readme = 'README.md'\n  | ^^^^^^^^^^^^^^^^^^^^"}},
		"another":       {head + "readme = 'README'\n[lints.cargo]\nmanual_readme = 'warn'\n", "", nil},
		"unknown":       {head + "[lints.cargo]\nb = 'warn'\nunknown-lints = 'warn'\n", "", []string{"unknown lint: `b`", "is a lint with a similar name: `unknown_lints`", "generated 3 warnings", "Cargo.toml: `lints.cargo.unknown-lints` is deprecated"}},
		"key":           {head + "odd = 1\n", "", []string{"Cargo.toml: unused manifest key: package.odd\n", "generated 1 warning"}},
		"bins":          {head + "[lints.cargo]\nnon_kebab_case_bins = 'warn'\n", "", []string{"binary `a_b` should have a kebab-case name\n  |\n1 | /t/.../a_b\n  |        ^^^\n", "convert the file stem\n  |\n1 - src/bin/a_b.rs\n1 + src/bin/a-b.rs\n"}},
		"bin":           {head + "[[bin]]\nname = 'x_y'\npath = 'src/main.rs'\n[lints.cargo]\nnon_kebab_case_bins = 'warn'\n", "", []string{"convert `bin.name`\n --> Cargo.toml:6:8\n  |\n6 - name = 'x_y'\n6 + name = \"x-y\""}},
		"features":      {head + "[features]\na_b = []\n[lints.cargo]\nnon_kebab_case_features = 'warn'\n", "", []string{"feature `a_b` should have a kebab-case name", "6 - a_b = []\n6 + a-b = []"}},
		"dependency":    {head + "[dependencies]\na-b = { version = '1', optional = true }\n[lints.cargo]\nnon_snake_case_features = 'warn'\n", "", []string{"feature `a-b` should have a snake-case name", "--------------- cause of feature\n  | |\n  | source of feature name"}},
		"package":       {strings.Replace(head, `"n"`, `"N"`, 1) + "[lints.cargo]\nnon_snake_case_packages = 'warn'\nnon_kebab_case_packages = 'deny'\n", "", []string{"error: package `N` should have a kebab-case name", "warning: package `N` should have a snake-case name", "`N` (manifest) generated 1 warningcould not parse `N` (manifest) due to 1 previous error"}},
		"no script":     {head + "[build-dependencies]\nb = '1'\na = '1'\n", "", []string{"unused build dependency `a`\n --> Cargo.toml:7:1", "unused build dependency `b`\n --> Cargo.toml:6:1", "consider removing the dependency on `a`"}},
		"comment":       {head + "#\u202a\n", "", []string{"error: unicode codepoint changing visible direction of text present in comment", `"\u{202a}"`, "this comment contains"}},
		"literal":       {head + "description = '\u202a'\n", "", []string{"text present in literal", "5 + description = \"\\u{202A}\""}},
		"of workspace":  {head, "[workspace]\nmembers = ['n']\nresolver = '2'\n[workspace.package]\nlicense = 'MIT'\n[workspace.dependencies]\nb = '1'\n", []string{"unused workspace dependency `b`\n --> Cargo.toml:7:1", "unused field `license` in `workspace.package`", "workspace (manifest) generated 2 warnings"}},
		"inherited":     {head + "license.workspace = true\n[dev-dependencies]\nb.workspace = true\n", "[workspace]\nmembers = ['n']\nresolver = '2'\n[workspace.package]\nlicense = 'MIT'\n[workspace.dependencies]\nb = '1'\n", nil},
		"lints":         {head, "[workspace]\nmembers = ['n']\nresolver = '2'\n[workspace.lints.cargo]\nodd = 'warn'\n", []string{"unknown lint: `odd`", "workspace (manifest) generated 1 warning", "missing `[lints]` to inherit `[workspace.lints]`\n --> n/Cargo.toml\n", "4 ~ edition = \"2021\"\n5 + [lints]\n6 + workspace = true\n"}},
		"lints are had": {head + "[lints]\nworkspace = true\n", "[workspace]\nmembers = ['n']\nresolver = '2'\n[workspace.lints.rust]\nodd = 'warn'\n", nil},
	} {
		got := check(t, test.text, test.root)
		if len(test.want) == 0 && got != "" {
			t.Errorf("%s:\n%s\nwant nothing", name, got)
		}
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
			}
		}
	}
}
