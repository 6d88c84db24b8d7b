//go:build !linux

package toolchain

// stockProcess finds nobody here: what a stock rustup does on the disk has to be enough.
func (h *Home) stockProcess() int { return 0 }
