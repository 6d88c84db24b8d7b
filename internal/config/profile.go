package config

// Profile is [profile.NAME] as one table, in which variables have taken their place; nil
// where nobody wrote anything of it. Below "package" variables reach only the packages
// that a file names.
func (c *Config) Profile(name string) (*Node, error) {
	return c.profileTable(ParseKey("profile." + name))
}

func (c *Config) profileTable(k Key) (*Node, error) {
	n, err := c.Lookup(k)
	if err != nil {
		return nil, err
	}
	if s := c.section(k, append(profileKeys(), "build-override", "package")...); s.err != nil {
		return nil, s.err
	}
	if n == nil && !c.hasBelow(k) {
		return nil, nil
	}
	all := newTable(Origin{Environment, k.env})
	if n != nil {
		*all = *n.clone()
	}
	for _, name := range profileKeys() {
		if err := c.put(all, k, name, c.Any); err != nil {
			return nil, err
		}
	}
	if err := c.put(all, k, "build-override", c.profileTable); err != nil {
		return nil, err
	}
	packages := k.Child("package")
	for _, spec := range all.Get("package").Keys() {
		n, err := c.profileTable(packages.childAsWritten(spec))
		if err != nil {
			return nil, err
		}
		all.table["package"].table[spec] = n
	}
	return all, nil
}

func (c *Config) put(into *Node, k Key, name string, read func(Key) (*Node, error)) error {
	n, err := read(k.Child(name))
	if err == nil && n != nil {
		into.table[name] = n
	}
	return err
}

// profileKeys are the keys that a variable can stand for.
func profileKeys() []string {
	return []string{"opt-level", "lto", "codegen-backend", "codegen-units", "debug", "split-debuginfo", "debug-assertions", "rpath", "panic",
		"overflow-checks", "incremental", "dir-name", "inherits", "strip", "trim-paths", "rustflags", "hint-mostly-unused"}
}
