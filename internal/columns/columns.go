// Package columns knows how much room characters take on a terminal.
package columns

import "unicode"

// OfRune follows Unicode's East Asian Width: wide and fullwidth characters take two columns, ambiguous ones one, and what
// combines with its neighbour none.
func OfRune(r rune) int {
	switch {
	case r < 0x300:
		if r == 0xad {
			return 0
		}
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r >= 0x1160 && r <= 0x11ff:
		return 0
	case isWide(r):
		return 2
	default:
		return 1
	}
}

func isWide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115f, // Hangul's leading consonants
		r == 0x231a, r == 0x231b, r == 0x2329, r == 0x232a,
		r >= 0x23e9 && r <= 0x23ec, r == 0x23f0, r == 0x23f3,
		r == 0x25fd, r == 0x25fe, r >= 0x2614 && r <= 0x2615, r >= 0x2648 && r <= 0x2653,
		r == 0x26a1, r == 0x26ce, r == 0x26d4, r == 0x2705, r == 0x270a, r == 0x270b, r == 0x2728, r == 0x274c,
		r >= 0x2753 && r <= 0x2755, r == 0x2757, r >= 0x2795 && r <= 0x2797, r == 0x2b50, r == 0x2b55,
		r >= 0x2e80 && r <= 0x303e,                             // radicals, CJK punctuation
		r >= 0x3041 && r <= 0x33ff,                             // kana, bopomofo, compatibility
		r >= 0x3400 && r <= 0x4dbf, r >= 0x4e00 && r <= 0xa4cf, // ideographs, Yi
		r >= 0xa960 && r <= 0xa97c, r >= 0xac00 && r <= 0xd7a3, // Hangul
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe10 && r <= 0xfe19, r >= 0xfe30 && r <= 0xfe6b,
		r >= 0xff01 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, // fullwidth forms
		r >= 0x16fe0 && r <= 0x18cff, r >= 0x1aff0 && r <= 0x1b2fb, // Tangut, Khitan, kana supplements
		r == 0x1f004, r == 0x1f0cf, r == 0x1f18e, r >= 0x1f191 && r <= 0x1f19a, r >= 0x1f200 && r <= 0x1f265,
		r >= 0x1f300 && r <= 0x1f64f, r >= 0x1f680 && r <= 0x1f6ff, r >= 0x1f7e0 && r <= 0x1f7eb,
		r >= 0x1f90c && r <= 0x1f9ff, r >= 0x1fa70 && r <= 0x1faff, // emoji
		r >= 0x20000 && r <= 0x3fffd: // further ideographs
		return true
	}
	return false
}
