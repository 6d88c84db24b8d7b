package xz

// The probabilities of an LZMA decoder. Sizes are powers of two, or what the decoder's masks reach, so that the inner loops
// have no bounds checks: a coder takes each tree as 256 probabilities, and what follows a smaller one fills them up.

const (
	states    = 16 // 12 are used
	posStates = 16 // pb is at most 4

	treeSize = 0x100 // as coder.tree takes them

	minMatch   = 2
	lowLengths = 8   // then as many in the middle, and
	allHigh    = 256 // the rest

	slots       = 64 // of distances: a slot is the two highest bits and how many bits there are
	firstShaped = 4  // below it the slot is the distance
	firstDirect = 14 // from here on the bits above the lowest alignBits have no probabilities
	alignBits   = 4
)

// lengths models the length of a match in three ranges: 2-9, 10-17 and 18-273.
type lengths struct {
	choice  uint16
	choice2 uint16
	low     [posStates*lowLengths + treeSize - lowLengths]uint16
	mid     [posStates*lowLengths + treeSize - lowLengths]uint16
	high    [treeSize]uint16
}

// model is what an LZMA state reset puts back to its beginning, the last distances aside.
type model struct {
	isMatch    [states * posStates]uint16
	isRep0Long [states * posStates]uint16
	isRep      [states]uint16
	isRepG0    [states]uint16
	isRepG1    [states]uint16
	isRepG2    [states]uint16
	match, rep lengths
	slot       [4*slots + treeSize - slots]uint16 // one tree for each of the lengths 2, 3, 4, and for all others
	shaped     [128]uint16                        // trees for the low bits of distances of slots 4 to 13, one behind the other
	align      [1 << alignBits]uint16
	literal    [16][0x400]uint16 // three trees for each context, of which lc+lp <= 4 makes 16; the last 256 are not used
}

// decode decodes a length.
func (l *lengths) decode(c coder, place uint32) (coder, int) {
	at := place & 15 * lowLengths
	c, bit := c.normal().flag(&l.choice)
	if !bit {
		c, leaf := c.tree((*[treeSize]uint16)(l.low[at:]), lowLengths)
		return c, int(leaf) - lowLengths + minMatch
	}
	if c, bit = c.normal().flag(&l.choice2); !bit {
		c, leaf := c.tree((*[treeSize]uint16)(l.mid[at:]), lowLengths)
		return c, int(leaf) + minMatch
	}
	c, leaf := c.tree(&l.high, allHigh)
	return c, int(leaf) - allHigh + minMatch + 2*lowLengths
}

// distance decodes the distance, less one, of a match of that length.
func (m *model) distance(c coder, length int) (coder, uint32) {
	at := min(length-minMatch, 3) & 3 * slots
	c, leaf := c.tree((*[treeSize]uint16)(m.slot[at:]), slots)
	slot := leaf - slots
	if slot < firstShaped {
		return c, slot
	}
	high, bits := 2|slot&1, slot>>1-1
	if slot < firstDirect {
		high <<= bits & 31
		c, low := c.shaped(&m.shaped, high-slot, bits)
		return c, high + low
	}
	c, high = c.direct(high, bits-alignBits)
	c, low := c.align(&m.align)
	return c, high<<alignBits + low
}

func (m *model) reset() {
	for _, probs := range [...][]uint16{
		m.isMatch[:], m.isRep0Long[:], m.isRep[:], m.isRepG0[:], m.isRepG1[:], m.isRepG2[:],
		m.slot[:], m.shaped[:], m.align[:],
	} {
		even(probs)
	}
	m.match.reset()
	m.rep.reset()
	for i := range m.literal {
		even(m.literal[i][:])
	}
}

func (l *lengths) reset() {
	l.choice, l.choice2 = probEven, probEven
	even(l.low[:])
	even(l.mid[:])
	even(l.high[:])
}

// even makes both values of each bit as likely.
func even(probs []uint16) {
	for i := range probs {
		probs[i] = probEven
	}
}
