package dist

// A suggestion must be very near: more letters apart would suggest rls for nearly anything short.
const maxDistance = 3

// suggest is the name of the component that the user may have meant by c, among list; "" if none is near. It compares
// the names as lists show them and as manifests have them, and where only the target differs it suggests the target.
func suggest(m *Manifest, c Component, list []Component) string {
	wanted := m.DisplayName(c)
	short, shortAt := nearest(wanted, list, m.DisplayName)
	long, longAt := nearest(wanted, list, Component.Name)
	switch {
	case len(list) == 0 || min(short, long) > maxDistance:
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

// nearest is the first of the components whose name is nearest to wanted.
func nearest(wanted string, list []Component, name func(Component) string) (distance, at int) {
	distance = -1
	for i, c := range list {
		if d := editDistance(wanted, name(c)); distance < 0 || d < distance {
			distance, at = d, i
		}
	}
	return distance, at
}

// editDistance counts the letters to insert, remove, replace or swap with a neighbour that make b of a: the distance of
// Damerau and Levenshtein in its full form, in which letters may be inserted between two that are swapped.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	limit := len(from) + len(to)
	// d[i+1][j+1] is the distance of the first i letters from the first j; row and column 0 are out of reach.
	d := make([][]int, len(from)+2)
	for i := range d {
		d[i] = make([]int, len(to)+2)
		d[i][0], d[i][1] = limit, max(i-1, 0)
	}
	for j := range to {
		d[0][j+1], d[1][j+2] = limit, j+1
	}
	d[0][len(to)+1] = limit
	lastRow := map[rune]int{} // where each letter stood last in from
	for i := 1; i <= len(from); i++ {
		lastMatch := 0 // where this letter stood last in to
		for j := 1; j <= len(to); j++ {
			k, l := lastRow[to[j-1]], lastMatch
			cost := 1
			if from[i-1] == to[j-1] {
				cost, lastMatch = 0, j
			}
			swap := d[k][l] + (i - k - 1) + 1 + (j - l - 1)
			d[i+1][j+1] = min(d[i][j]+cost, d[i+1][j]+1, d[i][j+1]+1, swap)
		}
		lastRow[from[i-1]] = i
	}
	return d[len(from)+1][len(to)+1]
}
