package cargo_test

import (
	"strings"
	"sync"
	"testing"

	"berth/internal/dialect"
)

// TestUnusedSaidAgain: that a dependency is unused is said by who compiles and by who finds all compiled, in another
// checkout as well, and by each of many at once.
func TestUnusedSaidAgain(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.followed("last", dialect.Last)
	const want = "warning: `p` (manifest) generated 1 warning"
	says := func(where, stderr string) {
		if strings.Count(stderr, "unused dependency `d`") != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%s:\n%s", where, stderr)
		}
	}
	target := realDir(t)
	for _, checkout := range []string{"first", "second"} {
		p.dir = realDir(t)
		p.write("Cargo.toml", onePackage+"[dependencies]\nd = { path = \"d\" }\n")
		p.write("src/lib.rs", "")
		p.write("d/Cargo.toml", strings.Replace(onePackage, `"p"`, `"d"`, 1))
		p.write("d/src/lib.rs", "")
		line := []string{"+last", "check", "--target-dir", target}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { says(checkout+", one of many", p.berth(nil, line...).Stderr) })
		}
		all.Wait()
		says(checkout+", unchanged", settle(p, nil, line...))
		p.write("src/lib.rs", "pub fn f() { d::f() }")
		p.write("d/src/lib.rs", "pub fn f() {}")
		if said := p.berth(nil, line...).Stderr; strings.Contains(said, "unused dependency") {
			t.Errorf("%s: it is used\n%s", checkout, said)
		}
	}
}
