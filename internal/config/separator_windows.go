package config

import "strings"

func hasSeparator(path string) bool { return strings.ContainsAny(path, `/\`) }
