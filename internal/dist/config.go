package dist

import "slices"

// Config is a toolchain's record of the components that it has: lib/rustlib/multirust-config.toml. Their order is kept,
// as rustup keeps it: what was asked for first, then what was there already.
type Config struct {
	Components []Component
}

const maxConfig = 1 << 20

// ParseConfig reads a toolchain's record.
func ParseConfig(doc []byte) (*Config, error) {
	t := &configTable{}
	err := walk("toolchain configuration", doc, maxConfig, func(d *document) scope {
		t.doc = d
		return t
	})
	if err != nil {
		return nil, err
	}
	end := uint32(len(t.doc.text))
	switch {
	case t.seen&configVersion == 0:
		return nil, t.doc.errorf(end, "expected config_version = \"1\", found none")
	case t.seen&configComponents == 0 && len(t.components.list) == 0:
		return nil, t.doc.errorf(end, "expected components, found none")
	}
	if err := t.components.finish(t.doc); err != nil {
		return nil, err
	}
	return &Config{Components: t.components.list}, nil
}

// Marshal writes the record as rustup does.
func (c *Config) Marshal() []byte {
	b := []byte("config_version = \"1\"\n")
	if len(c.Components) == 0 {
		return append(b, "components = []\n"...)
	}
	return appendComponents(b, "components", c.Components, func(Component) bool { return true })
}

// Has says whether the record holds c. A nil record holds nothing.
func (c *Config) Has(component Component) bool {
	return c != nil && component.in(c.Components)
}

func (c *Config) list() []Component {
	if c == nil {
		return nil
	}
	return slices.Clone(c.Components)
}

const (
	configVersion fields = 1 << iota
	configComponents
)

// configTable is the root of the record.
type configTable struct {
	doc        *document
	seen       fields
	components componentList
	component  componentTable
}

func (t *configTable) table(k key, _ bool) (scope, error) {
	switch k.name {
	case "config_version":
		return nil, wrongKind(k, "a string", "a table")
	case "components":
		return nil, wrongKind(k, "an array of tables", "a table")
	}
	return nil, nil
}

func (t *configTable) element(k key) (scope, error) {
	switch k.name {
	case "config_version":
		return nil, wrongKind(k, "a string", "an array of tables")
	case "components":
		if t.seen&configComponents != 0 {
			return nil, twice(k)
		}
		return t.begin(k.at)
	}
	return nil, nil
}

func (t *configTable) begin(at uint32) (scope, error) {
	c := t.components.begin(at)
	t.component = componentTable{component: c}
	return &t.component, nil
}

func (t *configTable) value(k key, v value) error {
	switch k.name {
	case "config_version":
		version, err := v.string()
		if err != nil {
			return err
		}
		if version != "1" {
			return v.doc.errorf(v.place(v.node), "configuration version %s is not supported, expected \"1\"", quoteShort(version))
		}
		return t.seen.add(configVersion, k)
	case "components":
		if err := t.seen.add(configComponents, k); err != nil {
			return err
		}
		return v.tables(t.begin)
	}
	return nil
}
