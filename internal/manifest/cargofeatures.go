package manifest

import (
	"strings"

	"berth/internal/nearest"
)

// cargoFeatures are the unstable features that the key cargo-features asks for.
type cargoFeatures map[string]bool

// The names that the key may hold; those of Cargo's own tests are left out.
const (
	stableFeatures = "alternative-registries edition rename-dependency profile-overrides default-run named-profiles resolver strip rust-version " +
		"edition2021 workspace-inheritance edition2024 test-dummy-stable"
	unstableFeatures = "metabuild public-dependency per-package-target codegen-backend different-binary-name profile-rustflags trim-paths " +
		"open-namespaces path-bases unstable-editions multiple-build-scripts panic-immediate-abort test-dummy-unstable"
	removedFeatures = "publish-lockfile"
)

func (p *parser) readFeatures() {
	i := p.top("cargo-features")
	for _, one := range i.array("strings") {
		name := one.str()
		switch {
		case p.err != nil:
			return
		case p.features[name]:
			one.wrong("the cargo feature `%s` is asked for twice", name)
		case isWord(stableFeatures, name):
			p.warn(one, "the cargo feature `"+name+"` has been stabilized and is no longer necessary to be listed in the manifest")
		case isWord(removedFeatures, name):
			one.wrong("the cargo feature `%s` has been removed", name).WithHelp("remove it from the manifest")
		case !isWord(unstableFeatures, name):
			e := one.wrong("there is no cargo feature `%s`", name)
			if right := nearest.Of(name, strings.Fields(stableFeatures+" "+unstableFeatures)...); right != "" {
				e.WithHelp("a cargo feature with a similar name exists: `%s`", right)
			}
		case !p.opts.Nightly:
			one.wrong("the cargo feature `%s` is there in nightly versions only", name)
		}
		if p.features == nil {
			p.features = cargoFeatures{}
		}
		p.features[name] = true
		p.m.CargoFeatures = append(p.m.CargoFeatures, name)
	}
}

// require refuses a key that is there only with a cargo feature.
func (p *parser) require(i item, feature string) {
	if p.features[feature] || p.err != nil {
		return
	}
	e := p.fail(i.doc, i.v.KeySpan(), "`%s` needs the cargo feature `%s`, which is not stable", i.path, feature)
	if p.opts.Nightly {
		e.WithHelp("put `cargo-features = [\"%s\"]` above the first table of the manifest", feature)
	} else {
		e.WithHelp("it is there in nightly versions only")
	}
}
