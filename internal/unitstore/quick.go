package unitstore

import (
	"hash"

	"github.com/cespare/xxhash/v2"
)

// readSize is what is read at a time: few calls, and what was read is still in the cache when its digest is taken.
const readSize = 128 << 10

// quick is two xxhash64 of different seeds: 128 bits.
type quick [2]*xxhash.Digest

const quickSize = 16

// quickSeed is any number but the other seed, 0.
const quickSeed = 0x6265727468

func newQuick() hash.Hash { return quick{xxhash.New(), xxhash.NewWithSeed(quickSeed)} }

func (q quick) Write(p []byte) (int, error) {
	q[0].Write(p)
	return q[1].Write(p)
}

func (q quick) Sum(b []byte) []byte { return q[1].Sum(q[0].Sum(b)) }

func (q quick) Reset() {
	q[0].Reset()
	q[1].ResetWithSeed(quickSeed)
}

func (q quick) Size() int      { return quickSize }
func (q quick) BlockSize() int { return q[0].BlockSize() }
