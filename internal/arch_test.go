// Package internal_test holds the packages of this module against the table in
// docs/architecture.md: who may import whom, and what no package may do. It
// reads the sources of all systems, not only those that are compiled here.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed is the table: a package, and the packages that it may import. Paths
// are below internal/, but for cmd and bench. A name that ends in /... stands
// for a package and all below it, and the longest name that fits a package is
// its row. Test files may also import what testImports names.
func allowed() map[string]string {
	return map[string]string{
		// The program.
		"cmd/berth":        "app cli/... proxy ui",
		"cmd/berth-git":    "gitdb gitdb/library",
		"cli":              "app cli/cargo cli/rustup cli/command dist lockfs names proxy settings setup store toolchain ui unitstore exe",
		"cli/cargo":        "app manifest/lint snippet installed cachedir cargohome cfgexpr cli/command config crate figures lockfs manifest nearest ops/... proxy resolve rustc ui workspace cargohttp download gitdb source source/directory source/git source/registry credential semver plan plan/profile unit build build/timings build/unused buildmsg child compile source/path unitstore jobslot looked unchanged boot dialect openfiles exe",
		"cli/rustup":       "app cli/cargo cli/command dist lockfs names proxy settings setup store toolchain ui exe",
		"setup":            "app lockfs names proxy settings store toolchain ui exe",
		"app":              "diskspace dist download lockfs names settings store toolchain ui exe",
		"proxy":            "app lockfs names settings store toolchain ui exe",
		"toolchain":        "archive crashpoint dist download lockfs names openfiles settings store",
		"store":            "archive boot crashpoint lockfs",
		"download":         "diskspace crashpoint lockfs redact gzip",
		"lockfs":           "crashpoint diskread flock",
		"settings":         "names nearest tomlquote",
		"tomlquote":        "",
		"shellquote":       "",
		"textsum":          "",
		"dialect":          "",
		"dist":             "names nearest",
		"resolve":          "cargolock crate nearest semver",
		"resolve/features": "crate resolve semver",
		"cargolock":        "semver tomldoc tomlquote",
		"archive":          "diskspace gzip openfiles xz zstd",
		"flock":            "",
		"exe":              "",
		"crashpoint":       "",
		"names":            "nearest",
		"tomldoc":          "tomlquote",
		"config":           "diskread nearest tomldoc tomlquote dialect",
		"cfgexpr":          "order",
		"rustc":            "cfgexpr lockfs semver exe",
		"unit":             "crate manifest",
		"depinfo":          "",
		"buildscript":      "config crate manifest semver",
		"buildmsg":         "buildscript jsonquote manifest unit crate semver",
		"build":            "build/unused cachedir buildmsg buildscript child compile crashpoint crate depinfo jobslot lockfs manifest textsum unit unitstore looked",
		"build/unused":     "crate manifest semver unit",
		"build/timings":    "build buildmsg crate manifest semver unit",
		"child":            "",
		"installed":        "crashpoint crate jsonquote lockfs semver tomldoc tomlquote",
		"jobslot":          "lockfs",
		"plan":             "crate glob manifest nearest plan/profile resolve resolve/features semver unit order",
		"plan/profile":     "config crate manifest nearest resolve unit order",
		"compile":          "buildscript cfgexpr config crate depinfo manifest rustc semver shellquote textsum unit dialect",
		"compile/calls":    "buildmsg buildscript cargohome compile config crate lockfs manifest ops plan rustc source source/directory unit workspace",
		"unitstore":        "diskspace figures boot cachedir crashpoint lockfs",
		"boot":             "",
		"nearest":          "",
		"figures":          "",
		"diskspace":        "",
		"openfiles":        "",
		"cachedir":         "",
		"order":            "",
		"ui":               "columns redact",
		"redact":           "",
		"gzip":             "",
		"xz":               "",
		"zstd":             "",

		// Flags as the stock tools read them: no package of ours.
		"cli/command": "ui",
		// Packages, as Cargo has them.
		"cargohome":        "cachedir lastuse lockfs",
		"lastuse":          "crashpoint flock",
		"crate":            "nearest semver dialect",
		"manifest":         "cfgexpr crate jsonquote nearest semver tomldoc dialect",
		"ops":              "cargohome cargolock config crate lockfs manifest resolve rustc semver source/git workspace cfgexpr ops/configpatch ops/metadata ops/tree plan plan/profile resolve/features ops/update unit ops/vendor looked dialect",
		"ops/tree":         "crate manifest order resolve resolve/features",
		"ops/configget":    "config jsonquote shellquote tomlquote",
		"ops/metadata":     "crate jsonquote manifest tomldoc workspace cfgexpr dialect",
		"workspace":        "crate diskread glob looked manifest nearest semver tomldoc",
		"semver":           "",
		"source/git":       "cargohome crate gitdb lastuse lockfs openfiles redact",
		"gitdb":            "crashpoint gitconfig lockfs redact",
		"gitdb/library":    "download gitdb",
		"gitignore":        "",
		"glob":             "",
		"gitconfig":        "",
		"worktree":         "diskread gitconfig gitignore",
		"source/path":      "gitignore worktree",
		"ops/pack":         "crate jsonquote manifest source/path workspace worktree",
		"ops/proof":        "archive crashpoint",
		"source":           "config crate resolve",
		"source/directory": "crate diskread manifest nearest resolve workspace",
		"source/index":     "cfgexpr crate semver",

		// Small things, in blocks of their own so that their names do not move the columns above.
		"cargohttp":        "config download gitconfig",
		"source/registry":  "archive cargohome crashpoint crate dialect diskspace download figures gitdb gzip lastuse lockfs openfiles resolve semver source/index",
		"credential":       "config crate",
		"jsonquote":        "",
		"diskread":         "",
		"looked":           "",
		"unchanged":        "boot lockfs looked textsum ui unitstore",
		"ops/configpatch":  "config crate manifest resolve tomldoc tomlquote",
		"ops/clean":        "cachedir crashpoint figures lockfs looked unitstore unchanged",
		"ops/edit":         "crate manifest nearest order resolve semver tomldoc workspace dialect",
		"ops/locate":       "jsonquote workspace",
		"ops/search":       "download",
		"ops/install":      "crate installed manifest plan resolve semver",
		"ops/info":         "crate manifest semver",
		"ops/fix":          "build cargohome compile crate dialect lockfs manifest ops/manifestfile snippet tomldoc unit unitstore workspace worktree",
		"ops/futurereport": "crate jsonquote lockfs semver",
		"ops/vendor":       "crate jsonquote lockfs manifest manifest/normal semver source/path tomlquote dialect",
		"manifest/normal":  "manifest order tomldoc tomlquote",
		"manifest/lint":    "crate dialect manifest semver snippet tomldoc",
		"snippet":          "columns",
		"columns":          "",
		"ops/manifestfile": "cargohome lockfs",
		"ops/update":       "cargolock crate resolve semver dialect",
		"ops/newpkg":       "cargohome config crate gitdb glob lockfs ops/manifestfile tomldoc tomlquote workspace",

		// The tests that you read.
		"internal": "",

		// Never part of the program.
		"testkit/...": "archive cargolock crashpoint crate dialect dist download flock lockfs names resolve semver settings store testkit/... toolchain ui unit xz",
		"bench/...":   "archive bench/... crashpoint dist download flock lockfs names settings store testkit/... toolchain ui xz",
	}
}

