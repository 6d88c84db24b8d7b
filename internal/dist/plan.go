package dist

import (
	"errors"
	"fmt"
	"slices"
)

// Change is what shall become of a toolchain: install, update, add and remove are the same with other fields.
type Change struct {
	Toolchain string    // channel and date, for messages: "stable", "nightly-2026-01-02"
	Host      string    // the toolchain's target
	Old       *Manifest // what the toolchain keeps; nil if it keeps none
	New       *Manifest // what it shall be made from
	Config    *Config   // its record; nil if it has none
	V1        bool      // components are installed but there is no record: an install from before manifests of version 2
	Add       []Component
	Remove    []Component
	Force     bool // do without what cannot be had
}

// Plan is a change worked out.
type Plan struct {
	Components []Component // what the toolchain then has, in the order of its record
	Install    []Download  // what must be put in, in that order
	Uninstall  []Component // what must be taken out first
	UpToDate   []Component // what was asked for and is there
	Skipped    []Component // what was asked for or there, and is done without
}

// Download is a component to install and the file that brings it.
type Download struct {
	Component
	Archive
}

// Nothing says that the toolchain is already as it shall be: not even its record is written.
func (p *Plan) Nothing() bool { return len(p.Install)+len(p.Uninstall) == 0 }

// Plan works out the change. A new manifest replaces every component, the same manifest only what differs.
//
// Components that the toolchain has and the new release lacks are an *UnavailableError together with those that the
// release names but cannot deliver, or are left out if the change is forced.
func (c *Change) Plan() (*Plan, error) {
	offered, err := c.New.Offered(c.Host)
	if err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	existing, err := c.existing()
	if err != nil {
		return nil, err
	}
	final, missing := c.final(existing, offered)
	p := &Plan{Components: final}
	install := c.compare(p, existing)
	if len(install)+len(p.Uninstall) == 0 {
		return p, nil
	}
	unavailable := append(c.unavailable(install), missing...)
	if len(unavailable) > 0 {
		if !c.Force {
			return nil, &UnavailableError{Toolchain: c.Toolchain, Components: unavailable, Manifest: c.New}
		}
		p.Skipped = unavailable
		p.Components = without(p.Components, unavailable)
		install = without(install, unavailable)
	}
	for _, component := range install {
		archive, _ := c.New.Archive(component)
		p.Install = append(p.Install, Download{component, archive})
	}
	return p, nil
}

func (c *Change) check() error {
	for _, component := range c.Add {
		if component.in(c.Remove) {
			return errors.New("can't both add and remove components")
		}
	}
	for _, component := range c.Remove {
		if !c.Config.Has(component) {
			return fmt.Errorf("component %s is not installed", component.Name())
		}
	}
	return nil
}

// existing is what is installed. A version 1 install counts as the default profile.
func (c *Change) existing() ([]Component, error) {
	if c.V1 && c.Config == nil {
		return c.New.ProfileComponents(Default, c.Host)
	}
	return c.Config.list(), nil
}

// final is the list of components to end with: what is asked for, then what is there, under its new name. missing is
// what is there and has no successor.
func (c *Change) final(existing, offered []Component) (final, missing []Component) {
	add := func(component Component) {
		if !component.in(final) {
			final = append(final, component)
		}
	}
	for _, component := range c.Add {
		add(component)
	}
	for _, component := range existing {
		renamed, isRenamed := c.New.Renamed(component)
		switch {
		case component.in(c.Remove):
		case isRenamed:
			add(renamed)
		case component.in(final), component.in(offered):
			add(component)
		case component.within(offered):
			// rustups of old recorded rust-src with a target.
			add(component.Wildcard())
		default:
			missing = append(missing, component)
		}
	}
	return final, missing
}

// compare fills in what is to be taken out and what is up to date, and returns what is to be put in.
func (c *Change) compare(p *Plan, existing []Component) (install []Component) {
	if !c.Old.Equal(c.New) {
		p.Uninstall = existing
		return slices.Clone(p.Components)
	}
	p.Uninstall = without(existing, p.Components)
	for _, component := range p.Components {
		switch {
		case !component.in(existing):
			install = append(install, component)
		case component.in(c.Add):
			p.UpToDate = append(p.UpToDate, component)
		}
	}
	return install
}

func (c *Change) unavailable(list []Component) []Component {
	return slices.DeleteFunc(slices.Clone(list), func(component Component) bool {
		_, ok := c.New.Archive(component)
		return ok
	})
}

// Successive is what Change.Add has to be so that one change leaves the record that rustup leaves by adding the
// components one after another: without those that are there, the last one first.
func Successive(config *Config, adds []Component) []Component {
	var list []Component
	for _, c := range adds {
		if !config.Has(c) && !c.in(list) {
			list = append(list, c)
		}
	}
	slices.Reverse(list)
	return list
}

func without(list, drop []Component) []Component {
	return slices.DeleteFunc(slices.Clone(list), func(c Component) bool { return c.in(drop) })
}

// sortedAll is list in order, with all its elements.
func sortedAll(list []Component) []Component {
	list = slices.Clone(list)
	slices.SortStableFunc(list, Component.Compare)
	return list
}
