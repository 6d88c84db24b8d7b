//go:build !darwin && !windows

package cachedir

func exclude(string) {}
