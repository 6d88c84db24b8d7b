//go:build unix

package config

func (e environment) get(name string) (string, bool) {
	value, ok := e.values[name]
	return value, ok
}
