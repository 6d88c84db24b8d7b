package config

import "strings"

// get ignores case, as the system does.
func (e environment) get(name string) (string, bool) {
	if value, ok := e.values[name]; ok {
		return value, true
	}
	for other, value := range e.values {
		if strings.EqualFold(other, name) {
			return value, true
		}
	}
	return "", false
}
