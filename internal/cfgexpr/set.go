package cfgexpr

import (
	"fmt"
	"strings"
)

// Set is the values that hold for one target. The zero value and nil are empty.
type Set struct {
	list []Cfg
	has  map[Cfg]struct{} // with keys that are not raw
}

// NewSet is the set of these values.
func NewSet(values ...Cfg) *Set {
	s := &Set{list: values, has: make(map[Cfg]struct{}, len(values))}
	for _, c := range values {
		s.has[plain(c)] = struct{}{}
	}
	return s
}

// Has tells whether the value is in the set; r#name and name are the same.
func (s *Set) Has(c Cfg) bool {
	if s == nil {
		return false
	}
	_, ok := s.has[plain(c)]
	return ok
}

// List is the values in the order in which they came. Nobody may change it.
func (s *Set) List() []Cfg {
	if s == nil {
		return nil
	}
	return s.list
}

func plain(c Cfg) Cfg {
	c.Key.Raw = false
	return c
}

// ParseSet reads what "rustc --print cfg" printed: a value a line.
func ParseSet(output string) (*Set, error) {
	var values []Cfg
	line := 0
	for text := range strings.Lines(output) {
		line++
		c, err := ParseCfg(strings.TrimRight(text, "\r\n"))
		if err != nil {
			return nil, fmt.Errorf("line %d of the compiler's cfg values: %w", line, err)
		}
		values = append(values, c)
	}
	return NewSet(values...), nil
}
