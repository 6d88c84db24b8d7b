package dist

import "berth/internal/nearest"

// suggest is the name of the component that the user may have meant by c, among list; "" if none is near. It compares
// the names as lists show them and as manifests have them, and where only the target differs it suggests the target.
func suggest(m *Manifest, c Component, list []Component) string {
	wanted := m.DisplayName(c)
	short, shortAt := nearestOf(wanted, list, m.DisplayName)
	long, longAt := nearestOf(wanted, list, Component.Name)
	switch {
	case len(list) == 0 || min(short, long) > nearest.Far:
		return ""
	case short <= long && m.ShortName(list[shortAt]) == m.ShortName(c):
		return list[shortAt].Target
	case short <= long:
		return m.ShortName(list[shortAt])
	case list[longAt].Pkg == c.Pkg:
		return list[longAt].Target
	}
	return list[longAt].Pkg
}

// nearestOf is the first of the components whose name is nearest to wanted.
func nearestOf(wanted string, list []Component, name func(Component) string) (distance, at int) {
	distance = -1
	for i, c := range list {
		if d := nearest.Distance(wanted, name(c)); distance < 0 || d < distance {
			distance, at = d, i
		}
	}
	return distance, at
}
