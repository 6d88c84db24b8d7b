package xz

// The probabilities of an LZMA decoder. Every array's size is a power of two, or is such that the compiler can prove an
// index in range, so that the inner loop has no bounds checks.

const (

	states    = 16 // 12 are used
	posStates = 16 // pb is at most 4

	minMatch = 2
)

// lengths models the length of a match in three ranges: 2-9, 10-17 and 18-273.
type lengths struct {
	choice  uint16
	choice2 uint16
	low     [posStates][8]uint16
	mid     [posStates][8]uint16
	high    [256]uint16
}

// model is what an LZMA state reset puts back to its beginning, the distances of the last four matches aside.
type model struct {
	isMatch    [states * posStates]uint16
	isRep0Long [states * posStates]uint16
	isRep      [states]uint16
	isRepG0    [states]uint16
	isRepG1    [states]uint16
	isRepG2    [states]uint16
	slot       [4][64]uint16
	special    [128]uint16 // trees for the low bits of distances of slot 4-13, one behind the other
	align      [16]uint16
	match, rep lengths
	literal    [16][0x300]uint16 // lc+lp is at most 4 in LZMA2
}

func (m *model) reset() {
	fill(m.isMatch[:])
	fill(m.isRep0Long[:])
	fill(m.isRep[:])
	fill(m.isRepG0[:])
	fill(m.isRepG1[:])
	fill(m.isRepG2[:])
	for i := range m.slot {
		fill(m.slot[i][:])
	}
	fill(m.special[:])
	fill(m.align[:])
	m.match.reset()
	m.rep.reset()
	for i := range m.literal {
		fill(m.literal[i][:])
	}
}

func (l *lengths) reset() {
	l.choice, l.choice2 = probInit, probInit
	for i := range posStates {
		fill(l.low[i][:])
		fill(l.mid[i][:])
	}
	fill(l.high[:])
}

func fill(probs []uint16) {
	for i := range probs {
		probs[i] = probInit
	}
}
