package names

import (
	"cmp"
	"strings"
)

const (
	rankOfficial = iota
	rankCustom
	rankPath
)

// Compare is the order of every list: official toolchains by channel, date (none
// first) and host, then custom ones by bytes, then paths.
func Compare(a, b Toolchain) int {
	x, isX := a.(Official)
	y, isY := b.(Official)
	if isX && isY {
		return cmp.Or(
			compareChannels(x.Channel, y.Channel),
			strings.Compare(x.Date, y.Date),
			strings.Compare(x.Target, y.Target),
		)
	}
	return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.String(), b.String()))
}
