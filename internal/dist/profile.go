package dist

import (
	"fmt"
	"slices"
)

// Profile is a named set of components for a first install.
type Profile string

// The profiles that there are.
const (
	Minimal  Profile = "minimal"
	Default  Profile = "default"
	Complete Profile = "complete"
)

func (p Profile) known() bool { return p == Minimal || p == Default || p == Complete }

// ParseProfile reads a profile's name as a user writes it, or its first letter.
func ParseProfile(name string) (Profile, error) {
	switch p := Profile(name); {
	case p.known():
		return p, nil
	case name == "m":
		return Minimal, nil
	case name == "d" || name == "":
		return Default, nil
	case name == "c":
		return Complete, nil
	}
	return "", fmt.Errorf("unknown profile name: '%s'; valid profile names are: minimal, default, complete", name)
}

// ProfileComponents are the components of a profile that the release has for host; names that it has not for this host
// are passed over (rust-mingw on Linux). Manifests from before profiles give all that is not an extension.
func (m *Manifest) ProfileComponents(profile Profile, host string) ([]Component, error) {
	all, err := m.Offered(host)
	if err != nil {
		return nil, err
	}
	ours := func(c Component) bool { return c.Target == "" || c.Target == host }
	var list []Component
	if len(m.Profiles) == 0 {
		for _, c := range all {
			if !c.IsExtension && ours(c) {
				list = append(list, c)
			}
		}
		return list, nil
	}
	names, ok := m.Profiles[profile]
	if !ok {
		return nil, &NoProfileError{Profile: profile}
	}
	for _, name := range names {
		i := slices.IndexFunc(all, func(c Component) bool { return c.Pkg == name && ours(c) })
		if i >= 0 {
			list = append(list, Component{Pkg: name, Target: all[i].Target})
		}
	}
	return list, nil
}

// Requested is what an install asks for: a profile ("" for none, on a toolchain that is there), components and targets
// by the names that users give them; sorted, as the toolchain's record keeps them. Names that the release does not have
// stay in the list: the plan reports all that is missing together.
func (m *Manifest) Requested(profile Profile, host string, components, targets []string) ([]Component, error) {
	all, err := m.Offered(host)
	if err != nil {
		return nil, err
	}
	var list []Component
	if profile != "" {
		if list, err = m.ProfileComponents(profile, host); err != nil {
			return nil, err
		}
	}
	for _, name := range components {
		c, _ := m.Renamed(Component{Pkg: name, Target: host})
		// Only the first component of that name counts, as in rustup.
		i := slices.IndexFunc(all, func(o Component) bool { return o.Pkg == c.Pkg })
		if i >= 0 && all[i].Target == "" {
			c = c.Wildcard()
		}
		list = append(list, c)
	}
	for _, target := range targets {
		list = append(list, Component{Pkg: stdPackage, Target: target})
	}
	return Sorted(list), nil
}

// stdPackage is the standard library, which is what makes a target usable.
const stdPackage = "rust-std"
