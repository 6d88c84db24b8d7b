package gzip

// fixedCodes are those of RFC 1951 section 3.2.6.
func (f *inflater) fixedCodes() {
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	build(f.literals[:], literalRoot, lengths[:], literalMeaning)
	for i := range 32 {
		lengths[i] = 5
	}
	build(f.distances[:], distanceRoot, lengths[:32], distanceMeaning)
}

// readCodes reads the two codes of a block, which are given by the lengths of their symbols' codes, which are written in
// a third one: RFC 1951 section 3.2.7.
func (f *inflater) readCodes(in *input) error {
	head, err := in.take(14)
	if err != nil {
		return err
	}
	literals, distances := int(head&31)+257, int(head>>5&31)+1
	if literals > 286 || distances > 30 {
		return corrupt("codes of %d lengths and %d distances", literals, distances)
	}
	var lengths [286 + 30]uint8
	if err := f.readLengths(in, int(head>>10)+4, lengths[:literals+distances]); err != nil {
		return err
	}
	switch {
	case lengths[256] == 0:
		return corrupt("a block without an end")
	case !build(f.literals[:], literalRoot, lengths[:literals], literalMeaning),
		!build(f.distances[:], distanceRoot, lengths[literals:literals+distances], distanceMeaning):
		return corrupt("a code that is none")
	}
	return nil
}

// readLengths uses the memory of the distances' table, which is made later.
func (f *inflater) readLengths(in *input, n int, lengths []uint8) error {
	const root = 7 // no code of them is longer
	order := [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	var own [19]uint8
	for _, symbol := range order[:n] {
		v, err := in.take(3)
		if err != nil {
			return err
		}
		own[symbol] = uint8(v)
	}
	table := f.distances[:]
	if !build(table, root, own[:], lengthMeaning) {
		return corrupt("a code of lengths that is none")
	}
	for i := 0; i < len(lengths); {
		e, err := in.code(table, root)
		if err != nil {
			return err
		}
		if e&isSpecial != 0 {
			return corrupt("a length that stands for nothing")
		}
		if symbol := e >> 16; symbol < 16 {
			lengths[i] = uint8(symbol)
			i++
			continue
		}
		if i, err = repeat(in, e>>16, lengths, i); err != nil {
			return err
		}
	}
	return nil
}

// repeat is the last length, or 0, several times over.
func repeat(in *input, symbol uint32, lengths []uint8, i int) (int, error) {
	least, extra, v := 3, uint(2), uint8(0)
	switch symbol {
	case 16:
		if i == 0 {
			return 0, corrupt("the repetition of a length that is not there")
		}
		v = lengths[i-1]
	case 17:
		extra = 3
	default:
		least, extra = 11, 7
	}
	more, err := in.take(extra)
	if err != nil {
		return 0, err
	}
	n := least + int(more)
	if n > len(lengths)-i {
		return 0, corrupt("more lengths than symbols")
	}
	for range n {
		lengths[i] = v
		i++
	}
	return i, nil
}
