package edit

import (
	"berth/internal/crate"
	"berth/internal/tomldoc"
)

// status is what is left of a dependency in a manifest.
type status uint8

const (
	gone status = iota
	required
	optional
)

func statusOf(root *tomldoc.Entry, key string) status {
	found := gone
	for _, l := range tables(root) {
		e := l.entries.Get(key)
		if e == nil || !l.entries.IsSection() {
			continue
		}
		if is, _ := e.Get("optional").Bool(); is {
			return optional
		}
		found = required
	}
	return found
}

// namesDep tells whether a feature says dep:key.
func namesDep(root *tomldoc.Entry, key string) bool {
	for _, feature := range sectionOf(root, "features").Entries() {
		for _, item := range feature.Entries() {
			text, _ := item.Text()
			if v := crate.ParseFeatureValue(text); v.IsDep() && v.Dep == key {
				return true
			}
		}
	}
	return false
}

// sectionOf is a table of the manifest, unless it is written in one line.
func sectionOf(root *tomldoc.Entry, key string) *tomldoc.Entry {
	if e := root.Get(key); e.IsSection() {
		return e
	}
	return nil
}

// collectFeatures takes out of features what turns on a dependency that is no longer there, or no longer optional.
func collectFeatures(root *tomldoc.Entry, key string) {
	explicit, left := namesDep(root, key), statusOf(root, key)
	if left == optional {
		return
	}
	for _, feature := range sectionOf(root, "features").Entries() {
		if !feature.IsArray() {
			continue
		}
		for i := len(feature.Entries()) - 1; i >= 0; i-- {
			text, ok := feature.Entries()[i].Text()
			if v := crate.ParseFeatureValue(text); ok && isMoot(v, key, left, explicit) {
				feature.RemoveItem(i)
			}
		}
		if left == required {
			strengthen(feature, key)
		}
	}
}

// isMoot: a plain name means the dependency only where no feature says dep:name.
func isMoot(v crate.FeatureValue, key string, left status, explicit bool) bool {
	switch {
	case v.IsFeature():
		return !explicit && v.Feature == key
	case v.IsDep():
		return v.Dep == key
	}
	return left == gone && v.Dep == key
}

// strengthen: name?/feature means nothing for a dependency that is always there.
func strengthen(feature *tomldoc.Entry, key string) {
	for i, item := range feature.Entries() {
		text, ok := item.Text()
		if v := crate.ParseFeatureValue(text); ok && v.Weak && v.Dep == key {
			feature.ReplaceItem(i, tomldoc.NewString(v.Dep+"/"+v.Feature))
		}
	}
}
