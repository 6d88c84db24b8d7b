package dist

// packagesTable is [pkg], a table for each package.
type packagesTable struct {
	root   *rootTable
	byName map[string]*packageTable
	order  []*packageTable
}

func (t *packagesTable) table(k key, define bool) (scope, error) {
	p, ok := t.byName[k.name]
	if !ok {
		if err := checkName("package", k.name); err != nil {
			return nil, err
		}
		p = &packageTable{name: k}
		p.targets = targetsTable{root: t.root, byName: map[string]*buildTable{}}
		t.byName[k.name] = p
		t.order = append(t.order, p)
	}
	if define {
		return p, p.seen.add(packageDefined, k)
	}
	return p, nil
}

func (t *packagesTable) element(k key) (scope, error) {
	return nil, wrongKind(k, "a table", "an array of tables")
}
func (t *packagesTable) value(_ key, v value) error { return v.expected("a table") }

const (
	packageDefined fields = 1 << iota
	packageVersion
	packageTargets
	packageTargetsDefined
)

// packageTable is [pkg.NAME].
type packageTable struct {
	name    key
	seen    fields
	version string
	targets targetsTable
}

func (t *packageTable) table(k key, define bool) (scope, error) {
	switch k.name {
	case "version":
		return nil, wrongKind(k, "a string", "a table")
	case "target":
		t.seen |= packageTargets
		if define {
			return &t.targets, t.seen.add(packageTargetsDefined, k)
		}
		return &t.targets, nil
	}
	return nil, nil
}

func (t *packageTable) element(k key) (scope, error) {
	switch k.name {
	case "version":
		return nil, wrongKind(k, "a string", "an array of tables")
	case "target":
		return nil, wrongKind(k, "a table", "an array of tables")
	}
	return nil, nil
}

func (t *packageTable) value(k key, v value) (err error) {
	switch k.name {
	case "version":
		if t.version, err = v.string(); err != nil {
			return err
		}
		return t.seen.add(packageVersion, k)
	case "target":
		return v.expected("a table")
	}
	return nil
}

func (t *packageTable) finish(d *document) (*Package, error) {
	switch {
	case t.seen&packageVersion == 0:
		return nil, d.errorf(t.name.at, "package %s: expected a version, found none", t.name.name)
	case t.seen&packageTargets == 0:
		return nil, d.errorf(t.name.at, "package %s: expected a table [pkg.%s.target], found none", t.name.name, t.name.name)
	}
	p := &Package{Version: t.version, Targets: make(map[string]*Build, len(t.targets.order))}
	for _, b := range t.targets.order {
		if err := b.finish(d); err != nil {
			return nil, err
		}
		p.Targets[b.target.name] = &b.build
	}
	return p, nil
}

// targetsTable is [pkg.NAME.target], a table for each target or one for all of them, "*".
type targetsTable struct {
	root   *rootTable
	byName map[string]*buildTable
	order  []*buildTable
}

func (t *targetsTable) table(k key, define bool) (scope, error) {
	b, ok := t.byName[k.name]
	if !ok {
		if err := checkTarget(k.name); err != nil {
			return nil, err
		}
		b = &buildTable{root: t.root, target: k}
		t.byName[k.name] = b
		t.order = append(t.order, b)
		t.root.builds = append(t.root.builds, b)
	}
	if define {
		return b, b.seen.add(buildDefined, k)
	}
	return b, nil
}

func (t *targetsTable) element(k key) (scope, error) {
	return nil, wrongKind(k, "a table", "an array of tables")
}
func (t *targetsTable) value(_ key, v value) error { return v.expected("a table") }
