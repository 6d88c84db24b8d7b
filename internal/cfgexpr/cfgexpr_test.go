package cfgexpr

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestEval(t *testing.T) {
	for _, c := range []struct {
		expr, set string
		want      bool
	}{
		{"a", "b\na\nc", true},
		{"a", "b", false},
		{"a", "", false},
		{"a", `a="x"`, false},
		{`a = "x"`, "a", false},
		{`a = "x"`, `a="x"`, true},
		{`a = "x"`, "a=\"y\"\na=\"x\"", true},
		{`a = "x"`, `a="X"`, false},
		{"not(a)", "", true},
		{"not(a)", "a", false},
		{"all()", "", true},
		{"any()", "", false},
		{"all(a, b)", "a", false},
		{"all(a, b)", "b\na", true},
		{"any(a, b)", "b", true},
		{"any(a, b)", "c", false},
		{"any(not(a), all(a, b))", "a", false},
		{"any(not(a), all(a, b))", "a\nb", true},
		{"true", "", true},
		{"false", "", false},
		{"r#true", "", true},
		{"not(false)", "", true},
		{"r#a", "a", true},
		{"a", "r#a", true},
		{`r#a = "x"`, `a="x"`, true},
	} {
		set, err := ParseSet(c.set)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse("cfg(" + c.expr + ")")
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Expr.Eval(set); got != c.want {
			t.Errorf("%s with %q: %v", c.expr, c.set, got)
		}
	}
}

func TestMatches(t *testing.T) {
	linux := NewSet(Cfg{Key: Ident{Name: "unix"}})
	for _, c := range []struct {
		platform string
		want     bool
	}{
		{"x86_64-unknown-linux-gnu", true}, {"x86_64-pc-windows-msvc", false}, {"cfg(unix)", true}, {"cfg(windows)", false},
	} {
		p, err := Parse(c.platform)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Matches("x86_64-unknown-linux-gnu", linux); got != c.want {
			t.Errorf("%s: %v", c.platform, got)
		}
		if p.Expr != nil && p.Matches("x86_64-unknown-linux-gnu", nil) {
			t.Errorf("%s holds without any value", c.platform)
		}
	}
}

// TestCompilerValues: what the compiler prints here is read, and says what system this is.
func TestCompilerValues(t *testing.T) {
	out, err := exec.Command("rustc", "--print", "cfg").Output()
	if err != nil {
		t.Fatalf("rustc --print cfg: %v", err)
	}
	set, err := ParseSet(string(out))
	if err != nil {
		t.Fatal(err)
	}
	var again strings.Builder
	for _, c := range set.List() {
		again.WriteString(strings.Replace(c.String(), " = ", "=", 1) + "\n")
	}
	if again.String() != strings.ReplaceAll(string(out), "\r", "") {
		t.Errorf("printed back:\n%s", again.String())
	}
	p, _ := Parse(`cfg(all(any(unix, windows), not(all(unix, windows)), panic = "unwind"))`)
	if !p.Matches("", set) {
		t.Errorf("%s does not hold with\n%s", p, out)
	}
	if _, err := ParseSet("unix\n=\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
}

// TestErrorsPoint: "the end" is the one of the expression, where the last parenthesis of cfg(…) stands.
func TestErrorsPoint(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"cfg()", "expected a name, found the end at character 5"},
		{"cfg(a = b)", "expected a text in quotes (\"), found `b` at character 9"},
		{"cfg(日 = b)", "expected a name, found `日` at character 5"},
		{`cfg(a = "日", b)`, "expected nothing more, found `,` at character 12"},
		{"cfg(all(a b))", "expected `,` or `)`, found `b` at character 11"},
		{"cfg(all(a)", "expected `,` or `)`, found the end at character 10"},
		{"cfg(not(a, b))", "expected `)`, found `,` at character 10"},
		{`cfg(a = ")`, "found a text without its closing quote at character 9"},
		{"cfg(r#)", "found the end at character 7"},
		{"cfg(any)", "expected `(`, found the end at character 8"},
		{"any(unix)", "expected a target triple or cfg(…), found `(` at character 4"},
		{"a b", "expected a target triple, found ` ` at character 2"},
		{"cfg(" + strings.Repeat("not(", 1001) + "a" + strings.Repeat(")", 1002), "at most 1000 levels"},
	} {
		_, err := Parse(c.text)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || e.Hint() == "" {
			t.Errorf("%s\ngot      %v\nexpected … %s", c.text, err, c.want)
		}
	}
}

func TestOrder(t *testing.T) {
	sorted := []string{
		"a", "b", "cfg(not(a))", "cfg(not(b))", "cfg(all())", "cfg(all(a))", "cfg(all(a, b))", "cfg(all(b))", "cfg(any(a))",
		"cfg(a)", "cfg(r#a)", "cfg(b)", `cfg(a = "x")`, `cfg(a = "y")`, `cfg(b = "x")`, "cfg(true)", "cfg(false)",
	}
	var platforms []Platform
	for _, text := range sorted {
		p, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		platforms = append([]Platform{p}, platforms...)
	}
	slices.SortFunc(platforms, Platform.Compare)
	for i, p := range platforms {
		if p.String() != sorted[i] {
			t.Errorf("%d: %s, expected %s", i, p, sorted[i])
		}
	}
}

func TestWarnedOf(t *testing.T) {
	p, err := Parse(`cfg(any(test, not(debug_assertions), all(proc_macro, unix), feature = "x", feature, test = "x", true = "y", r#false = "z", true))`)
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(p.Pointless()); got != `test|debug_assertions|proc_macro|feature = "x"` {
		t.Errorf("pointless: %s", got)
	}
	if got := texts(p.Keywords()); got != `true = "y"` {
		t.Errorf("keywords: %s", got)
	}
}

func texts(values []Cfg) string {
	var list []string
	for _, c := range values {
		list = append(list, c.String())
	}
	return strings.Join(list, "|")
}

func FuzzParse(f *testing.F) {
	for _, text := range slices.Concat(accepted(), refused()) {
		f.Add(text)
	}
	set := NewSet(Cfg{Key: Ident{Name: "a"}})
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.At < 0 || e.At > len(text) {
				t.Errorf("bad error %v", err)
			}
			return
		}
		again, err := Parse(p.String())
		if err != nil || again.Compare(p) != 0 || again.String() != p.String() {
			t.Errorf("%q is printed as %q, which is read as %q (%v)", text, p, again, err)
		}
		if again.Matches("a", set) != p.Matches("a", set) {
			t.Errorf("%q holds, %q does not", p, again)
		}
	})
}
