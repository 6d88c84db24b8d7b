// Package nearest finds, for a word that is none of the known ones, the known one that was probably meant.
//
// It counts letters and knows nothing of meaning: at most Far of them may differ, and of several words that are as
// near the first is taken.
package nearest

// Far is how many letters may differ: more would suggest rls for nearly anything short.
const Far = 3

// Of is the known word that is nearest to word, "" if none is near.
func Of(word string, known ...string) string {
	best, distance := "", Far+1
	for _, k := range known {
		if d := Distance(word, k); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// Distance counts the letters to insert, remove, replace or swap with a neighbour that make b of a: the distance of
// Damerau and Levenshtein in its full form, in which letters may be inserted between two that are swapped.
func Distance(a, b string) int {
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
