// Package config is Cargo's configuration in all its layers: the config.toml of every
// directory above the working directory, the one of CARGO_HOME, what they include,
// CARGO_* variables and --config.
//
// Guarantee: a key has the value that Cargo gives it (of the release that is followed), and every value knows where
// it was written, so that an error points there and a relative path is resolved from
// there. A Config never changes after Load: any number of goroutines may read it. Files
// are read once, through Files, at Load; credentials.toml only when someone asks for a
// token. A token is a Secret, which no way of printing shows, and an error about a line
// that may hold one does not show the line.
// The edge: values are read as they are asked for, so a wrong type is an error only
// where the key is used, as in Cargo.
//
//	layers, weakest first                                scalars     arrays
//	$CARGO_HOME/config.toml                              replaced    before what is stronger
//	.cargo/config.toml, from the root down to Dir
//	  (each: its includes, in order, then itself)
//	CARGO_<KEY>
//	--config, in order
//
// A key that names a program (NonMerging) is taken whole from the strongest layer.
package config

import (
	"path/filepath"
	"sync"

	"berth/internal/dialect"
)

// Options are what a Config is made from.
type Options struct {
	Dir  string   // the working directory, absolute
	Home string   // CARGO_HOME, absolute
	From string   // where the search for files begins; Dir if empty
	Env  []string // as os.Environ gives it
	Args []string // of --config, in order
	// Release is the Cargo that is followed.
	Release dialect.Release
	// LockfilePath: resolver.lockfile-path counts also where it is unstable.
	LockfilePath bool
	// Files are read through this: Disk, but for tests.
	Files Files
	// Warn is told of what is no error: two files of which one is ignored, keys that
	// nobody knows. Nil: nobody is told.
	Warn func(message string)
}

// Config is a configuration.
type Config struct {
	options Options
	env     environment
	root    *Node

	warned      *onceEach
	credentials func() (*Config, error)
}

// Load reads all layers.
func Load(options Options) (*Config, error) {
	if options.From == "" {
		options.From = options.Dir
	}
	if options.Warn == nil {
		options.Warn = func(string) {}
	}
	c := &Config{options: options, env: newEnvironment(options.Env), warned: &onceEach{}}
	c.credentials = sync.OnceValues(c.loadCredentials)
	root := newTable(Origin{})
	l := loader{options: options}
	err := l.walk(func(path string) error {
		layer, err := l.file(path, File, map[string]bool{})
		if err != nil {
			return err
		}
		return root.merge(layer, false)
	})
	if err != nil {
		return nil, err
	}
	args, err := l.arguments()
	if err != nil {
		return nil, err
	}
	if err := root.merge(args, true); err != nil {
		return nil, err
	}
	c.root = root
	return c, nil
}

// Release is the Cargo that is followed.
func (c *Config) Release() dialect.Release { return c.options.Release }

// Dir is the working directory.
func (c *Config) Dir() string { return c.options.Dir }

// Path is where a value that names a file or directory points to: what a file says is
// relative to the directory above its .cargo, everything else to the working directory.
func (c *Config) Path(v Value[string]) string {
	return join(v.Origin.base(c.options.Dir), v.Val)
}

// Program is what to run for a value that names a program: with a slash it is a path, and
// without one to be looked for in PATH.
func (c *Config) Program(v Value[string]) string {
	if hasSeparator(v.Val) {
		return c.Path(v)
	}
	return v.Val
}

// join keeps the path as it was written, as Cargo does: these paths are shown, compared
// and hashed by others, and a cleaned one is another text.
func join(base, path string) string {
	switch {
	case filepath.IsAbs(path):
		return path
	case base != "" && hasSeparator(base[len(base)-1:]):
		return base + path
	}
	return base + string(filepath.Separator) + path
}

func (c *Config) warn(message string) {
	if c.warned.first(message) {
		c.options.Warn(message)
	}
}

// onceEach says of each text whether it is new: tables are read again and again.
type onceEach struct {
	mutex sync.Mutex
	seen  map[string]bool
}

func (o *onceEach) first(text string) bool {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.seen[text] {
		return false
	}
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	o.seen[text] = true
	return true
}
