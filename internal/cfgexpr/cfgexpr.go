// Package cfgexpr reads, prints, orders and evaluates what stands behind "target."
// in a manifest and in a configuration: a target triple, or cfg(…) over the values
// that "rustc --print cfg" names.
//
// Guarantee: what parses is printed in Cargo's normal form, which parses to an equal
// value and is printed the same again; metadata and lock files compare these texts.
// Values are never changed after parsing, so any number of goroutines may use one.
// The edge: a text says nothing of which names a compiler knows. A name that nobody
// sets is simply never true, as in Cargo.
package cfgexpr

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/order"
)

// Ident is a name. Raw tells that it was written r#name; that is kept for printing
// and plays no part in evaluation.
type Ident struct {
	Name string
	Raw  bool
}

func (i Ident) String() string {
	if i.Raw {
		return "r#" + i.Name
	}
	return i.Name
}

// Cfg is one value: a bare name (unix), or a name with a text (target_os = "linux").
type Cfg struct {
	Key      Ident
	HasValue bool
	Value    string // as written: there are no escapes in it
}

func (c Cfg) String() string {
	if !c.HasValue {
		return c.Key.String()
	}
	return c.Key.String() + ` = "` + c.Value + `"`
}

// Op is what an expression does with its parts.
type Op uint8

// In Cargo's order, which Compare follows.
const (
	Not Op = iota
	All
	Any
	Value
	True
	False
)

// Expr is an expression: one part below Not, any number below All and Any, and Cfg
// with Value.
type Expr struct {
	Op   Op
	Args []Expr
	Cfg  Cfg
}

func (e Expr) String() string {
	var b strings.Builder
	e.print(&b)
	return b.String()
}

func (e *Expr) print(b *strings.Builder) {
	switch e.Op {
	case Not:
		b.WriteString("not(")
	case All:
		b.WriteString("all(")
	case Any:
		b.WriteString("any(")
	case True:
		b.WriteString("true")
		return
	case False:
		b.WriteString("false")
		return
	default:
		b.WriteString(e.Cfg.String())
		return
	}
	for i := range e.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		e.Args[i].print(b)
	}
	b.WriteByte(')')
}

// Eval tells whether the expression holds where the values of set are set.
func (e *Expr) Eval(set *Set) bool {
	switch e.Op {
	case Not:
		return !e.Args[0].Eval(set)
	case All:
		for i := range e.Args {
			if !e.Args[i].Eval(set) {
				return false
			}
		}
		return true
	case Any:
		for i := range e.Args {
			if e.Args[i].Eval(set) {
				return true
			}
		}
		return false
	case Value:
		return set.Has(e.Cfg)
	}
	return e.Op == True
}

// each calls visit for every value in the expression, in the order of writing.
func (e *Expr) each(visit func(Cfg)) {
	if e.Op == Value {
		visit(e.Cfg)
	}
	for i := range e.Args {
		e.Args[i].each(visit)
	}
}

func (e *Expr) compare(other *Expr) int {
	if c := cmp.Compare(e.Op, other.Op); c != 0 {
		return c
	}
	if e.Op == Value {
		return e.Cfg.compare(other.Cfg)
	}
	return slices.CompareFunc(e.Args, other.Args, func(a, b Expr) int { return a.compare(&b) })
}

func (c Cfg) compare(other Cfg) int {
	return cmp.Or(order.Bools(c.HasValue, other.HasValue), strings.Compare(c.Key.Name, other.Key.Name),
		order.Bools(c.Key.Raw, other.Key.Raw), strings.Compare(c.Value, other.Value))
}
