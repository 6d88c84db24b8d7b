//go:build !darwin && !windows

package cargohome

func excludeFromBackups(dir string) { writeTag(dir) }
