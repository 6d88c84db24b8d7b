package manifest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"berth/internal/tomldoc"
)

// Lint is one entry of a table of [lints].
type Lint struct {
	Tool, Name, Level string
	Priority          int
}

// lintTools are those that are known to read their lints from manifests.
const lintTools = "cargo clippy rust rustdoc"

// readPackageLints reads [lints] or what is inherited for it.
func (p *parser) readPackageLints() ([]Lint, []string) {
	i := p.top("lints").table()
	if !i.there() {
		return nil, nil
	}
	w := i.get("workspace")
	if !w.there() {
		return p.readLintsAndFlags(i)
	}
	switch b := w.flag(); {
	case b != nil && !*b:
		w.wrong("`%s` cannot be false", w.path).WithHelp("leave it out")
	case i.v.Table().Len() > 1:
		i.wrong("[lints] is inherited and cannot have entries of its own").WithHelp("remove them, or leave out `workspace = true` and list all lints here")
	}
	if p.err != nil {
		return nil, nil
	}
	root := p.workspace(i)
	if root == nil {
		return nil, nil
	}
	if root.Lints == nil {
		w.wrong("[lints] is inherited, but there is no [workspace.lints]").WithHelp("add it in %s", root.Doc.Name())
		return nil, nil
	}
	warned := len(p.warnings)
	lints, flags := p.readLintsAndFlags(item{p, root.Doc, root.Lints, trailOf("workspace", "lints")})
	if !p.opts.Release.SumsUpManifests() { // where warnings are counted, each manifest has its own
		p.warnings = p.warnings[:warned] // where it stands it was warned of already
	}
	return lints, flags
}

func (p *parser) readLintsAndFlags(table item) ([]Lint, []string) {
	lints := p.readLints(table)
	flags := lintFlags(lints)
	for _, cfg := range checkCfgs(table) {
		flags = append(flags, "--check-cfg", cfg)
	}
	return lints, flags
}

// checkCfgs are what rustc is to expect in cfg(…). In a workspace's table that no member inherits nobody looks at them.
func checkCfgs(table item) []string {
	return table.get("rust").get("unexpected_cfgs").get("check-cfg").texts()
}

// readLints reads tables of lints, by tool and name.
func (p *parser) readLints(table item) []Lint {
	var lints []Lint
	for _, tool := range table.sorted() {
		known := isWord(lintTools, tool.v.Key())
		if !known {
			p.warn(tool, "unrecognized lint tool `lints."+tool.v.Key()+"`, specifying unrecognized tools may break in the future.\nsupported tools: "+strings.ReplaceAll(lintTools, " ", ", "))
		}
		if tool.v.Key() == "cargo" && !p.opts.Release.OwnLints() {
			p.warn(tool, "unused manifest key `lints.cargo` (may be supported in a future version)")
		}
		if known && p.opts.Release.LintsWithUnderscores() {
			p.warnOfHyphens(tool)
		}
		for _, i := range tool.table().sorted() {
			lint := p.readLint(tool.v.Key(), i, known)
			if known {
				p.checkLintName(tool.v.Key(), i)
			}
			lints = append(lints, lint)
		}
	}
	return lints
}

func (p *parser) readLint(tool string, i item, known bool) Lint {
	lint := Lint{Tool: tool, Name: i.v.Key()}
	level := i
	if i.v.Kind() == tomldoc.TableKind {
		level = i.get("level")
		if !level.there() {
			i.wrong("`%s` has no `level`", i.path).WithHelp("it is one of \"forbid\", \"deny\", \"warn\" and \"allow\"")
			return lint
		}
		p.readLintSettings(&lint, i, known)
	}
	lint.Level = level.str()
	if !isWord("forbid deny warn allow", lint.Level) {
		level.wrong("`%s` is %q, expected \"forbid\", \"deny\", \"warn\" or \"allow\"", level.path, lint.Level)
	}
	return lint
}

func (p *parser) readLintSettings(lint *Lint, i item, known bool) {
	if priority := i.get("priority"); priority.there() {
		n, ok := priority.v.Int()
		if !ok || n < -128 || n > 127 {
			priority.wrong("`%s` is %s, expected a number from -128 to 127", priority.path, strconv.Quote(priority.v.Raw()))
		}
		lint.Priority = int(n)
	}
	for key, setting := range i.entries() {
		switch {
		case isWord("level priority", key):
		case lint.Tool == "rust" && lint.Name == "unexpected_cfgs" && key == "check-cfg":
			// read where it is used: checkCfgs
		case known:
			p.warn(setting, "unused manifest key: `lints."+lint.Tool+"."+lint.Name+"."+key+"`")
		}
	}
}

// warnOfHyphens: names with hyphens, and those that are the same as another but for them, are to go.
func (p *parser) warnOfHyphens(tool item) {
	seen := map[string]string{}
	table := tool.v.Key()
	for _, i := range tool.table().sorted() {
		name := i.v.Key()
		right := strings.ReplaceAll(name, "-", "_")
		if right != name {
			p.warn(i, "`lints."+table+"."+name+"` is deprecated in favor of `lints."+table+"."+right+"` and will not work in a future edition")
		}
		if other, ok := seen[right]; ok {
			p.warn(i, "duplicate lint `"+other+"` in `[lints."+table+"]`, conflicts with `"+name+"` and will not work in a future edition")
		}
		seen[right] = name
	}
}

// checkLintName: people write clippy::x under [lints.rust]. Hyphens as on a command line are right.
func (p *parser) checkLintName(tool string, i item) {
	name := i.v.Key()
	if prefix, rest, ok := strings.Cut(name, "::"); ok {
		e := p.fail(i.doc, i.v.KeySpan(), "`%s` is no name of a lint", name)
		if prefix == tool || tool == "rust" && isWord(lintTools, prefix) {
			e.WithHelp("write `%s` in [lints.%s]", rest, prefix)
		}
	}
}

// lintFlags are the flags for rustc. Groups such as `all` come last among equals, so that people notice that they need
// a priority: hence the names in falling order.
func lintFlags(lints []Lint) []string {
	ordered := slices.Clone(lints)
	slices.SortStableFunc(ordered, func(a, b Lint) int {
		if c := cmp.Or(cmp.Compare(a.Priority, b.Priority), strings.Compare(b.Name, a.Name)); c != 0 {
			return c
		}
		return strings.Compare(a.flag(), b.flag())
	})
	var flags []string
	for _, lint := range ordered {
		if lint.Tool != "cargo" {
			flags = append(flags, lint.flag())
		}
	}
	return flags
}

func (l Lint) flag() string {
	if l.Tool == "rust" {
		return "--" + l.Level + "=" + l.Name
	}
	return "--" + l.Level + "=" + l.Tool + "::" + l.Name
}