// testImports is what the tests of every package may import besides.
const testImports = "testkit/... crashpoint dist flock"

// vague names say nothing of what is in a package, so everything ends up there.
const vague = "util utils common helper helpers misc types base shared"

// source is one parsed file.
type source struct {
	path string // from the module's root
	pkg  string // as in the table
	test bool
	file *ast.File
}

func TestImports(t *testing.T) {
	module, sources := moduleSources(t)
	for _, s := range sources {
		row, ok := rowOf(allowed(), s.pkg)
		if !ok {
			t.Errorf("%s: package %s is not in the table of internal/arch_test.go and docs/architecture.md; add its row", s.path, s.pkg)
			continue
		}
		for _, imported := range importsOf(module, s.file) {
			if !mayImport(row, s, imported) {
				t.Errorf("%s: %s may not import %s; imports go down only, see docs/architecture.md", s.path, s.pkg, imported)
			}
		}
	}
}

func mayImport(row string, s source, imported string) bool {
	return matches(row, imported) || s.test && (imported == s.pkg || matches(testImports, imported))
}

func TestNoVagueNames(t *testing.T) {
	_, sources := moduleSources(t)
	for _, s := range sources {
		name := strings.TrimSuffix(s.file.Name.Name, "_test")
		if slices.Contains(strings.Fields(vague), name) || slices.Contains(strings.Fields(vague), path.Base(s.pkg)) {
			t.Errorf("%s: a package called %s says nothing about what is in it", s.path, name)
		}
	}
}

// TestTableHasNoStrayRows: what a row names is a row itself.
func TestTableHasNoStrayRows(t *testing.T) {
	table := allowed()
	for pkg, row := range table {
		for _, name := range strings.Fields(row) {
			if _, ok := rowOf(table, strings.TrimSuffix(name, "/...")); !ok {
				t.Errorf("row %s names %s, which has no row", pkg, name)
			}
		}
	}
}

// rowOf is the row of the longest name that fits.
func rowOf(table map[string]string, pkg string) (string, bool) {
	if row, ok := table[pkg]; ok {
		return row, true
	}
	for dir := pkg; dir != "."; dir = path.Dir(dir) {
		if row, ok := table[dir+"/..."]; ok {
			return row, true
		}
	}
	return "", false
}

func matches(names, pkg string) bool {
	for _, name := range strings.Fields(names) {
		tree, all := strings.CutSuffix(name, "/...")
		if pkg == name || all && (pkg == tree || strings.HasPrefix(pkg, tree+"/")) {
			return true
		}
	}
	return false
}

// importsOf are the imports within the module, as in the table.
func importsOf(module string, file *ast.File) []string {
	var names []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if below, ok := strings.CutPrefix(imported, module+"/"); ok {
			names = append(names, strings.TrimPrefix(below, "internal/"))
		}
	}
	return names
}

// moduleSources parses every Go file of the module.
func moduleSources(t *testing.T) (module string, sources []source) {
	t.Helper()
	gomod, err := os.ReadFile(filepath.Join("..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	module, ok := strings.CutPrefix(strings.SplitN(string(gomod), "\n", 2)[0], "module ")
	if !ok {
		t.Fatal("go.mod: expected the module's name in the first line")
	}
	err = filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != ".." && isForeign(file, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(file) != ".go":
			return nil
		}
		s, err := parse(file)
		sources = append(sources, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) == 0 {
		t.Fatal("no sources were found")
	}
	return module, sources
}

// isForeign: the go tool does not look there either, or it is another module.
func isForeign(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

func parse(file string) (source, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	fromRoot := strings.TrimPrefix(filepath.ToSlash(file), "../")
	return source{
		path: fromRoot,
		pkg:  strings.TrimPrefix(path.Dir(fromRoot), "internal/"),
		test: strings.HasSuffix(file, "_test.go"),
		file: parsed,
	}, nil
}
