// Package profile works out the settings that a unit is compiled with: those that Cargo has built in, what [profile] of
// the root manifest and of the configuration change in them, and what is said for single packages and for what runs
// while building.
//
// What holds: a Set is made whole or not at all. Every profile in it has an end to its inheritance, also those that
// nobody asks for, so that a mistake in the manifest is found by the first command and not by the first release. The
// result depends on the input alone.
//
// Where it ends: whether debug information of what runs while building is worth making depends on who else uses the
// unit, and stripping depends on what is linked: both are left open (Profile.DebugOpen, Profile.StripOpen) for package
// plan, which knows the graph.
package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/nearest"
	"berth/internal/unit"
)

// Options are what a Set is made of.
type Options struct {
	Asked    string // the profile of the command
	Manifest []manifest.Profile
	// Config is what the configuration says of a profile; nil where it says nothing.
	Config func(name string) (*manifest.Profile, error)
	// Incremental is what CARGO_INCREMENTAL or build.incremental says for all of them.
	Incremental *bool
}

// Set is all profiles of a workspace, of which one is asked for.
type Set struct {
	options Options
	stated  map[string]*manifest.Profile // manifest and configuration joined, without what is built in
	merged  map[string]*chain
}

// chain is a profile with all that it inherits.
type chain struct {
	release bool // it begins with release, not with dev
	table   manifest.Profile
}

// New reads the profiles.
func New(o Options) (*Set, error) {
	s := &Set{options: o, merged: map[string]*chain{}}
	if err := s.join(); err != nil {
		return nil, err
	}
	tables := maps.Clone(s.stated)
	for name, parent := range map[string]string{"debug": "dev", "test": "dev", "doc": "dev", "bench": "release"} {
		table := manifest.Profile{Name: name, Settings: manifest.ProfileSettings{Inherits: &parent}}
		if own := tables[name]; own != nil {
			merge(&table, own)
		}
		tables[name] = &table
	}
	for _, root := range []string{"dev", "release"} {
		c := &chain{release: root == "release", table: manifest.Profile{Name: root}}
		if own := tables[root]; own != nil {
			merge(&c.table, own)
			if own.Settings.Inherits != nil {
				return nil, fmt.Errorf("`inherits` must not be specified in root profile `%s`", root)
			}
		}
		s.merged[root] = c
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if err := s.follow(name, tables, nil); err != nil {
			return nil, err
		}
	}
	if s.merged[o.Asked] == nil {
		return nil, fmt.Errorf("profile `%s` is not defined", o.Asked)
	}
	return s, nil
}

// join puts the configuration on top of the manifest. A profile of which only the configuration knows counts if somebody
// needs it.
func (s *Set) join() error {
	s.stated = map[string]*manifest.Profile{}
	wanted := []string{s.options.Asked, "dev", "release", "debug", "test", "bench"}
	for i := range s.options.Manifest {
		p := &s.options.Manifest[i]
		joined := &manifest.Profile{Name: p.Name}
		merge(joined, p)
		if err := s.configure(joined, p.Name); err != nil {
			return err
		}
		s.stated[p.Name] = joined
		if parent := joined.Settings.Inherits; parent != nil {
			wanted = append(wanted, *parent)
		}
	}
	for i := 0; i < len(wanted); i++ {
		name := wanted[i]
		if s.stated[name] != nil {
			continue
		}
		only, err := s.options.Config(name)
		if err != nil {
			return err
		}
		if only == nil {
			continue
		}
		s.stated[name] = only
		if parent := only.Settings.Inherits; parent != nil {
			wanted = append(wanted, *parent)
		}
	}
	return nil
}

func (s *Set) configure(p *manifest.Profile, name string) error {
	over, err := s.options.Config(name)
	if err == nil && over != nil {
		merge(p, over)
	}
	return err
}

