package semver

import "cmp"

// Matches tells whether v satisfies r. A pre-release satisfies only a
// requirement that names a pre-release of the same three numbers.
func (r Req) Matches(v Version) bool {
	if r.comparators == "" {
		return v.Pre == ""
	}
	named := v.Pre == "" || r.first.namesPre(v)
	if !r.first.matches(v) {
		return false
	}
	if r.more != nil {
		for _, c := range *r.more {
			if !c.matches(v) {
				return false
			}
			named = named || c.namesPre(v)
		}
	}
	return named
}

func (c Comparator) namesPre(v Version) bool {
	return c.Parts == 3 && c.Pre != "" && c.Major == v.Major && c.Minor == v.Minor && c.Patch == v.Patch
}

func (c Comparator) matches(v Version) bool {
	switch c.Op {
	case Exact, Wildcard:
		return c.exact(v)
	case Greater:
		return c.beyond(v) > 0
	case GreaterEq:
		return c.exact(v) || c.beyond(v) > 0
	case Less:
		return c.beyond(v) < 0
	case LessEq:
		return c.exact(v) || c.beyond(v) < 0
	case Tilde:
		return c.tilde(v)
	default:
		return c.caret(v)
	}
}

func (c Comparator) exact(v Version) bool {
	return c.Major == v.Major && (c.Parts < 2 || c.Minor == v.Minor) && (c.Parts < 3 || c.Patch == v.Patch) && c.Pre == v.Pre
}

// beyond compares v with all that c stands for: 0 means that v is among it.
func (c Comparator) beyond(v Version) int {
	if d := cmp.Compare(v.Major, c.Major); d != 0 || c.Parts < 2 {
		return d
	}
	if d := cmp.Compare(v.Minor, c.Minor); d != 0 || c.Parts < 3 {
		return d
	}
	return cmp.Or(cmp.Compare(v.Patch, c.Patch), comparePre(v.Pre, c.Pre))
}

func (c Comparator) tilde(v Version) bool {
	switch {
	case v.Major != c.Major, c.Parts > 1 && v.Minor != c.Minor:
		return false
	case c.Parts > 2 && v.Patch != c.Patch:
		return v.Patch > c.Patch
	}
	return comparePre(v.Pre, c.Pre) >= 0
}

func (c Comparator) caret(v Version) bool {
	switch {
	case v.Major != c.Major:
		return false
	case c.Parts < 2:
		return true
	case c.Parts < 3 && c.Major > 0:
		return v.Minor >= c.Minor
	case c.Parts < 3:
		return v.Minor == c.Minor
	case c.Major > 0 && v.Minor != c.Minor:
		return v.Minor > c.Minor
	case c.Major == 0 && v.Minor != c.Minor:
		return false
	case (c.Major > 0 || c.Minor > 0) && v.Patch != c.Patch:
		return v.Patch > c.Patch
	case v.Patch != c.Patch:
		return false
	}
	return comparePre(v.Pre, c.Pre) >= 0
}
