package compile

import (
	"slices"
	"strings"
	"testing"
)

// TestEnvironHasEachVariableOnce: where names are the same in upper and lower case, what the call sets takes the place of
// what is inherited under another spelling.
func TestEnvironHasEachVariableOnce(t *testing.T) {
	c := &Command{}
	c.place("PATH", "new")
	c.unset("RUSTFLAGS")
	inherited := []string{"=C:=C:\\dir", "Path=old", "RustFlags=-g", "HOME=here"}
	asSpelled := func(name string) string { return name }
	for _, system := range []struct {
		key  func(string) string
		want []string
	}{
		{strings.ToUpper, []string{"=C:=C:\\dir", "HOME=here", "PATH=new"}},
		{asSpelled, append(slices.Clone(inherited), "PATH=new")},
	} {
		if got := c.environ(inherited, system.key); !slices.Equal(got, system.want) {
			t.Errorf("got %q, expected %q", got, system.want)
		}
	}
}
