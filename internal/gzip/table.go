package gzip

// An entry of a table says what a code stands for:
//
//	bits 0–4    how many bits of input are the code, below the root of a longer one the rest of it
//	bits 8–11   how many bits follow that are added to the value
//	bits 12–15  what it is
//	bits 16–31  the byte, the least length or distance, or where the second table begins
type entry = uint32

const (
	isLiteral entry = 1 << 15
	isSpecial entry = 1 << 14 // none of the above: no code, unless one of these is set as well
	isEnd     entry = 1 << 13
	isLonger  entry = 1 << 12

	literalRoot  = 10
	distanceRoot = 8
	// A second table for each beginning of a longer code: at most 143 and 15 of them, as each holds two symbols.
	literalSize  = 8192 // at least 1<<10 + 143<<5
	distanceSize = 4096 // at least 1<<8 + 15<<7
)

const longest = 15 // bits of a code

// build makes the table of a code that is given by its lengths, and tells whether they make one. A code with gaps is
// none, but for that of a single symbol (RFC 1951 section 3.2.7) and the empty one, whose every use is an error.
func build(table []entry, root uint, lengths []uint8, meaning func(symbol int) entry) bool {
	var counts, offsets [longest + 2]int
	for _, n := range lengths {
		counts[n]++
	}
	used := len(lengths) - counts[0]
	counts[0] = 0
	left, most := 1, uint(0)
	for n := 1; n <= longest; n++ {
		left = left<<1 - counts[n]
		offsets[n+1] = offsets[n] + counts[n]
		if left < 0 {
			return false
		}
		if counts[n] > 0 {
			most = uint(n)
		}
	}
	if left > 0 {
		if used > 1 || most > 1 {
			return false
		}
		fill(table[:1<<root], isSpecial|1)
	}
	var sorted [288]uint16
	for symbol, n := range lengths {
		if n > 0 {
			sorted[offsets[n]] = uint16(symbol)
			offsets[n]++
		}
	}
	place(table, root, most, sorted[:used], lengths, meaning)
	return true
}

// place gives each symbol its code, the next in order, written with its first bit lowest.
func place(table []entry, root, most uint, sorted []uint16, lengths []uint8, meaning func(int) entry) {
	code, next, prefix := uint(0), uint(1)<<root, ^uint(0)
	var rest uint // bits of the second tables
	if most > root {
		rest = most - root
	}
	second := uint(0)
	for _, symbol := range sorted {
		n := uint(lengths[symbol])
		e := meaning(int(symbol))
		if n <= root {
			for i := code; i < 1<<root; i += 1 << n {
				table[i] = e | entry(n)
			}
		} else {
			if code&(1<<root-1) != prefix {
				prefix = code & (1<<root - 1)
				second, next = next, next+1<<rest
				table[prefix] = isSpecial | isLonger | entry(second)<<16 | entry(rest)<<8 | entry(root)
			}
			for i := code >> root; i < 1<<rest; i += 1 << (n - root) {
				table[second+i] = e | entry(n-root)
			}
		}
		code = increment(code, n)
	}
}

// increment counts one up in a number of n bits whose highest bit is lowest.
func increment(code, n uint) uint {
	bit := uint(1) << (n - 1)
	for code&bit != 0 {
		code &^= bit
		bit >>= 1
	}
	return code | bit
}

func fill(table []entry, e entry) {
	for i := range table {
		table[i] = e
	}
}

// literalMeaning is that of the code of bytes and lengths, RFC 1951 section 3.2.5.
func literalMeaning(symbol int) entry {
	switch {
	case symbol < 256:
		return isLiteral | entry(symbol)<<16
	case symbol == 256:
		return isSpecial | isEnd
	case symbol < 265:
		return entry(symbol-257+3) << 16
	case symbol < 285:
		extra := (symbol - 261) / 4
		return entry(3+(4+(symbol-261)%4)<<extra)<<16 | entry(extra)<<8
	case symbol == 285:
		return 258 << 16
	}
	return isSpecial
}

func distanceMeaning(symbol int) entry {
	switch {
	case symbol < 4:
		return entry(symbol+1) << 16
	case symbol < 30:
		extra := (symbol - 2) / 2
		return entry(1+(2+symbol%2)<<extra)<<16 | entry(extra)<<8
	}
	return isSpecial
}

// lengthMeaning is that of the code in which the lengths of the others are written.
func lengthMeaning(symbol int) entry { return entry(symbol) << 16 }
