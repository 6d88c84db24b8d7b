package edit

import (
	"slices"

	"berth/internal/tomldoc"
)

// insert puts a dependency into its table, or changes the entry that is there.
func (d *dependency) insert(table *tomldoc.Entry, dir string) {
	old := table.Get(d.key())
	switch {
	case old == nil:
		table.Put(d.key(), d.entry(dir))
	case isShort(old):
		table.Replace(d.key(), d.entry(dir))
	default:
		d.update(old, dir)
	}
	if e := table.Get(d.key()); e.IsInline() {
		e.PlainInline()
	}
}

// isShort: there is little in it to keep.
func isShort(e *tomldoc.Entry) bool {
	_, isText := e.Text()
	return isText || e.IsTable() && len(e.Entries()) == 1
}

// entry is a new entry: a version, if that is all, else a table in one line.
func (d *dependency) entry(dir string) *tomldoc.Entry {
	bare := (d.optional == nil || !*d.optional) && d.features == nil && d.defaults == nil && d.registry == "" && d.rename == ""
	switch {
	case bare && d.origin == fromRegistry:
		return tomldoc.NewString(d.version)
	case bare && d.origin == fromWorkspace:
		t := tomldoc.NewInline()
		t.Put("workspace", tomldoc.NewBool(true))
		t.SetDotted(true)
		return t
	}
	t := tomldoc.NewInline()
	for _, pair := range d.originPairs(dir) {
		t.Put(pair.key, pair.value)
	}
	if d.registry != "" && t.Get("version") != nil {
		t.Put("registry", tomldoc.NewString(d.registry))
	}
	if d.rename != "" {
		t.Put("package", tomldoc.NewString(d.name))
	}
	if d.defaults != nil {
		t.Put("default-features", tomldoc.NewBool(*d.defaults))
	}
	if d.features != nil {
		t.Put("features", tomldoc.NewStrings(*d.features))
	}
	if d.optional != nil {
		t.Put("optional", tomldoc.NewBool(*d.optional))
	}
	return t
}

type pair struct {
	key   string
	value *tomldoc.Entry
}

// originPairs are the keys that say where a dependency comes from, in the order in which they are written.
func (d *dependency) originPairs(dir string) []pair {
	var pairs []pair
	text := func(key, value string) {
		if value != "" {
			pairs = append(pairs, pair{key, tomldoc.NewString(value)})
		}
	}
	switch d.origin {
	case fromRegistry:
		text("version", d.version)
	case fromPath:
		text("version", d.version)
		pairs = append(pairs, pair{"path", tomldoc.NewString(relative(dir, d.path))})
	case fromGit:
		text("git", d.git)
		text("branch", d.branch)
		text("tag", d.tag)
		text("rev", d.rev)
		text("version", d.version)
	case fromWorkspace:
		pairs = append(pairs, pair{"workspace", tomldoc.NewBool(true)})
	}
	return pairs
}

// originKeys are the keys of all origins; those that are not written are removed.
func originKeys() []string {
	return []string{"path", "git", "branch", "tag", "rev", "workspace", "base", "version"}
}

// update changes an entry that has more keys than one.
func (d *dependency) update(e *tomldoc.Entry, dir string) {
	if d.origin != unknown {
		d.updateOrigin(e, dir)
	}
	if d.registry != "" && e.Get("version") != nil {
		e.Replace("registry", tomldoc.NewString(d.registry))
	} else {
		e.Remove("registry")
	}
	if d.rename != "" {
		e.Replace("package", tomldoc.NewString(d.name))
	}
	setFlag(e, "default-features", d.defaults)
	if d.features == nil {
		e.Remove("features")
	} else {
		e.SetDotted(false)
		e.Replace("features", tomldoc.NewStrings(d.mergedFeatures(e)))
	}
	if d.optional != nil {
		e.SetDotted(false)
	}
	setFlag(e, "optional", d.optional)
}

func setFlag(e *tomldoc.Entry, key string, flag *bool) {
	if flag == nil {
		e.Remove(key)
	} else {
		e.Replace(key, tomldoc.NewBool(*flag))
	}
}

func (d *dependency) updateOrigin(e *tomldoc.Entry, dir string) {
	written := d.originPairs(dir)
	if d.origin == fromPath { // in this order where they are new
		slices.Reverse(written)
	}
	for _, p := range written {
		e.Replace(p.key, p.value)
	}
	remove := originKeys()
	if d.origin == fromWorkspace {
		remove = append(remove, "registry", "registry-index", "package", "default-features")
		e.SetDotted(true)
		e.PlainKey()
	}
	for _, key := range remove {
		if !slices.ContainsFunc(written, func(p pair) bool { return p.key == key }) {
			e.Remove(key)
		}
	}
}

// mergedFeatures are those of the entry and the new ones; in order if they were.
func (d *dependency) mergedFeatures(e *tomldoc.Entry) []string {
	var all []string
	for _, item := range e.Get("features").Entries() {
		text, ok := item.Text()
		if !ok {
			all = nil
			break
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	sorted := slices.IsSorted(all)
	for _, f := range *d.features {
		if !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	if sorted {
		slices.Sort(all)
	}
	return all
}
