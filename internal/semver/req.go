package semver

import (
	"strconv"
	"strings"
)

// Op is the operator of a comparator.
type Op uint8

const (
	Caret     Op = iota // ^1.2.3, and a bare 1.2.3
	Exact               // =1.2.3
	Greater             // >1.2.3
	GreaterEq           // >=1.2.3
	Less                // <1.2.3
	LessEq              // <=1.2.3
	Tilde               // ~1.2.3
	Wildcard            // 1.2.*
)

func (op Op) String() string {
	return [...]string{"^", "=", ">", ">=", "<", "<=", "~", ""}[op]
}

// Comparator is one condition on a version; parts that are not given are not
// looked at, and a part is given only if those before it are.
type Comparator struct {
	Op                  Op
	Parts               uint8 // how many of major, minor, patch are given: 1 to 3
	Major, Minor, Patch uint64
	Pre                 string
}

// Req is a requirement: all its comparators hold. The zero value is `*`, which
// every version satisfies that is no pre-release.
type Req struct {
	comparators string // the canonical text, which makes Req comparable
	first       Comparator
	more        *[]Comparator
}

// maxComparators is the limit of the Rust crate.
const maxComparators = 32

// ParseReq reads a requirement as it stands in Cargo.toml.
func ParseReq(text string) (Req, error) {
	s := scanner{text: text, rest: text}
	s.spaces()
	if s.rest == "" {
		return Req{}, s.errorf("it is empty, expected a version requirement such as \"1.2\" or \"*\"")
	}
	if s.wildcard() {
		s.spaces()
		if s.rest != "" {
			return Req{}, s.errorf("a wildcard stands alone or after a number")
		}
		return Req{}, nil
	}
	var all []Comparator
	for {
		c, err := s.comparator()
		if err != nil {
			return Req{}, err
		}
		if all = append(all, c); len(all) > maxComparators {
			return Req{}, s.errorf("more than %d comparators", maxComparators)
		}
		s.spaces()
		if s.rest == "" {
			return NewReq(all...), nil
		}
		if !s.eat(",") {
			return Req{}, s.errorf("unexpected %s, expected a comma or the end", quoteFirst(s.rest))
		}
		s.spaces()
	}
}

// NewReq is the requirement that all of the comparators hold.
func NewReq(comparators ...Comparator) Req {
	if len(comparators) == 0 {
		return Req{}
	}
	texts := make([]string, len(comparators))
	for i, c := range comparators {
		texts[i] = c.String()
	}
	r := Req{comparators: strings.Join(texts, ", "), first: comparators[0]}
	if len(comparators) > 1 {
		rest := append([]Comparator(nil), comparators[1:]...)
		r.more = &rest
	}
	return r
}

// ExactReq is `=v`.
func ExactReq(v Version) Req {
	return NewReq(Comparator{Op: Exact, Parts: 3, Major: v.Major, Minor: v.Minor, Patch: v.Patch, Pre: v.Pre})
}

func (s *scanner) wildcard() bool { return s.eat("*") || s.eat("x") || s.eat("X") }

func (s *scanner) comparator() (c Comparator, err error) {
	bare := true
	for _, op := range [...]Op{GreaterEq, LessEq, Exact, Greater, Less, Tilde, Caret} {
		if s.eat(op.String()) {
			c.Op, bare = op, false
			break
		}
	}
	s.spaces()
	if c.Major, err = s.number("major"); err != nil {
		return c, err
	}
	c.Parts = 1
	wild := false
	for _, part := range [...]struct {
		name string
		into *uint64
	}{{"minor", &c.Minor}, {"patch", &c.Patch}} {
		if !s.eat(".") {
			break
		}
		if s.wildcard() {
			if wild = true; bare {
				c.Op = Wildcard
			}
			continue
		}
		if wild {
			return c, s.errorf("a number after a wildcard")
		}
		if *part.into, err = s.number(part.name); err != nil {
			return c, err
		}
		c.Parts++
	}
	if c.Parts == 3 {
		c.Pre, _, err = s.tail() // build metadata is allowed here, and means nothing
	}
	return c, err
}

// Comparators are the conditions, none for `*`. The slice is a copy.
func (r Req) Comparators() []Comparator {
	if r.comparators == "" {
		return nil
	}
	all := []Comparator{r.first}
	if r.more != nil {
		all = append(all, *r.more...)
	}
	return all
}

// Equal tells whether r and o are written the same in canonical form.
func (r Req) Equal(o Req) bool { return r.comparators == o.comparators }

// String is the canonical form: `^1.2`, `>=1, <2`, `1.*`, `*`.
func (r Req) String() string {
	if r.comparators == "" {
		return "*"
	}
	return r.comparators
}

func (c Comparator) String() string {
	var b strings.Builder
	b.WriteString(c.Op.String())
	for i, n := range []uint64{c.Major, c.Minor, c.Patch}[:c.Parts] {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strconv.FormatUint(n, 10))
	}
	if c.Op == Wildcard {
		b.WriteString(".*")
	}
	if c.Pre != "" {
		b.WriteString("-" + c.Pre)
	}
	return b.String()
}
