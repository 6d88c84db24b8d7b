package fix

import (
	"errors"
	"testing"
)

func TestApply(t *testing.T) {
	one := func(start, end int, with string) suggestion { return suggestion{edits: []edit{{start, end, with}}} }
	for _, c := range []struct {
		name string
		list []suggestion
		want string
		errs []string
	}{
		{"put in at the ends", []suggestion{one(0, 0, "<"), one(6, 6, ">")}, "<abcdef>", nil},
		{"replace", []suggestion{one(1, 3, "X"), one(3, 4, "")}, "aXef", nil},
		{"put in before and after what is replaced", []suggestion{one(2, 4, "X"), one(2, 2, "<"), one(4, 4, ">")}, "ab<X>ef", nil},
		{"put in within what is replaced", []suggestion{one(2, 4, "X"), one(3, 3, "<")}, "abXef", []string{"", errTaken.Error()}},
		{"twice at one place", []suggestion{one(2, 2, "x"), one(2, 2, "y")}, "abxcdef", []string{"", errTaken.Error()}},
		{"the same twice", []suggestion{one(2, 3, "x"), one(2, 3, "x")}, "abxdef", []string{"", errSame.Error()}},
		{"overlap from the left", []suggestion{one(2, 4, "x"), one(1, 3, "y")}, "abxef", []string{"", errTaken.Error()}},
		{"all of a suggestion or nothing", []suggestion{one(2, 3, "x"), {edits: []edit{{0, 1, "y"}, {2, 3, "z"}}}}, "abxdef", []string{"", errTaken.Error()}},
		{"turned around", []suggestion{one(3, 2, "x")}, "abcdef", []string{"invalid range 3..2, start is larger than end"}},
		{"past the end", []suggestion{one(3, 7, "x")}, "abcdef", []string{"invalid range 3..7, original data is only 6 byte long"}},
	} {
		edited := &text{original: []byte("abcdef")}
		for i, s := range c.list {
			err, want := edited.apply(s), ""
			if c.errs != nil {
				want = c.errs[i]
			}
			if (err == nil) != (want == "") || err != nil && err.Error() != want {
				t.Errorf("%s: suggestion %d: %v, expected %q", c.name, i, err, want)
			}
		}
		if got := string(edited.bytes()); got != c.want {
			t.Errorf("%s: %q, expected %q", c.name, got, c.want)
		}
	}
}

// FuzzApply: whatever is suggested, a suggestion is applied whole or not at all, and what lies outside of all that is
// replaced stays.
func FuzzApply(f *testing.F) {
	f.Add("abcdef", 1, 3, 3, 4, 0, 0)
	f.Add("", 0, 0, 0, 0, -1, 1)
	f.Add("abc", 2, 1, 0, 99, 1, 1)
	f.Fuzz(func(t *testing.T, source string, a, b, c, d, e, g int) {
		edited := &text{original: []byte(source)}
		length, count := len(source), 0
		for _, s := range []suggestion{{edits: []edit{{a, b, "1"}}}, {edits: []edit{{c, d, "22"}, {e, g, "333"}}}, {edits: []edit{{a, b, "1"}}}} {
			err := edited.apply(s)
			if err == nil {
				for _, one := range s.edits {
					length += len(one.with) - (one.end - one.start)
				}
				count += len(s.edits)
			}
			if errors.Is(err, errSame) && count == 0 {
				t.Error("nothing was applied before")
			}
		}
		if got := edited.bytes(); len(got) != length || len(edited.edits) != count {
			t.Errorf("%q, of %d bytes expected, after %v", got, length, edited.edits)
		}
	})
}

// FuzzSuggestion: no line of a compiler leads to an edit without a file, or of several.
func FuzzSuggestion(f *testing.F) {
	const span = `{"file_name":"a.rs","byte_start":1,"byte_end":2,"suggested_replacement":"x","suggestion_applicability":"MachineApplicable"}`
	seed := `{"message":"m","level":"warning","spans":[],"rendered":null,"children":[{"message":"c","level":"help","children":[],"spans":[` + span + `]}]}`
	if len(byFile([]string{seed}, false)["a.rs"]) != 1 {
		f.Fatal("the seed suggests nothing")
	}
	f.Add(seed)
	f.Add("{}")
	f.Add("{\"spans\":[{}],\"children\":[{\"spans\":[{\"suggested_replacement\":\"\"}]}]}")
	f.Fuzz(func(t *testing.T, line string) {
		for _, everything := range []bool{false, true} {
			for name, list := range byFile([]string{line}, everything) {
				if len(list) != 1 || len(list[0].edits) == 0 || list[0].file != name {
					t.Errorf("%q: %v", name, list)
				}
			}
		}
	})
}
