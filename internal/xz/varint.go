package xz

// maxVarint is how many bytes an integer of 63 bits takes.
const maxVarint = 9

// varint decodes the integer at the head of b and says how many bytes it took: 0 if b ends first, it has more than 63 bits,
// or a shorter encoding exists.
func varint(b []byte) (uint64, int) {
	var v uint64
	for i := range min(len(b), maxVarint) {
		v |= uint64(b[i]&0x7F) << (7 * i)
		if b[i] < 0x80 {
			if b[i] == 0 && i > 0 {
				return 0, 0
			}
			return v, i + 1
		}
	}
	return 0, 0
}
