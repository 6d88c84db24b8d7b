package config

// loadCredentials is the configuration with what credentials.toml of CARGO_HOME adds. A
// variable still wins over it, everything else does not.
func (c *Config) loadCredentials() (*Config, error) {
	l := loader{options: c.options, secret: true}
	path, ok := l.choose(c.options.Home, "credentials")
	if !ok {
		return c, nil
	}
	added, err := l.file(path, File, map[string]bool{})
	if err != nil {
		return nil, err
	}
	// Cargo 0.14 and older wrote the token at the top.
	if token := added.Get("token"); token != nil {
		delete(added.table, "token")
		if added.Get("registry") == nil {
			table := newTable(added.origin)
			table.table["token"] = token
			added.table["registry"] = table
		}
	}
	root := c.root.clone()
	if err := root.merge(added, true); err != nil {
		return nil, err
	}
	with := *c
	with.root = root
	with.credentials = func() (*Config, error) { return &with, nil }
	return &with, nil
}

// WithCredentials is the configuration as it is where tokens are read. The file is read
// once, at the first call.
func (c *Config) WithCredentials() (*Config, error) { return c.credentials() }
