package config

// Layers are the files and the arguments before they are merged.
type Layers struct {
	Args  *Node   // all of --config
	Files []*Node // strongest first, but a file that is included comes before the one that includes it
}

// Layers reads all files again, and leaves includes as they are.
func (c *Config) Layers() (Layers, error) {
	l := loader{options: c.options}
	args, err := l.arguments()
	if err != nil {
		return Layers{}, err
	}
	layers := Layers{Args: args}
	seen := map[string]bool{}
	err = l.walk(func(path string) error { return l.apart(path, seen, &layers.Files) })
	return layers, err
}

// apart reads a file and what it includes, each by itself.
func (l *loader) apart(path string, seen map[string]bool, files *[]*Node) error {
	own, err := l.single(path, File, seen)
	if err != nil {
		return err
	}
	includes, err := includesOf(own)
	if err != nil {
		return err
	}
	for _, include := range includes {
		path, wanted := l.includePath(include)
		if !wanted {
			continue
		}
		if err := l.apart(path, seen, files); err != nil {
			return include.failed(err)
		}
	}
	*files = append(*files, own)
	return nil
}
