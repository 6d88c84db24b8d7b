//go:build !linux

package lockfs

// HasMounts: directories are hardly ever mounted into others here.
func (Filesystem) HasMounts() bool { return false }
