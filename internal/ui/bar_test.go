package ui

import "testing"

func TestBar(t *testing.T) {
	b := &Bar{verb: "Building"}
	for _, c := range []struct {
		done, total, width int
		names, want        string
	}{
		{0, 34, 80, "a", "    Building [                            ] 0/34: a"},
		{12, 34, 80, "serde, syn", "    Building [========>                  ] 12/34: serde, syn"},
		{34, 34, 80, "", "    Building [===========================] 34/34"},
		{1, 34, 80, "", "    Building [                            ] 1/34"},
		{12, 34, 57, "serde, syn", "    Building [========>                  ] 12/34: serd..."},
		{12, 34, 40, "serde, syn", "    Building [=====>           ] 12/34"}, // the count is whole, as with stock
		{12, 34, 30, "serde, syn", "    Building [=>     ] 12/34"},
		{12, 34, 20, "serde, syn", "    Building 12/34"},
	} {
		b.now.Store(&barState{c.done, c.total, false, c.names})
		if got := b.render(c.width, pen{}); got != c.want {
			t.Errorf("%d/%d in %d columns: %q, expected %q", c.done, c.total, c.width, got, c.want)
		}
	}
}
