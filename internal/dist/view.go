package dist

// View is an installed toolchain as its own files describe it, and what a user's words mean for it.
type View struct {
	Toolchain string // its whole name, for messages
	Channel   string // its channel and date, for the advice that differs
	Host      string
	Manifest  *Manifest
	Config    *Config // nil if there is none
}

// Status is a component that the toolchain could have.
type Status struct {
	Component
	Name      string // as lists show it
	Installed bool
	Available bool // lists leave out what is not, installed or not
}

// Components are all that the manifest has for the toolchain's host, in the order of lists.
func (v *View) Components() ([]Status, error) {
	all, err := v.Manifest.Offered(v.Host)
	if err != nil {
		return nil, err
	}
	installed := v.Config.list()
	var list []Status
	for _, c := range sortedAll(all) {
		_, available := v.Manifest.Archive(c)
		list = append(list, Status{c, v.Manifest.DisplayName(c), c.within(installed), available})
	}
	return list, nil
}

// Targets are the standard libraries among them, one a target.
func (v *View) Targets() ([]Status, error) {
	all, err := v.Components()
	if err != nil {
		return nil, err
	}
	var list []Status
	for _, s := range all {
		if s.Pkg == stdPackage && s.Target != "" {
			s.Name = s.Target
			list = append(list, s)
		}
	}
	return list, nil
}

// Find is the component that a user names: by the name that a list shows, by the manifest's name of it, or by that of
// its package, for target ("" for the host). It need not exist; Added and Removed find out.
func (v *View) Find(name, target string) (Component, error) {
	all, err := v.Components()
	if err != nil {
		return Component{}, err
	}
	for _, s := range all {
		if name == s.Component.Name() || name == s.Name {
			return s.Component, nil
		}
	}
	if target == "" {
		target = v.Host
	}
	return Component{Pkg: name, Target: target, IsExtension: true}, nil
}

// Std is the standard library for a target.
func Std(target string) Component { return Component{Pkg: stdPackage, Target: target} }

// Added is the component to install where c was asked for: its new name, and its form for all targets if it has only
// that. The error says what is unknown about it and, if it can, what may have been meant.
func (v *View) Added(c Component) (Component, error) {
	all, err := v.Manifest.Offered(v.Host)
	if err != nil {
		return c, err
	}
	if found, ok := v.match(c, all); ok {
		return found, nil
	}
	c, _ = v.Manifest.Renamed(c)
	suggestion := suggest(v.Manifest, c, sortedAll(all))
	if !anyFor(c.Target, all) {
		if KnownTarget(c.Target) {
			return c, &UnavailableTargetError{Toolchain: v.Toolchain, Target: c.Target}
		}
		return c, &UnknownTargetError{Toolchain: v.Toolchain, Target: c.Target, Suggestion: suggestion}
	}
	return c, v.unknown(c, suggestion)
}

// Removed is the installed component to remove where c was asked for.
func (v *View) Removed(c Component) (Component, error) {
	installed := v.Config.list()
	if found, ok := v.match(c, installed); ok {
		return found, nil
	}
	c, _ = v.Manifest.Renamed(c)
	all, err := v.Components()
	if err != nil {
		return c, err
	}
	var candidates []Component
	for _, s := range all {
		if s.Installed {
			candidates = append(candidates, s.Component)
		}
	}
	suggestion := suggest(v.Manifest, c, candidates)
	if c.Target != "" && !anyFor(c.Target, installed) { // without a target stock panics
		return c, &TargetNotInstalledError{Toolchain: v.Toolchain, Target: c.Target, Suggestion: suggestion}
	}
	return c, v.unknown(c, suggestion)
}

// match finds c under its new name in list, or its form for all targets.
func (v *View) match(c Component, list []Component) (Component, bool) {
	c, _ = v.Manifest.Renamed(c)
	if c.in(list) {
		return c, true
	}
	c = c.Wildcard()
	return c, c.in(list)
}

func (v *View) unknown(c Component, suggestion string) error {
	return &UnknownComponentError{
		Toolchain:  v.Toolchain,
		Channel:    v.Channel,
		Component:  c,
		Described:  v.Manifest.Describe(c),
		Suggestion: suggestion,
	}
}

func anyFor(target string, list []Component) bool {
	for _, c := range list {
		if c.Target == target {
			return true
		}
	}
	return false
}
