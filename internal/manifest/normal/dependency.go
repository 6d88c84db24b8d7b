package normal

import (
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/order"
	"berth/internal/tomldoc"
)

const dependencyKeys = "version registry registry-index path base git branch tag rev features optional default-features default_features package public artifact lib target"

// dependencyTables writes the tables of dependencies that one table has.
func (w *writer) dependencyTables(t *table, of *tomldoc.Value, keys ...string) {
	for _, key := range keys {
		v := of.Get(key)
		if v == nil {
			v = of.Get(strings.ReplaceAll(key, "-", "_"))
		}
		if v == nil {
			continue
		}
		below := t.under(key)
		for _, dep := range sorted(v) {
			w.dependency(below, dep)
		}
	}
}

func (w *writer) dependency(t *table, v *tomldoc.Value) {
	if v.Get("workspace") != nil && w.workspace != nil {
		w.inherited(t.under(v.Key()), v)
		return
	}
	putDependency(t, v, w.keys())
}

// keys are those of a dependency: public is left out where nothing asks for it.
func (w *writer) keys() string {
	if slices.Contains(w.m.CargoFeatures, "public-dependency") {
		return dependencyKeys
	}
	return strings.Replace(dependencyKeys, " public ", " ", 1)
}

func putDependency(t *table, v *tomldoc.Value, keys string) {
	if v.Kind() != tomldoc.TableKind {
		t.put(v.Key(), v)
		return
	}
	t.under(v.Key()).pick(v, keys)
}

// inherited joins what the workspace says with what the package adds.
func (w *writer) inherited(t *table, v *tomldoc.Value) {
	from := w.workspace.Dependencies.Get(v.Key())
	if from.Kind() == tomldoc.String {
		t.put("version", from)
	}
	for key := range strings.FieldsSeq(w.keys()) {
		switch key {
		case "path":
			if path, ok := from.Get(key).Text(); ok {
				t.text(key, w.fromRoot(path))
			}
		case "features":
			w.features(t, from.Get(key), v.Get(key))
		case "optional", "public":
			t.put(key, v.Get(key))
		case "default-features":
			t.put(key, w.defaults(from, v))
		default:
			t.put(key, from.Get(key))
		}
	}
}

func (w *writer) features(t *table, from, own *tomldoc.Value) {
	if from == nil && own == nil {
		return
	}
	var names []string
	for _, v := range []*tomldoc.Value{from, own} {
		for item := range v.Items() {
			names = append(names, item.Raw())
		}
	}
	t.texts("features", names)
}

// defaults: the package can turn default features on that the workspace turned off, and where that is new also off.
func (w *writer) defaults(from, own *tomldoc.Value) *tomldoc.Value {
	stated := func(v *tomldoc.Value) *tomldoc.Value {
		if d := v.Get("default-features"); d != nil {
			return d
		}
		return v.Get("default_features")
	}
	if own := stated(own); own != nil && w.o.DefaultsOff && w.m.Package.Edition >= manifest.Edition2024 {
		return own
	}
	if on, ok := stated(own).Bool(); ok && on {
		if was, ok := stated(from).Bool(); ok && !was {
			return stated(own)
		}
	}
	return from.Get("default-features")
}

// fromRoot is a path of the workspace's manifest as it is from the package.
func (w *writer) fromRoot(path string) string {
	target := filepath.FromSlash(path)
	if !filepath.IsAbs(target) {
		target = filepath.Join(w.workspace.Dir, target)
	}
	if rel, err := filepath.Rel(w.m.Package.Dir, target); err == nil {
		return filepath.ToSlash(rel)
	}
	return target
}

// workspaceTable writes the package's own [workspace].
func (w *writer) workspaceTable(t *table) {
	v := w.doc.Get("workspace")
	if v == nil {
		return
	}
	below := t.under("workspace")
	below.pick(v, "members exclude default-members resolver metadata")
	if about := v.Get("package"); about != nil {
		below.under("package").pick(about, "version authors description homepage documentation readme keywords categories license license-file "+
			"repository publish edition badges exclude include rust-version")
	}
	if deps := v.Get("dependencies"); deps != nil {
		all := below.under("dependencies")
		for _, dep := range sorted(deps) {
			putDependency(all, dep, dependencyKeys)
		}
	}
	putLints(below, v.Get("lints"))
}

const profileKeys = "opt-level lto codegen-backend codegen-units debug split-debuginfo debug-assertions rpath panic overflow-checks incremental dir-name inherits " +
	"strip rustflags package build-override trim-paths hint-mostly-unused"

func (w *writer) profiles(t *table) {
	v := w.doc.Get("profile")
	if v == nil {
		return
	}
	below := t.under("profile")
	for _, one := range sorted(v) {
		profile(below.under(one.Key()), one)
	}
}

func profile(t *table, v *tomldoc.Value) {
	for key := range strings.FieldsSeq(profileKeys) {
		value := v.Get(key)
		switch {
		case value == nil:
		case key == "debug":
			t.raw(key, debugLevel(value))
		case key == "build-override":
			profile(t.under(key), value)
		case key == "package":
			packages(t.under(key), value)
		default:
			t.put(key, value)
		}
	}
}

// packages writes the settings for single packages; those for all the others come last.
func packages(t *table, v *tomldoc.Value) {
	all := sorted(v)
	slices.SortStableFunc(all, func(a, b *tomldoc.Value) int { return order.Bools(a.Key() == "*", b.Key() == "*") })
	for _, one := range all {
		profile(t.under(one.Key()), one)
	}
}

// debugLevel has one spelling for each level.
func debugLevel(v *tomldoc.Value) string {
	switch v.Raw() {
	case "true", "full":
		return "2"
	case "false", "none":
		return "0"
	case "limited":
		return "1"
	}
	return inlineText(v)
}

// patches writes [patch] and [replace].
func (w *writer) patches(t *table) {
	if v := w.doc.Get("patch"); v != nil {
		below := t.under("patch")
		for _, source := range sorted(v) {
			deps := below.under(source.Key())
			for _, dep := range sorted(source) {
				putDependency(deps, dep, dependencyKeys)
			}
		}
	}
	if v := w.doc.Get("replace"); v != nil {
		below := t.under("replace")
		for _, dep := range sorted(v) {
			putDependency(below, dep, dependencyKeys)
		}
	}
}
