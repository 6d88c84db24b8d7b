package config

import (
	"fmt"
	"slices"
	"strings"
)

// Target is [target.TRIPLE] or [target.'cfg(…)'].
type Target struct {
	Key          string // the triple or cfg(…)
	Linker       Value[string]
	Runner       Value[[]string]
	Rustflags    Value[[]string]
	Rustdocflags Value[[]string]  // not with cfg(…)
	Links        map[string]*Node // what build scripts of such a `links` would have said; not with cfg(…)
}

// Target reads [target.TRIPLE].
func (c *Config) Target(triple string) (Target, error) {
	k, err := c.targetKey(triple)
	if err != nil {
		return Target{}, err
	}
	s := &section{c: c, key: k}
	t := Target{
		Key:          triple,
		Linker:       s.text("linker"),
		Runner:       s.program("runner"),
		Rustflags:    s.words("rustflags"),
		Rustdocflags: s.words("rustdocflags"),
		Links:        map[string]*Node{},
	}
	n, err := c.Lookup(k)
	if s.err != nil || err != nil {
		return Target{}, firstOf(s.err, err)
	}
	for _, key := range n.Keys() {
		switch key {
		case "ar", "linker", "runner", "rustflags", "rustdocflags":
			continue
		}
		links := n.Get(key)
		if links.kind != Table {
			return Target{}, links.wrongKind(k.childAsWritten(key).String(), "a table of what a build script would say")
		}
		t.Links[key] = links
	}
	return t, nil
}

// targetKey is the key of a triple. Dots in it separate, as they do for Cargo, which from 1.100 on would have it quoted.
func (c *Config) targetKey(triple string) (Key, error) {
	apart := ParseKey("target." + triple)
	if !strings.Contains(triple, ".") || !c.Release().QuotedTriples() {
		return apart, nil
	}
	quoted := ParseKey("target").child(triple, strings.ReplaceAll(triple, ".", "_"))
	if n, err := c.Lookup(quoted); err != nil || n != nil {
		return quoted, err
	}
	n, err := c.Lookup(apart)
	if n != nil {
		c.warn(fmt.Sprintf("reading config from `[target.%s]`\n  = note: later releases will not read it\n  = help: put the name in quotes: `[target.\"%[1]s\"]`", triple))
	}
	return apart, err
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TargetCfgs reads all [target.'cfg(…)'], sorted by their text. Variables do not reach
// them.
func (c *Config) TargetCfgs() ([]Target, error) {
	k := ParseKey("target")
	table, err := c.Lookup(k)
	if err != nil {
		return nil, err
	}
	if table != nil && table.kind != Table {
		return nil, table.wrongKind("target", "a table")
	}
	var list []Target
	for _, name := range table.Keys() {
		if !strings.HasPrefix(name, "cfg(") {
			continue
		}
		s := &section{c: c, key: k.childAsWritten(name)}
		t := Target{Key: name, Linker: s.text("linker"), Runner: s.program("runner"), Rustflags: s.words("rustflags")}
		known := []string{"linker", "runner", "rustflags"}
		if c.Release().RustdocflagsByCfg() {
			t.Rustdocflags = s.words("rustdocflags")
			known = append(known, "rustdocflags")
		}
		list = append(list, t)
		if s.err != nil {
			return nil, s.err
		}
		for _, key := range table.Get(name).Keys() {
			if !slices.Contains(known, key) {
				c.warn(fmt.Sprintf("unused key `%s` in [target] config table `%s`", key, name))
			}
		}
	}
	return list, nil
}
