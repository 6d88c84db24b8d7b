//go:build unix

package config

import "strings"

func hasSeparator(path string) bool { return strings.Contains(path, "/") }
