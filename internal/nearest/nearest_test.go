package nearest

import "testing"

func TestOf(t *testing.T) {
	for _, c := range []struct{ word, want string }{
		{"buidl", "build"}, {"biuld", "build"}, {"bu", "run"}, {"tset", "test"}, {"", "run"}, {"documentation", ""}, {"Tést", "test"},
	} {
		if got := Of(c.word, "build", "test", "run"); got != c.want {
			t.Errorf("%q: %q, expected %q", c.word, got, c.want)
		}
	}
	if got := Of("x"); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

// TestDistance: letters that change places count once, also with others put between them.
func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"rls", "rls", 0}, {"rls", "rust", 2}, {"clipy", "clippy", 1}, {"calrgo", "cargo", 1},
		{"acrgo", "cargo", 1}, {"ca", "abc", 2}, {"kitten", "sitting", 3}, {"éa", "aé", 1}, {"abcdef", "badcfe", 3},
	} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.a, test.b, got, test.want)
		}
		if got := Distance(test.b, test.a); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
