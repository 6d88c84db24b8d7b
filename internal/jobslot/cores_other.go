//go:build !linux

package jobslot

import "runtime"

// Cores is how many compilers this process may run at once.
func Cores() int { return runtime.NumCPU() }
