package dist

const (
	buildDefined fields = 1 << iota
	buildAvailable
	buildComponents
	buildExtensions
	buildURL  // three bits, by format
	buildHash = buildURL << formats
)

// buildTable is [pkg.NAME.target.TRIPLE].
type buildTable struct {
	root       *rootTable
	target     key
	seen       fields
	available  bool
	urls       [formats]located
	hashes     [formats]located
	components componentList
	extensions componentList
	build      Build
}

// located is a string and its place.
type located struct {
	text string
	at   uint32
}

// componentList is an array of components and the place of each.
type componentList struct {
	list []Component
	at   []uint32
}

func (l *componentList) begin(at uint32) *Component {
	l.list = append(l.list, Component{})
	l.at = append(l.at, at)
	return &l.list[len(l.list)-1]
}

// archiveKey tells which of the archive keys name is.
func archiveKey(name string) (f Format, hash, ok bool) {
	switch name {
	case "url":
		return Gzip, false, true
	case "hash":
		return Gzip, true, true
	case "xz_url":
		return XZ, false, true
	case "xz_hash":
		return XZ, true, true
	case "zst_url":
		return Zstd, false, true
	case "zst_hash":
		return Zstd, true, true
	}
	return 0, false, false
}

func (t *buildTable) table(k key, _ bool) (scope, error) {
	return nil, t.unless(k, "a table", false)
}

func (t *buildTable) element(k key) (scope, error) {
	switch {
	case k.name == "components" && t.seen&buildComponents == 0:
		return t.begin(&t.components, k.at, false)
	case k.name == "extensions" && t.seen&buildExtensions == 0:
		return t.begin(&t.extensions, k.at, true)
	}
	return nil, t.unless(k, "an array of tables", true)
}

// unless refuses to find got under one of the keys that are kept.
func (t *buildTable) unless(k key, got string, array bool) error {
	_, _, isArchive := archiveKey(k.name)
	switch {
	case isArchive:
		return wrongKind(k, "a string", got)
	case k.name == "available":
		return wrongKind(k, "true or false", got)
	case k.name == "components" || k.name == "extensions":
		if array {
			return twice(k)
		}
		return wrongKind(k, "an array of tables", got)
	}
	return nil
}

// begin appends a component. One scope serves all: an array of tables can only be continued at its end.
func (t *buildTable) begin(l *componentList, at uint32, extension bool) (scope, error) {
	c := l.begin(at)
	c.IsExtension = extension
	t.root.component = componentTable{component: c, extension: extension}
	return &t.root.component, nil
}

func (t *buildTable) value(k key, v value) (err error) {
	switch k.name {
	case "available":
		if t.available, err = v.bool(); err != nil {
			return err
		}
		return t.seen.add(buildAvailable, k)
	case "components":
		return t.array(k, v, &t.components, buildComponents, false)
	case "extensions":
		return t.array(k, v, &t.extensions, buildExtensions, true)
	}
	format, hash, ok := archiveKey(k.name)
	if !ok {
		return nil
	}
	into, bit := &t.urls[format], buildURL<<format
	if hash {
		into, bit = &t.hashes[format], buildHash<<format
	}
	into.at = v.place(v.node)
	if into.text, err = v.string(); err != nil {
		return err
	}
	return t.seen.add(bit, k)
}

// array reads components = […].
func (t *buildTable) array(k key, v value, l *componentList, bit fields, extension bool) error {
	if len(l.list) > 0 {
		return twice(k)
	}
	if err := t.seen.add(bit, k); err != nil {
		return err
	}
	return v.tables(func(at uint32) (scope, error) { return t.begin(l, at, extension) })
}

func (t *buildTable) finish(d *document) error {
	if t.seen&buildAvailable == 0 {
		return d.errorf(t.target.at, "target %s: expected available = true or false, found neither", t.target.name)
	}
	for _, l := range []*componentList{&t.components, &t.extensions} {
		if err := l.finish(d); err != nil {
			return err
		}
	}
	t.build.Components = append(t.components.list, t.extensions.list...)
	if !t.available {
		return nil
	}
	for f := Format(0); f < formats; f++ {
		if err := t.finishArchive(d, f); err != nil {
			return err
		}
	}
	return nil
}

// finishArchive keeps the archive of format f if both its keys are there. One alone is worth nothing.
func (t *buildTable) finishArchive(d *document, f Format) error {
	if t.seen&(buildURL<<f) == 0 || t.seen&(buildHash<<f) == 0 {
		return nil
	}
	url, hash := t.urls[f], t.hashes[f]
	if err := checkURL(url.text); err != nil {
		return d.errorf(url.at, "%s", err)
	}
	if err := checkHash(hash.text); err != nil {
		return d.errorf(hash.at, "%s", err)
	}
	t.build.Archives = append(t.build.Archives, Archive{url.text, hash.text, f})
	return nil
}

// at is the place of component i of the build.
func (t *buildTable) at(i int) uint32 {
	if n := len(t.components.at); i >= n {
		return t.extensions.at[i-n]
	}
	return t.components.at[i]
}

// finish checks that every component is complete, and takes the star for no target.
func (l *componentList) finish(d *document) error {
	for i := range l.list {
		c := &l.list[i]
		switch {
		case c.Pkg == "":
			return d.errorf(l.at[i], "component: expected pkg = \"…\", found none")
		case c.Target == "":
			return d.errorf(l.at[i], "component %s: expected target = \"…\" or \"*\", found none", c.Pkg)
		case c.Target == anyTarget:
			c.Target = ""
		}
	}
	return nil
}

// componentTable is one element of components or extensions.
type componentTable struct {
	component *Component
	extension bool // whatever the element says
	seen      fields
}

func (t *componentTable) table(k key, _ bool) (scope, error) { return nil, t.unless(k, "a table") }
func (t *componentTable) element(k key) (scope, error)       { return nil, t.unless(k, "an array of tables") }

func (t *componentTable) unless(k key, got string) error {
	switch k.name {
	case "pkg", "target":
		return wrongKind(k, "a string", got)
	case "is_extension":
		return wrongKind(k, "true or false", got)
	}
	return nil
}

func (t *componentTable) value(k key, v value) (err error) {
	switch c := t.component; k.name {
	case "pkg":
		if c.Pkg, err = v.string(); err == nil {
			err = checkName("package", c.Pkg)
		}
		if err != nil {
			return err
		}
		return t.seen.add(1, k)
	case "target":
		if c.Target, err = v.string(); err == nil {
			err = checkTarget(c.Target)
		}
		if err != nil {
			return err
		}
		return t.seen.add(2, k)
	case "is_extension":
		var extension bool
		if extension, err = v.bool(); err != nil {
			return err
		}
		c.IsExtension = t.extension || extension
		return t.seen.add(4, k)
	}
	return nil
}
