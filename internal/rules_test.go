package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// exceptions are findings that stand, each with its reason.
func exceptions() map[string]string {
	return map[string]string{}
}

// rule is something that no code of the program does.
type rule struct {
	what   string
	exempt string // the packages that do, as in the table
	find   func(*ast.File) []string
}

func rules() []rule {
	return []rule{
		{"ends the process: return an error, and let cmd end it", "cmd/... testkit/... bench/...",
			selectors("os.Exit syscall.Exit log.Fatal log.Fatalf log.Fatalln log.Panic log.Panicf log.Panicln runtime.Goexit")},
		{"speaks for itself: package ui is the only voice", "cmd/... ui testkit/... bench/...",
			selectors("fmt.Print fmt.Printf fmt.Println os.Stdout os.Stderr log.Print log.Printf log.Println")},
		{"locks past internal/flock: use lockfs", "flock",
			selectors("unix.Flock syscall.Flock unix.FcntlFlock syscall.FcntlFlock windows.LockFileEx windows.UnlockFileEx")},
		{"works at start-up: the program is also the proxy of every rustc call", "", findInit},
		{"compiles a pattern at start-up: do it where it is used, or by hand", "", findPatterns},
		{"has a package variable that could change", "testkit/... bench/...", findVariables},
	}
}

func TestRules(t *testing.T) {
	_, sources := moduleSources(t)
	used := map[string]bool{}
	for _, s := range sources {
		for _, r := range rules() {
			if s.test || matches(r.exempt, s.pkg) {
				continue
			}
			for _, found := range r.find(s.file) {
				key := s.path + " " + found
				if used[key] = true; exceptions()[key] == "" {
					t.Errorf("%s: %s %s; if it must be, add %q to the exceptions, with the reason", s.path, found, r.what, key)
				}
			}
		}
	}
	for key := range exceptions() {
		if !used[key] {
			t.Errorf("the exception %q is used no more; remove it", key)
		}
	}
}

// selectors finds uses of names in imported packages, under whatever name those
// are imported.
func selectors(names string) func(*ast.File) []string {
	banned := strings.Fields(names)
	return func(file *ast.File) []string {
		var found []string
		packages := importNames(file)
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok {
				name := packages[x.Name] + "." + sel.Sel.Name
				if slices.Contains(banned, name) && !slices.Contains(found, name) {
					found = append(found, name)
				}
			}
			return true
		})
		return found
	}
}

// importNames maps the name that a package has in file to the last part of its
// path.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		last := imported[strings.LastIndexByte(imported, '/')+1:]
		local := last
		if spec.Name != nil {
			local = spec.Name.Name
		}
		names[local] = last
	}
	return names
}

func findInit(file *ast.File) []string {
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			return []string{"init"}
		}
	}
	return nil
}

// packageValues calls visit for each value of a package-level var declaration;
// value is nil where there is none.
func packageValues(file *ast.File, visit func(decl *ast.GenDecl, name *ast.Ident, value ast.Expr)) {
	for _, decl := range file.Decls {
		vars, ok := decl.(*ast.GenDecl)
		if !ok || vars.Tok != token.VAR {
			continue
		}
		for _, spec := range vars.Specs {
			v := spec.(*ast.ValueSpec)
			for i, name := range v.Names {
				var value ast.Expr
				if i < len(v.Values) {
					value = v.Values[i]
				}
				visit(vars, name, value)
			}
		}
	}
}

func findPatterns(file *ast.File) []string {
	var found []string
	packageValues(file, func(_ *ast.GenDecl, name *ast.Ident, value ast.Expr) {
		if called := calledName(value); strings.HasPrefix(called, "regexp.") {
			found = append(found, name.Name)
		}
	})
	return found
}

// findVariables lets pass what nobody would assign to: errors, values made once
// when first wanted, embedded files, procedures of system libraries, and
// assertions to the compiler.
func findVariables(file *ast.File) []string {
	var found []string
	packageValues(file, func(decl *ast.GenDecl, name *ast.Ident, value ast.Expr) {
		isError := strings.HasPrefix(name.Name, "Err") || strings.HasPrefix(name.Name, "err")
		embedded := decl.Doc != nil && slices.ContainsFunc(decl.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
		called := calledName(value)
		once := called == "sync.OnceValue" || called == "sync.OnceValues" || called == "sync.OnceFunc"
		library := called == "windows.NewLazySystemDLL" || strings.HasSuffix(called, ".NewProc")
		if name.Name != "_" && !isError && !embedded && !once && !library {
			found = append(found, "var "+name.Name)
		}
	})
	return found
}

// calledName is x.f of a call x.f(…), also with type arguments.
func calledName(value ast.Expr) string {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return ""
	}
	fun := call.Fun
	switch f := fun.(type) {
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + sel.Sel.Name
}

// TestRulesFind: each rule finds what it is for, and nothing else.
func TestRulesFind(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{"import \"os\"\nfunc f() { os.Exit(1) }", "os.Exit"},
		{"import o \"os\"\nfunc f() { o.Exit(1) }", "os.Exit"},
		{"type x struct{}; func (x) Exit(int) {}\nfunc f(os x) { os.Exit(1) }", ""},
		{"import \"fmt\"\nfunc f() { fmt.Println() }", "fmt.Println"},
		{"import \"fmt\"\nfunc f() { _ = fmt.Sprintln() }", ""},
		{"import \"golang.org/x/sys/unix\"\nfunc f() { unix.Flock(1, 2) }", "unix.Flock"},
		{"func init() {}", "init"},
		{"type x int; func (x) init() {}", ""},
		{"import \"regexp\"\nvar x = regexp.MustCompile(`x`)", "x,var x"},
		{"import \"regexp\"\nfunc f() { _ = regexp.MustCompile(`x`) }", ""},
		{"var a, b = 1, map[int]int{}", "var a,var b"},
		{"var x int", "var x"},
		{"import \"errors\"\nvar ErrX = errors.New(`x`)", ""},
		{"import \"sync\"\nvar x = sync.OnceValue[int](nil)\nvar _ = 1", ""},
		{"import _ \"embed\"\n//go:embed x\nvar x string", ""},
		{"const x = 1\nfunc f() { var x int; _ = x }", ""},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+c.code, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, r := range rules() {
			found = append(found, r.find(file)...)
		}
		if got := strings.Join(found, ","); got != c.want {
			t.Errorf("%s\nfound %q, expected %q", c.code, got, c.want)
		}
	}
}

// TestImportTableDecides: rows by name and by tree, and what tests may add.
func TestImportTableDecides(t *testing.T) {
	table := map[string]string{"a": "b c/...", "c/...": "", "c/d": "b"}
	for _, c := range []struct {
		pkg, imported string
		test, want    bool
	}{
		{"a", "b", false, true},
		{"a", "c", false, true},
		{"a", "c/d/e", false, true},
		{"a", "cc", false, false},
		{"a", "a", false, false},
		{"a", "a", true, true},
		{"a", "testkit/x", false, false},
		{"a", "testkit/x", true, true},
		{"c/x/y", "b", false, false},
		{"c/d", "b", false, true},
	} {
		row, ok := rowOf(table, c.pkg)
		if got := mayImport(row, source{pkg: c.pkg, test: c.test}, c.imported); !ok || got != c.want {
			t.Errorf("%s imports %s (test %v): %v, expected %v", c.pkg, c.imported, c.test, got, c.want)
		}
	}
	if _, ok := rowOf(table, "d"); ok {
		t.Error("a package without a row has one")
	}
}
