package config

// CheckCompilers is the error of who asks a compiler about targets: what [env] and [target] say is read before.
func (c *Config) CheckCompilers() error {
	if _, err := c.Env(); err != nil {
		return err
	}
	_, err := c.TargetCfgs()
	return err
}

// Env is what [env] says of the programs that are run, sorted by name.
func (c *Config) Env() ([]Variable, error) {
	table, err := c.Lookup(ParseKey("env"))
	if err != nil {
		return nil, err
	}
	if table != nil && table.kind != Table {
		return nil, table.wrongKind("env", "a table")
	}
	var list []Variable
	for _, name := range table.Keys() {
		switch name {
		case "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN":
			return nil, table.Get(name).errorf("`%s` cannot be set in [env]: it decides which configuration and toolchain are used", name).
				withHelp("set the variable where cargo is called")
		}
		v, force, err := c.envEntry(name)
		if err != nil {
			return nil, err
		}
		_, has := c.Getenv(name)
		v.Overruled = has && !force
		list = append(list, v)
	}
	return list, nil
}

// envEntry reads NAME = "text" or NAME = { value, force, relative }.
func (c *Config) envEntry(name string) (entry Variable, force bool, err error) {
	entry.Name = name
	k := ParseKey("env").childAsWritten(name)
	n, err := c.Any(k)
	switch {
	case err != nil:
		return entry, false, err
	case n.kind == String:
		entry.Value = n.text
		return entry, false, nil
	case n.kind != Table:
		return entry, false, n.wrongKind(k.String(), "a string, or a table with `value`, `force` and `relative`")
	case n.Get("value") == nil:
		return entry, false, n.errorf("`%s` has no `value`", k).withHelp("write %s = { value = \"…\" }", name)
	}
	s := &section{c: c, key: k}
	v := s.text("value")
	entry.Relative, force = s.boolean("relative").Val, s.boolean("force").Val
	if entry.Relative {
		v.Val = c.Path(v)
	}
	entry.Value = v.Val
	return entry, force, s.err
}
