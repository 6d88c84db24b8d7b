package killtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mustCoverTheSources holds the points that operations on toolchains passed against the sources of the rustup half.
func mustCoverTheSources(t *testing.T, passed []string) {
	t.Helper()
	mustCover(t, passed, pointsInSources(t, func(dir string) bool { return !isOfPackages(dir) }), 30, isElsewhere)
}

// isElsewhere: what places the program's links, and what undoes all of berth, is
// no change of a toolchain and is killed in the tests beside it. What is done on file systems of another kind is killed in
// the scripts that have them: fault_no_symlinks, killed_in_an_image.
func isElsewhere(point string) bool {
	return slices.ContainsFunc([]string{"setup.", "proxy.", "toolchain.dissolve", "store.detach", "store.succeed", "store.movein", "store.recover"}, func(prefix string) bool {
		return strings.HasPrefix(point, prefix)
	})
}

// mustCoverPackages does the same for the Cargo half. A report of compilers, and what proves an archive, are of builds that
// compile: the scripts of builds kill there.
func mustCoverPackages(t *testing.T, passed []string) {
	t.Helper()
	named := pointsInSources(t, func(dir string) bool { return isOfPackages(dir) && !isOfBuilds(dir) })
	mustCover(t, passed, named, 15, func(point string) bool {
		return point == "futurereport.save" || strings.HasPrefix(point, "proof.place.")
	})
}

// mustCover fails for each point that is named in the sources, by point the file, and that nothing passed. There are at
// least so many of them.
func mustCover(t *testing.T, passed []string, named map[string]string, least int, elsewhere func(point string) bool) {
	t.Helper()
	if len(named) < least {
		t.Fatalf("only %d points were found in the sources: the search is wrong", len(named))
	}
	for point, where := range named {
		isPassed := slices.ContainsFunc(passed, func(p string) bool { return p == point || strings.HasPrefix(p, point+".") })
		if !isPassed && !elsewhere(point) {
			t.Errorf("%s: nothing passes crash point %q; add what does", where, point)
		}
	}
	t.Logf("%d points are named in the sources, %d steps of them were passed", len(named), len(passed))
}

// isOfPackages: the Cargo half changes no toolchain.
func isOfPackages(dir string) bool {
	return isOfBuilds(dir) || slices.Contains([]string{"cargohome", "gitdb", "lastuse", "ops", "rustc", "source"}, dir)
}

// isOfBuilds: they are killed at their points by the tests of unitstore, of cargo install and of builds with nothing to do,
// and by the scripts of builds.
func isOfBuilds(dir string) bool {
	return slices.Contains([]string{"build", "installed", "unchanged", "unitstore"}, dir)
}

// takesPoint are the functions that are given the name of a point. Those of
// package os have the same names and take no literal of that form.
func takesPoint() []string {
	return []string{"Here", "step", "Rename", "Remove", "RemoveAll", "Point", "Exchange", "Recover", "WriteFile", "WriteUnsynced", "publish", "retire", "point", "Move", "writeRecord"}
}

// pointsInSources finds the points of those directories below internal that are chosen.
func pointsInSources(t *testing.T, chosen func(dir string) bool) map[string]string {
	t.Helper()
	named := map[string]string{}
	root := filepath.Join("..", "..", "..", "internal")
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testkit" || d.Name() == "testdata" || filepath.Dir(file) == root && !chosen(d.Name())):
			return filepath.SkipDir
		case filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || isForeign(file):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && slices.Contains(takesPoint(), calleeOf(call)) {
				for _, arg := range call.Args {
					if point, ok := literal(arg); ok && strings.Trim(point, "abcdefghijklmnopqrstuvwxyz.") == "" && strings.Contains(point, ".") && point != "." {
						named[point] = file
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return named
}

// isForeign: compiled for other systems only.
func isForeign(file string) bool {
	return strings.HasSuffix(file, "_windows.go") || strings.HasSuffix(file, "_darwin.go") || strings.HasSuffix(file, "_other.go")
}

func calleeOf(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
