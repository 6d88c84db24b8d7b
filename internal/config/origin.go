package config

import "path/filepath"

// Layer is the kind of place that a value comes from, from weak to strong.
type Layer uint8

const (
	BuiltIn Layer = iota // nobody wrote it
	File
	Environment
	Argument // --config
)

// Origin is where a value was written.
type Origin struct {
	Layer Layer
	// Name is the path of a file (also of one that --config names; empty for --config
	// KEY=VALUE), or the name of a variable.
	Name string
}

// String names the place as "cargo config get --show-origin" does.
func (o Origin) String() string {
	switch o.Layer {
	case Environment:
		return "environment variable `" + o.Name + "`"
	case Argument:
		if o.Name == "" {
			return "--config cli option"
		}
		return o.Name
	case File:
		return o.Name
	}
	return "default"
}

// base is the directory that relative paths start from: above .cargo for its config.toml,
// and two levels up for every other file too, as in Cargo.
func (o Origin) base(dir string) string {
	if o.Layer == File || o.Layer == Argument && o.Name != "" {
		return filepath.Dir(filepath.Dir(o.Name))
	}
	return dir
}

// includeBase is the directory that include starts from: that of the file itself.
func (o Origin) includeBase(dir string) string {
	if o.Layer == File || o.Layer == Argument && o.Name != "" {
		return filepath.Dir(o.Name)
	}
	return dir
}
