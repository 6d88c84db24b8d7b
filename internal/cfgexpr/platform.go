package cfgexpr

import "strings"

// Platform is a target triple, or an expression. The zero value is the triple "".
type Platform struct {
	Triple string
	Expr   *Expr // nil for a triple
}

func (p Platform) String() string {
	if p.Expr == nil {
		return p.Triple
	}
	return "cfg(" + p.Expr.String() + ")"
}

// Matches tells whether a target of this triple, for which rustc names the values of
// set, is meant.
func (p Platform) Matches(triple string, set *Set) bool {
	if p.Expr == nil {
		return p.Triple == triple
	}
	return p.Expr.Eval(set)
}

// Compare orders as Cargo does: triples before expressions.
func (p Platform) Compare(other Platform) int {
	switch {
	case p.Expr == nil && other.Expr == nil:
		return strings.Compare(p.Triple, other.Triple)
	case p.Expr == nil:
		return -1
	case other.Expr == nil:
		return 1
	}
	return p.Expr.compare(other.Expr)
}

// Pointless are the values that never select a dependency, because they differ from
// unit to unit and not from target to target: Cargo warns of them.
func (p Platform) Pointless() []Cfg {
	return p.collect(func(c Cfg) bool {
		switch c.Key.Name {
		case "test", "debug_assertions", "proc_macro":
			return !c.HasValue
		case "feature":
			return c.HasValue
		}
		return false
	})
}

// Keywords are the values whose name is a keyword of Rust, written without r#: Cargo
// will refuse them one day, and warns now.
func (p Platform) Keywords() []Cfg {
	return p.collect(func(c Cfg) bool { return !c.Key.Raw && (c.Key.Name == "true" || c.Key.Name == "false") })
}

func (p Platform) collect(wanted func(Cfg) bool) []Cfg {
	if p.Expr == nil {
		return nil
	}
	var found []Cfg
	p.Expr.each(func(c Cfg) {
		if wanted(c) {
			found = append(found, c)
		}
	})
	return found
}
