package lint

import "unicode"

// words are the parts of a name: what stands between other characters than letters and digits, and within that each part
// that begins with a capital. Of capitals in a row the last begins a word if a small letter follows.
func words(name string) []string {
	var all []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			all = append(all, string(word))
		}
		word = nil
	}
	runes := []rune(name)
	small, capital := false, false // what the last letter of the word was
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			end()
			small, capital = false, false
			continue
		}
		before := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if unicode.IsUpper(r) && (small || capital && before) {
			end()
		}
		word = append(word, r)
		switch {
		case unicode.IsLower(r):
			small, capital = true, false
		case unicode.IsUpper(r):
			small, capital = false, true
		}
	}
	end()
	return all
}