// follow merges a profile with those that it inherits from.
func (s *Set) follow(name string, tables map[string]*manifest.Profile, path []string) error {
	if s.merged[name] != nil {
		return nil
	}
	own := tables[name]
	if own.Settings.Inherits == nil {
		return fmt.Errorf("profile `%s` is missing an `inherits` directive (only `dev` and `release` need none)%s", name, similar(name))
	}
	parent := *own.Settings.Inherits
	path = append(path, name)
	if slices.Contains(path, parent) {
		return fmt.Errorf("profile inheritance loop detected with profile `%s` inheriting `%s`", name, parent)
	}
	if s.merged[parent] == nil && tables[parent] == nil {
		return fmt.Errorf("profile `%s` inherits from `%s`, but that profile is not defined", name, parent)
	}
	if err := s.follow(parent, tables, path); err != nil {
		return err
	}
	c := *s.merged[parent]
	c.table = manifest.Profile{Name: name}
	merge(&c.table, &s.merged[parent].table)
	merge(&c.table, own)
	s.merged[name] = &c
	return nil
}

// similar names the profile that was probably meant.
func similar(name string) string {
	if near := nearest.Of(name, "dev", "release", "test", "bench"); near != "" {
		return "\n\nhelp: a profile with a similar name exists: `" + near + "`"
	}
	return ""
}

// Dir is the name of the directory below target that the outputs go to.
func (s *Set) Dir() string {
	switch s.options.Asked {
	case "dev", "test":
		return "debug"
	case "bench":
		return "release"
	}
	return s.options.Asked
}

// Names are all profiles that there are.
func (s *Set) Names() []string { return slices.Sorted(maps.Keys(s.merged)) }

// Base is the profile without what is said for single packages: what the line at the end of a build tells.
func (s *Set) Base() unit.Profile {
	p := s.base()
	return p.Profile
}

func (s *Set) base() Profile {
	c := s.merged[s.options.Asked]
	p := builtin(c.release)
	p.apply(&c.table.Settings)
	p.Name = s.options.Asked
	return p
}

// Use is what a profile is asked for.
type Use struct {
	ID     crate.PackageID
	Member bool // of the workspace
	Local  bool // its sources are the user's own
	Host   bool // it runs while building, or is needed by what does
	Unwind bool // panics unwind, whatever the profile says
	Apple  bool // it is compiled for a system of Apple's
}

// For is the profile of a package in a use.
func (s *Set) For(u Use) Profile {
	p := s.base()
	table := &s.merged[s.options.Asked].table
	if u.Host {
		// What runs while building is to be there soon; how fast it runs hardly matters.
		p.OptLevel, p.CodegenUnits, p.DebugOpen = "0", nil, true
		if table.Build != nil {
			p.apply(table.Build)
		}
	}
	s.applyPackages(&p, table, u)
	if u.Unwind {
		p.Panic = "unwind"
	}
	if u.Apple && p.HasDebug() && p.SplitDebuginfo == "" {
		p.SplitDebuginfo = "unpacked"
	}
	if s.options.Incremental != nil {
		p.Incremental = *s.options.Incremental
	}
	p.Incremental = p.Incremental && u.Local
	return p
}

func (s *Set) applyPackages(p *Profile, table *manifest.Profile, u Use) {
	for i := range table.Packages {
		if o := &table.Packages[i]; o.All && !u.Member {
			p.apply(&o.Settings)
		}
	}
	for i := range table.Packages {
		if o := &table.Packages[i]; !o.All && o.Spec.Matches(u.ID) {
			p.apply(&o.Settings)
			return // Check has seen to it that there is but one
		}
	}
}

// Running is the profile of a build script's run: what is in its environment, and nothing else, so that it runs once
// for units that differ in other things.
func (p Profile) Running() Profile {
	return Profile{
		Profile: unit.Profile{
			Name: p.Name, Root: p.Root, OptLevel: p.OptLevel, Debuginfo: p.Debuginfo, DebugAssertions: p.DebugAssertions,
			LTO: "false", Strip: "none", Panic: "unwind",
		},
		DebugOpen: p.DebugOpen, StripOpen: true,
	}
}

// IsApple tells whether a triple is that of a system of Apple's.
func IsApple(triple string) bool { return strings.Contains(triple, "-apple-") }
