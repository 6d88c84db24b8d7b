package zstd

import "math/bits"

// fseTable decodes symbols whose codes have fractions of bits (finite state entropy): each state stands for a symbol, and
// names how many bits lead to the next one.
type fseTable struct {
	log    int
	states []fseState
}

type fseState struct {
	symbol, bits uint8
	base         uint16
}

// readFSE reads the probabilities of at most symbols symbols and returns what lies behind them.
func readFSE(data []byte, symbols, maxLog int) (*fseTable, []byte, error) {
	f := forward{data: data}
	log := f.read(4) + 5
	if log > maxLog {
		return nil, nil, corrupt("a table has an accuracy of %d bits, at most %d are allowed", log, maxLog)
	}
	var norm []int
	remaining := 1 << log
	for remaining > 0 && len(norm) < symbols {
		p := f.probability(remaining)
		remaining -= max(p, -p)
		norm = append(norm, p)
		for repeat := 3; p == 0 && repeat == 3; {
			repeat = f.read(2)
			norm = append(norm, make([]int, repeat)...)
			if len(norm) > symbols {
				return nil, nil, corrupt("a table has more than %d symbols", symbols)
			}
		}
	}
	rest, ok := f.rest()
	if remaining != 0 || !ok {
		return nil, nil, corrupt("the probabilities of a table do not add up")
	}
	return newFSE(norm, log), rest, nil
}

// probability reads a number from -1, which stands for less than 1, to remaining. The smaller ones take a bit less.
func (f *forward) probability(remaining int) int {
	n := bits.Len(uint(remaining + 1))
	low := 1<<(n-1) - 1
	short := 1<<n - 1 - (remaining + 1) // so many values take the shorter form
	v := f.peek(n)
	if v&low < short {
		f.at += n - 1
		return v&low - 1
	}
	f.at += n
	if v > low {
		v -= short
	}
	return v - 1
}

// newFSE spreads the symbols over the states. The probabilities add up to 1<<log.
func newFSE(norm []int, log int) *fseTable {
	size := 1 << log
	t := &fseTable{log, make([]fseState, size)}
	next := make([]int, len(norm))
	high := size
	for s, p := range norm {
		next[s] = p
		if p == -1 {
			high--
			t.states[high].symbol = uint8(s)
			next[s] = 1
		}
	}
	step, at := size>>1+size>>3+3, 0
	for s, p := range norm {
		for range max(p, 0) {
			t.states[at].symbol = uint8(s)
			for at = (at + step) & (size - 1); at >= high; {
				at = (at + step) & (size - 1)
			}
		}
	}
	for i := range t.states {
		e := &t.states[i]
		n := next[e.symbol]
		next[e.symbol]++
		e.bits = uint8(log + 1 - bits.Len(uint(n)))
		e.base = uint16(n<<e.bits - size)
	}
	return t
}

// always is the table that has one symbol only.
func always(symbol byte) *fseTable { return &fseTable{0, []fseState{{symbol: symbol}}} }

func (t *fseTable) start(b *backward) fseState { return t.states[b.read(t.log)] }

func (t *fseTable) follow(s fseState, b *backward) fseState {
	return t.states[int(s.base)+int(b.read(int(s.bits)))]
}
