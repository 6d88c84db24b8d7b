package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// environment is the variables at the start.
type environment struct {
	values map[string]string
	// normal leads from the name that a variable should have had to the one that it has:
	// "CARGO_build_jobs" is none of ours, and is warned of.
	normal map[string]string
}

func newEnvironment(list []string) environment {
	e := environment{make(map[string]string, len(list)), map[string]string{}}
	for _, entry := range list {
		// A name may begin with = on Windows.
		at := strings.IndexByte(entry[min(1, len(entry)):], '=')
		if at < 0 {
			continue
		}
		name, value := entry[:at+1], entry[at+2:]
		e.values[name] = value
		if n := normalName(name); n != name && strings.HasPrefix(n, "CARGO_") {
			e.normal[n] = name
		}
	}
	return e
}

func normalName(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// text is the value of a variable that can stand for a key: UTF-8, as a file is.
func (e environment) text(name string) (string, bool) {
	value, ok := e.values[name]
	return value, ok && utf8.ValidString(value)
}

// Getenv is a variable as the process got it, also if it is no UTF-8.
func (c *Config) Getenv(name string) (string, bool) { return c.env.get(name) }

// Variables are those that begin with prefix and are UTF-8, sorted by name.
func (c *Config) Variables(prefix string) []Variable {
	var list []Variable
	for name, value := range c.env.values {
		if strings.HasPrefix(name, prefix) && utf8.ValidString(name) && utf8.ValidString(value) {
			list = append(list, Variable{Name: name, Value: value})
		}
	}
	slices.SortFunc(list, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Variable is a variable of the environment.
type Variable struct {
	Name, Value string
	Relative    bool // it was written as a path relative to the configuration
	Overruled   bool // the environment has the variable and it is not forced: programs get the value of the environment
}

// hasBelow tells whether a variable stands for something below the key.
func (c *Config) hasBelow(k Key) bool {
	prefix := k.env + "_"
	for name := range c.env.values {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// fromEnv is the variable that stands for the key.
func (c *Config) fromEnv(k Key) (value string, o Origin, ok bool) {
	if value, ok = c.env.text(k.env); ok {
		return value, Origin{Environment, k.env}, true
	}
	if other, is := c.env.normal[k.env]; is {
		c.warn(fmt.Sprintf("the variable `%s` has no effect: for `%s` it has to be written `%s`", other, k, k.env))
	}
	return "", Origin{}, false
}
