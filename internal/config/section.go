package config

import (
	"fmt"
	"slices"

	"berth/internal/nearest"
)

// section reads a table whose keys are all known. The first thing that is wrong stays in
// err, and everything after it is unset.
type section struct {
	c   *Config
	key Key
	err error
}

// section warns of keys that nobody reads: they are slips of the pen, or from a newer Cargo.
func (c *Config) section(k Key, known ...string) *section {
	s := &section{c: c, key: k}
	n, err := c.Lookup(k)
	if err == nil && n != nil && n.kind != Table {
		err = n.wrongKind(k.String(), "a table")
	}
	if s.err = err; err != nil {
		return s
	}
	for _, name := range n.Keys() {
		if slices.Contains(known, name) {
			continue
		}
		message := fmt.Sprintf("unused config key `%s` in `%s`", k.childAsWritten(name), n.Get(name).origin)
		if meant := nearest.Of(name, known...); meant != "" {
			message += fmt.Sprintf("; is `%s` meant?", meant)
		}
		c.warn(message)
	}
	return s
}

// exists tells whether anybody wrote the section, or something in it.
func (s *section) exists() bool {
	if s.err != nil {
		return false
	}
	ok, err := s.c.has(s.key, true)
	s.err = err
	return ok
}

// get reads one key.
func get[T any](s *section, name string, read func(Key) (Value[T], error)) Value[T] {
	if s.err != nil {
		return Value[T]{}
	}
	v, err := read(s.key.Child(name))
	if err != nil {
		s.err = err
		return Value[T]{}
	}
	return v
}

func (s *section) text(name string) Value[string]      { return get(s, name, s.c.stringAt) }
func (s *section) boolean(name string) Value[bool]     { return get(s, name, s.c.boolAt) }
func (s *section) integer(name string) Value[int64]    { return get(s, name, s.c.integerAt) }
func (s *section) words(name string) Value[[]string]   { return get(s, name, s.c.wordsAt) }
func (s *section) program(name string) Value[[]string] { return get(s, name, s.c.programAt) }
func (s *section) texts(name string) Value[[]Value[string]] {
	return get(s, name, s.c.stringsAt)
}

// secret is a string that no message shows.
func (s *section) secret(name string) Value[Secret] {
	v := s.text(name)
	return Value[Secret]{Secret{v.Val}, v.Origin, v.Set}
}

// choice is one of a few words.
func (s *section) choice(name string, allowed ...string) Value[string] {
	v := s.text(name)
	if v.Set && !slices.Contains(allowed, v.Val) {
		s.refuse(name, v.Origin, "expected one of %q, found %q", allowed, shorten(v.Val))
		return Value[string]{}
	}
	return v
}

// refuse says of a value that it cannot be.
func (s *section) refuse(name string, o Origin, format string, args ...any) {
	if s.err != nil {
		return
	}
	k := s.key.Child(name)
	if n, err := s.c.Lookup(k); err == nil && n != nil && n.origin == o {
		s.err = n.errorf("`%s`: %s", k, fmt.Sprintf(format, args...))
		return
	}
	s.err = wrong(k, o, format, args...)
}

// number is an integer that fits.
func number[T uint32 | uint64 | int32](s *section, name string) Value[T] {
	v := s.integer(name)
	if v.Set && (int64(T(v.Val)) != v.Val || v.Val < 0 && T(v.Val) > 0) {
		s.refuse(name, v.Origin, "the number %d is out of range", v.Val)
		return Value[T]{}
	}
	return Value[T]{T(v.Val), v.Origin, v.Set}
}

// programAt is a program with its arguments: a list, or words.
func (c *Config) programAt(k Key) (Value[[]string], error) {
	v, err := c.wordsAt(k)
	if err == nil && v.Set && len(v.Val) == 0 {
		return Value[[]string]{}, wrong(k, v.Origin, "expected a program and its arguments, found nothing")
	}
	return v, err
}
