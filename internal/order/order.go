// Package order compares what package cmp does not: truth values.
//
// What holds: it is a total order, so that it may be used for sorting. Nothing else is in here.
package order

// Bools has false before true.
func Bools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
