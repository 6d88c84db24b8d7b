package profile

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/nearest"
	"berth/internal/resolve"
)

// Check makes sure that no package is meant by two settings of one profile, and warns of settings of the manifest that
// mean no package at all. Those of a configuration may be for other workspaces.
func (s *Set) Check(inManifest []manifest.Profile, g *resolve.Graph) (warnings []string, err error) {
	for _, name := range s.Names() {
		if stated := s.stated[name]; stated == nil || len(stated.Packages) == 0 {
			continue
		}
		found, err := unique(name, s.merged[name].table.Packages, g)
		if err != nil {
			return nil, err
		}
		for i := range inManifest {
			if inManifest[i].Name == name {
				warnings = append(warnings, unmatched(name, inManifest[i].Packages, found, g)...)
			}
		}
	}
	return warnings, nil
}

// unique finds the settings that mean a package.
func unique(name string, settings []manifest.PackageProfile, g *resolve.Graph) (found []crate.Spec, err error) {
	for i := range g.Packages {
		id := g.Packages[i].ID
		var fits []crate.Spec
		var texts []string
		for _, p := range settings {
			if !p.All && p.Spec.Matches(id) {
				fits, texts = append(fits, p.Spec), append(texts, p.Spec.String())
			}
		}
		if len(fits) > 1 {
			slices.Sort(texts)
			return nil, fmt.Errorf("multiple package overrides in profile `%s` match package `%s`\nfound package specs: %s", name, id, strings.Join(texts, ", "))
		}
		found = append(found, fits...)
	}
	return found, nil
}

func unmatched(name string, settings []manifest.PackageProfile, found []crate.Spec, g *resolve.Graph) (warnings []string) {
	for _, p := range settings {
		if p.All || slices.Contains(found, p.Spec) {
			continue
		}
		var same, names []string
		for i := range g.Packages {
			id := g.Packages[i].ID
			names = append(names, id.Name)
			if id.Name == p.Spec.Name {
				same = append(same, id.String())
			}
		}
		if len(same) > 0 {
			warnings = append(warnings, fmt.Sprintf("profile package spec `%s` in profile `%s` has a version or URL that does not match any of the packages: %s", p.Spec, name, strings.Join(same, ", ")))
			continue
		}
		text := fmt.Sprintf("profile package spec `%s` in profile `%s` did not match any packages", p.Spec, name)
		if similar := nearest.Of(p.Spec.Name, names...); similar != "" {
			text += fmt.Sprintf("\n\nhelp: a package with a similar name exists: `%s`", similar)
		}
		warnings = append(warnings, text)
	}
	return warnings
}
