package resolve

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/crate"
	"berth/internal/semver"
)

var rewrite = flag.Bool("rewrite", false, "write the golden file of errors anew, to be looked at before it is committed")

// preciseB is `update b --precise`, where 1.2.0 is locked.
func preciseB(version string) func(*Input) {
	return func(in *Input) {
		in.Precise = []Precise{{Source: crate.PublicSource(), Name: "b", From: must(semver.Parse("1.2.0")), To: must(semver.Parse(version))}}
	}
}

// TestErrors shows what is said where there is no graph. The golden file is for people: it is what they will read.
func TestErrors(t *testing.T) {
	var got strings.Builder
	for _, c := range []struct {
		what, text string
		change     func(*Input)
	}{
		{"two requirements of one package, one of them in the workspace", "p 0.1.0\n\ta 1\n\tb =1.1.0\n---\na 1.1.0\n\tb 1.2\nb 1.1.0\nb 1.2.0\nb 1.3.0\n", nil},
		{"two requirements of packages far away", "p 0.1.0\n\ta 1\n\tc 1\n---\na 1.1.0\n\tb =1.1.0\nc 1.0.0\n\td 1\nd 1.0.0\n\tb =1.2.0\nb 1.1.0\nb 1.2.0\n", nil},
		{"two versions of what links to a library", "p 0.1.0\n\ta 1\n\tc 1\n---\na 1.1.0\n\tz-sys 1\nc 1.0.0\n\tz-sys 2\nz-sys 1.0.0 links=z\nz-sys 2.0.0 links=z\n", nil},
		{"two packages that link to one library", "p 0.1.0\n\ta 1\n\tc 1\n---\na 1.1.0\n\tz-sys 1\nc 1.0.0\n\ty-sys 2\nz-sys 1.0.0 links=z\ny-sys 2.0.0 links=z\n", nil},
		{"a feature that is spelled otherwise", "p 0.1.0\n\ta 1 features=colour\n---\na 1.1.0\n\t[color]\n", nil},
		{"a feature that another version has", "p 0.1.0\n\ta 1 features=xyzzyx\n---\na 1.1.0\n\t[color]\na 2.0.0\n\t[xyzzyx]\n", nil},
		{"a feature that is behind dep:", "p 0.1.0\n\ta 1 features=b\n---\na 1.1.0\n\tb 1 optional\n\t[x] dep:b\nb 1.0.0\n", nil},
		{"a feature that is a dependency", "p 0.1.0\n\ta 1 features=b\n---\na 1.1.0\n\tb 1\nb 1.0.0\n", nil},
		{"a name that is spelled otherwise", "p 0.1.0\n\tserde-json 1\n---\nserde_json 1.1.0\n", nil},
		{"no version", "p 0.1.0\n\ta 1\n---\na 1.1.0\n\tb 3\nb 2.5.0\nb 1.0.0\nb 0.9.0\nb 0.8.0\nb 0.7.0\nb 0.6.0\nb 0.5.0+x\n", nil},
		{"a pre-release", "p 0.1.0\n\ta 2\n---\na 1.1.0\na 2.0.0-rc.1\n", nil},
		{"a yanked version", "p 0.1.0\n\ta 2\n---\na 1.1.0\na 2.0.0 yanked\n", nil},
		{"two yanked versions", "p 0.1.0\n\ta 2\n---\na 1.1.0\na 2.0.0 yanked\na 2.1.0 yanked\n", nil},
		{"a precise version that another package excludes", "p 0.1.0\n\ta 1\n\tb 1\n---\na 1.1.0\n\tb 1.1\nb 1.0.0\nb 1.1.0\nb 1.2.0\n", preciseB("1.0.0")},
		{"a precise version that the workspace excludes", "p 0.1.0\n\tb 1.2\n---\nb 1.0.0\nb 1.2.0\n", preciseB("1.0.0")},
		{"a precise version that there is not", "p 0.1.0\n\tb 1\n---\nb 1.0.0\nb 1.2.0\n", preciseB("1.9.9")},
		{"circle of directories", "p 0.1.0\n\tq path\nq 0.1.0\n\tp path\n---\n", nil},
		{"circle of packages", "p 0.1.0\n\ta 1\n---\na 1.0.0\n\tb 1\nb 1.0.0\n\ta 1\n", nil},
		{"a feature that is itself", "p 0.1.0\n\ta 1\n---\na 1.0.0\n\t[default] default\n", nil},
		{"a feature on the command line", "p 0.1.0\n\ta 1\n\t[full]\n---\na 1.0.0\n", func(in *Input) { in.Roots[0].Features = Features{Named: []crate.FeatureValue{{Feature: "ful"}}} }},
		{"a dependency on the command line", "p 0.1.0\n\tabc 1\n\t[full]\n---\nabc 1.0.0\n", func(in *Input) {
			in.Roots[0].Features = Features{Named: []crate.FeatureValue{crate.ParseFeatureValue("abd/ful")}}
		}},
		{"too hard", "p 0.1.0\n\ta 1\n\tb =1.1.0\n---\na 1.1.0\n\tb 1.2\na 1.0.0\n\tb =1.3.0\nb 1.1.0\nb 1.2.0\nb 1.3.0\n", func(in *Input) { in.MaxSteps = 3 }},
	} {
		_, err := resolveText(c.text, c.change)
		if err == nil {
			t.Errorf("%s: there is a graph", c.what)
			continue
		}
		fmt.Fprintf(&got, "-- %s --\n%v\n\n", c.what, err)
		var unsolvable *UnsolvableError
		if !errors.As(err, &unsolvable) && !strings.HasPrefix(c.what, "circle") {
			t.Errorf("%s: the error is a %T", c.what, err)
		}
	}
	const golden = "testdata/errors.golden"
	if *rewrite {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}
