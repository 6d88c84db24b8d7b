package profile

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/order"
	"berth/internal/unit"
)

// Profile is how a unit is compiled, but for what the whole graph decides.
type Profile struct {
	unit.Profile
	// DebugOpen: nobody said that what runs while building has this debug information. It keeps it only if the unit is
	// used in what is built, too.
	DebugOpen bool
	// StripOpen: nobody said anything of stripping. Debug information of the standard library goes if nothing else has any.
	StripOpen bool
}

// builtin is dev or release before anybody changes it.
func builtin(release bool) Profile {
	p := Profile{StripOpen: true, Profile: unit.Profile{Root: "debug", OptLevel: "0", LTO: "false", Debuginfo: "0", Strip: "none", Panic: "unwind"}}
	if release {
		p.Root, p.OptLevel = "release", "3"
	} else {
		p.Debuginfo, p.DebugAssertions, p.OverflowChecks, p.Incremental = "2", true, true, true
	}
	return p
}

// HasDebug tells whether there is debug information.
func (p *Profile) HasDebug() bool { return p.Debuginfo != "0" }

// apply changes what is stated. Stripping that is not stated is open again, also where it was stated before, as in
// stock.
func (p *Profile) apply(s *manifest.ProfileSettings) {
	set(&p.OptLevel, s.OptLevel)
	set(&p.SplitDebuginfo, s.SplitDebuginfo)
	set(&p.Panic, s.Panic)
	set(&p.CodegenBackend, s.CodegenBackend)
	set(&p.DebugAssertions, s.DebugAssertions)
	set(&p.OverflowChecks, s.OverflowChecks)
	set(&p.Incremental, s.Incremental)
	set(&p.RPath, s.RPath)
	over(&p.CodegenUnits, s.CodegenUnits)
	over(&p.MostlyUnused, s.HintMostlyUnused)
	if s.Debug != nil {
		p.Debuginfo, p.DebugOpen = *s.Debug, false
	}
	if s.LTO != nil {
		p.LTO = *s.LTO
		if slices.Contains([]string{"n", "no", "none"}, p.LTO) {
			p.LTO = "off"
		}
	}
	if s.Rustflags != nil {
		p.Rustflags = s.Rustflags
	}
	p.Strip, p.StripOpen = "none", s.Strip == nil
	set(&p.Strip, s.Strip)
}

func set[T any](value *T, stated *T) {
	if stated != nil {
		*value = *stated
	}
}

// merge puts the settings of a profile on top of another's.
func merge(into, from *manifest.Profile) {
	mergeSettings(&into.Settings, &from.Settings)
	if from.Build != nil {
		build := manifest.ProfileSettings{}
		if into.Build != nil {
			build = *into.Build
		}
		mergeSettings(&build, from.Build)
		into.Build = &build
	}
	packages := slices.Clone(into.Packages)
	for _, p := range from.Packages {
		at := slices.IndexFunc(packages, func(o manifest.PackageProfile) bool { return o.All == p.All && o.Spec == p.Spec })
		if at < 0 {
			packages = append(packages, p)
			continue
		}
		mergeSettings(&packages[at].Settings, &p.Settings)
	}
	into.Packages = packages
}

func mergeSettings(into, from *manifest.ProfileSettings) {
	over(&into.Inherits, from.Inherits)
	over(&into.OptLevel, from.OptLevel)
	over(&into.Debug, from.Debug)
	over(&into.SplitDebuginfo, from.SplitDebuginfo)
	over(&into.Strip, from.Strip)
	over(&into.LTO, from.LTO)
	over(&into.Panic, from.Panic)
	over(&into.CodegenBackend, from.CodegenBackend)
	over(&into.DebugAssertions, from.DebugAssertions)
	over(&into.OverflowChecks, from.OverflowChecks)
	over(&into.Incremental, from.Incremental)
	over(&into.RPath, from.RPath)
	over(&into.CodegenUnits, from.CodegenUnits)
	over(&into.HintMostlyUnused, from.HintMostlyUnused)
	if from.Rustflags != nil {
		into.Rustflags = from.Rustflags
	}
}

func over[T any](into **T, from *T) {
	if from != nil {
		*into = from
	}
}

// Compare is stock's order of profiles, by which dependencies of one target in several profiles are sorted. What is
// open plays no part: such profiles are the same.
func (p *Profile) Compare(o *Profile) int {
	return cmp.Or(
		strings.Compare(p.OptLevel, o.OptLevel),
		compareLTO(p.LTO, o.LTO),
		strings.Compare(p.CodegenBackend, o.CodegenBackend),
		compareCounts(p.CodegenUnits, o.CodegenUnits),
		cmp.Compare(debugRank(p.Debuginfo), debugRank(o.Debuginfo)),
		strings.Compare(p.SplitDebuginfo, o.SplitDebuginfo),
		order.Bools(p.DebugAssertions, o.DebugAssertions),
		order.Bools(p.OverflowChecks, o.OverflowChecks),
		order.Bools(p.RPath, o.RPath),
		order.Bools(p.Incremental, o.Incremental),
		-strings.Compare(p.Panic, o.Panic), // unwind before abort
		strings.Compare(stripRank(p.Strip), stripRank(o.Strip)),
		slices.Compare(p.Rustflags, o.Rustflags),
	)
}

// Same tells whether two profiles compare as equal.
func (p *Profile) Same(o *Profile) bool {
	return p.OptLevel == o.OptLevel && p.Debuginfo == o.Debuginfo && p.Strip == o.Strip && p.Incremental == o.Incremental && p.Compare(o) == 0
}

// compareCounts puts what is not stated first.
func compareCounts(a, b *uint32) int {
	if a == nil || b == nil {
		return order.Bools(a != nil, b != nil)
	}
	return cmp.Compare(*a, *b)
}

func compareLTO(a, b string) int {
	rank := func(text string) int {
		if i := slices.Index([]string{"off", "false", "true"}, text); i >= 0 {
			return i
		}
		return 3 // thin, fat
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
}

func debugRank(level string) int {
	return slices.Index([]string{"0", "line-directives-only", "line-tables-only", "1", "2"}, level)
}

func stripRank(text string) string {
	if text == "none" {
		return ""
	}
	return text
}
