package snippet

import (
	"regexp"
	"strings"
	"testing"
)

// text is a report without colours.
func text(r Report) string {
	return regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(Render(r, 0), "")
}

func at(text, part string) Span {
	start := strings.Index(text, part)
	return Span{start, start + len(part)}
}

const document = `a = "one"
b = { x = 1,
  y = 2,

}
c = "two"
`

func TestRender(t *testing.T) {
	note := Remark{Note, "first\nsecond"}
	for name, test := range map[string]struct {
		report Report
		want   string
	}{
		"two marks": {Report{{Warning, "odd", []Part{
			Excerpt{"f", document, []Mark{{Span: at(document, `"two"`), Main: true}, {Span: at(document, `"one"`)}}}, note}}, {Help, "do", nil}},
			`warning: odd
 --> f:6:5
  |
1 | a = "one"
  |     -----
...
6 | c = "two"
  |     ^^^^^
  |
  = note: first
          second
help: do`},
		"labels": {Report{{Error, "odd", []Part{
			Excerpt{"f", document, []Mark{{Span: at(document, `a = "one"`), Label: "all"}, {Span: at(document, "="), Main: true, Label: "here"}, {Span: at(document, "one"), Main: true, Label: "there"}}}}}},
			`error: odd
 --> f:1:3
  |
1 | a = "one"
  | --^--^^^-
  | | |  |
  | | |  there
  | | here
  | all`},
		"one beside": {Report{{Error, "odd", []Part{
			Excerpt{"f", document, []Mark{{Span: at(document, "x = 1"), Label: "cause"}, {Span: at(document, "b"), Main: true, Label: "source"}}}}}},
			`error: odd
 --> f:2:1
  |
2 | b = { x = 1,
  | ^     ----- cause
  | |
  | source`},
		"lines": {Report{{Warning, "odd", []Part{
			Excerpt{"f", document, []Mark{{Span: at(document, "b = { x = 1,\n  y = 2,\n\n}"), Main: true}}}}}, {Help, "do", nil}},
			`warning: odd
 --> f:2:1
  |
2 | / b = { x = 1,
3 | |   y = 2,
4 | |
5 | | }
  | |_^
  |
help: do`},
		"lines from the middle": {Report{{Warning, "odd", []Part{
			Excerpt{"f", document, []Mark{{Span: at(document, "{ x = 1,\n  y = 2,\n\n}"), Main: true, Label: "this"}}}}}},
			`warning: odd
 --> f:2:5
  |
2 |   b = { x = 1,
  |  _____^
3 | |   y = 2,
4 | |
5 | | }
  | |_^ this`},
		"change": {Report{{Warning, "odd", []Part{Place("f"), Remark{Note, "why"}}},
			{Help, "write", []Part{Change{"f", document, at(document, `"one"`), `"three"`}}},
			{Help, "add", []Part{Change{"g", document, Span{len(document), len(document)}, "\n[d]"}}}},
			`warning: odd
 --> f
  = note: why
help: write
  |
1 - a = "one"
1 + a = "three"
  |
help: add
 --> g:6:11
  |
6 ~ c = "two"
7 + [d]
  |`},
		"event": {Report{{Error, "gone wrong", []Part{Place("f"), Place("g"), Cause("one\n\ntwo"), Cause("three")}}, {Note, "more", nil}},
			"error: gone wrong\n --> f\n ::: g\n  = cause: one\n           \n           two\n  = cause: three\nnote: more"},
		"event nowhere": {Report{{Error, "gone wrong", []Part{Cause("one")}}}, "error: gone wrong\n  |\n  = cause: one"},
		"wide": {Report{{Warning, "odd", []Part{Excerpt{"", "日本 x", []Mark{{Span: Span{0, 6}, Main: true}, {Span: Span{7, 8}}}}}}},
			`warning: odd
  |
1 | 日本 x
  | ^^^^ -`},
		"directions": {Report{{Warning, "odd", []Part{Excerpt{"", "\ta \u202e\x01b", []Mark{{Span: Span{3, 6}, Main: true}}}}}},
			`warning: odd
  |
1 |     a �␁b
  |       ^`},
	} {
		if got := text(test.report); got != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, test.want)
		}
	}
}

// TestWidth: of a long line so much is shown that the mark is seen.
func TestWidth(t *testing.T) {
	long := strings.Repeat("x", 300) + " here " + strings.Repeat("y", 300)
	for span, want := range map[Span]string{
		{301, 305}: `  |
1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx here yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
  |`,
		{0, 300}: "^" + strings.Repeat("^", 44) + "...",
	} {
		if got := text(Report{{Warning, "odd", []Part{Excerpt{"", long, []Mark{{Span: span, Main: true}}}}}}); !strings.Contains(got, want) {
			t.Errorf("%v:\n%s\nwant\n%s", span, got, want)
		}
	}
}

// TestNarrow: a terminal may have less room.
func TestNarrow(t *testing.T) {
	r := Report{{Warning, "odd", []Part{Excerpt{"", strings.Repeat("x", 50) + " here", []Mark{{Span: Span{51, 55}, Main: true}}}}}}
	const want = "1 | ...xxxxxxx here\n  |            ^^^^"
	if got := regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(Render(r, 30), ""); !strings.HasSuffix(got, want) {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestEventIsNotBold: only its first word is.
func TestEventIsNotBold(t *testing.T) {
	got := Render(Report{{Error, "gone wrong", []Part{Cause("why")}}}, 0)
	if want := "\x1b[1m\x1b[91merror\x1b[0m: gone wrong\n"; !strings.HasPrefix(got, want) {
		t.Errorf("%q does not begin with %q", got, want)
	}
}

func TestColours(t *testing.T) {
	got := Render(Report{{Warning, "odd", []Part{Excerpt{"f", "ab", []Mark{{Span: Span{0, 1}, Main: true}}}, Remark{Note, "why"}}}, {Help, "do", nil}}, 0)
	want := "\x1b[1m\x1b[33mwarning\x1b[0m\x1b[1m: odd\x1b[0m\n \x1b[1m\x1b[94m--> \x1b[0mf:1:1\n  \x1b[1m\x1b[94m|\x1b[0m\n" +
		"\x1b[1m\x1b[94m1\x1b[0m \x1b[1m\x1b[94m|\x1b[0m ab\n  \x1b[1m\x1b[94m|\x1b[0m \x1b[1m\x1b[33m^\x1b[0m\n  \x1b[1m\x1b[94m|\x1b[0m\n" +
		"  \x1b[1m\x1b[94m= \x1b[0m\x1b[1mnote\x1b[0m: why\n\x1b[1m\x1b[96mhelp\x1b[0m: do"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
