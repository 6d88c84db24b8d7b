package manifest

import (
	"strconv"

	"berth/internal/crate"
	"berth/internal/tomldoc"
)

// Profile is a table of [profile]; what it does not state is nil.
type Profile struct {
	Name     string // or the package that a setting is for
	Settings ProfileSettings
	Packages []PackageProfile
	Build    *ProfileSettings // build-override
}

// PackageProfile are settings for some packages.
type PackageProfile struct {
	All      bool // for "*"
	Spec     crate.Spec
	Settings ProfileSettings
}

// ProfileSettings are the keys of a profile; what is not stated is nil.
type ProfileSettings struct {
	Inherits, OptLevel, Debug, SplitDebuginfo, Strip, LTO, Panic, CodegenBackend *string
	DebugAssertions, OverflowChecks, Incremental, RPath                          *bool
	CodegenUnits                                                                 *uint32
	Rustflags                                                                    []string
	HintMostlyUnused                                                             *bool
}

const (
	settingKeys = "opt-level lto codegen-backend codegen-units debug split-debuginfo debug-assertions rpath panic overflow-checks incremental dir-name inherits " +
		"strip rustflags package build-override trim-paths hint-mostly-unused"
)

func (p *parser) readProfiles() {
	for _, i := range p.top("profile").table().sorted() {
		if err := crate.CheckProfileName(i.v.Key(), p.opts.Release); err != nil {
			p.fail(i.doc, i.v.KeySpan(), "%v", err)
			return
		}
		p.m.Profiles = append(p.m.Profiles, p.readProfile(i))
	}
}

func (p *parser) readProfile(i item) Profile {
	profile := Profile{Name: i.v.Key(), Settings: p.readSettings(i, "")}
	if build := i.get("build-override"); build.there() {
		settings := p.readSettings(build, "build-override")
		profile.Build = &settings
	}
	for _, one := range i.get("package").table().sorted() {
		part := PackageProfile{All: one.v.Key() == "*"}
		if !part.All {
			spec, err := crate.ParseSpec(one.v.Key())
			if err != nil {
				p.fail(one.doc, one.v.KeySpan(), "%v", err)
			}
			part.Spec = spec
		}
		part.Settings = p.readSettings(one, "package")
		profile.Packages = append(profile.Packages, part)
	}
	p.checkProfile(i, profile)
	return profile
}

// readSettings reads the settings of a profile, or of an override in one.
func (p *parser) readSettings(i item, override string) ProfileSettings {
	i.table().unused(settingKeys)
	if override != "" {
		for _, key := range []string{"package", "build-override", "panic", "lto", "rpath"} {
			if bad := i.get(key); bad.there() {
				p.fail(bad.doc, bad.v.KeySpan(), "`%s` cannot be in a `%s` of a profile", key, override)
			}
		}
	}
	s := ProfileSettings{
		Inherits:         i.get("inherits").text(),
		OptLevel:         i.get("opt-level").optLevel(),
		Debug:            i.get("debug").debugInfo(),
		SplitDebuginfo:   i.get("split-debuginfo").text(),
		Strip:            i.get("strip").textOr("symbols", "none"),
		LTO:              i.get("lto").textOr("true", "false"),
		Panic:            i.get("panic").text(),
		CodegenBackend:   i.get("codegen-backend").text(),
		DebugAssertions:  i.get("debug-assertions").flag(),
		OverflowChecks:   i.get("overflow-checks").flag(),
		Incremental:      i.get("incremental").flag(),
		RPath:            i.get("rpath").flag(),
		CodegenUnits:     i.get("codegen-units").count(),
		Rustflags:        i.get("rustflags").texts(),
		HintMostlyUnused: i.get("hint-mostly-unused").flag(),
	}
	for key, feature := range map[string]string{"codegen-backend": "codegen-backend", "rustflags": "profile-rustflags", "trim-paths": "trim-paths"} {
		if unstable := i.get(key); unstable.there() {
			p.require(unstable, feature)
		}
	}
	return s
}

// checkProfile checks what only whole profiles have.
func (p *parser) checkProfile(i item, profile Profile) {
	s := profile.Settings
	if dir := i.get("dir-name"); dir.there() {
		dir.wrong("`%s` is not read: the directory is called as the profile", dir.path)
	}
	switch profile.Name {
	case "doc":
		p.warn(i, "profile `doc` is deprecated and has no effect")
	case "test", "bench":
		if s.Panic != nil {
			p.warn(i.get("panic"), "`panic` setting is ignored for `"+profile.Name+"` profile")
		}
	}
	if s.Panic != nil {
		switch *s.Panic {
		case "unwind", "abort":
		case "immediate-abort":
			p.require(i.get("panic"), "panic-immediate-abort")
		default:
			i.get("panic").wrong("`%s` is %q, expected \"unwind\" or \"abort\"", i.get("panic").path, *s.Panic)
		}
	}
	if lto := i.get("lto"); lto.v.Kind() == tomldoc.String && isWord("true false", lto.str()) {
		lto.wrong("`%s` is the string %q, expected true or false without quotes, or \"thin\", \"fat\" or \"off\"", lto.path, lto.str())
	}
}

// optLevel is a number, or "s" or "z".
func (i item) optLevel() *string {
	switch i.v.Kind() {
	case tomldoc.Missing:
		return nil
	case tomldoc.Integer:
		n, ok := i.v.Int()
		if !ok {
			i.wrong("`%s` is too large a number", i.path)
		}
		text := strconv.FormatInt(n, 10)
		return &text
	case tomldoc.String:
		if text := i.str(); text == "s" || text == "z" {
			return &text
		}
		i.wrong("`%s` is the string %q, expected 0, 1, 2, 3, \"s\" or \"z\"", i.path, i.str())
		return nil
	}
	i.expected("0, 1, 2, 3, \"s\" or \"z\"")
	return nil
}

// debugInfo is a level as rustc takes it: 0, 1, 2 or a name.
func (i item) debugInfo() *string {
	level := ""
	switch i.v.Kind() {
	case tomldoc.Missing:
		return nil
	case tomldoc.Boolean:
		level = map[string]string{"true": "2", "false": "0"}[i.v.Raw()]
	case tomldoc.Integer:
		if n, ok := i.v.Int(); ok && n >= 0 && n <= 2 {
			level = strconv.FormatInt(n, 10)
		}
	case tomldoc.String:
		level = map[string]string{"none": "0", "limited": "1", "full": "2", "line-tables-only": "line-tables-only", "line-directives-only": "line-directives-only"}[i.str()]
	}
	if level == "" {
		i.wrong("`%s` is none of true, false, 0, 1, 2, \"none\", \"limited\", \"full\", \"line-tables-only\" and \"line-directives-only\"", i.path)
	}
	return &level
}

// textOr is a string, or the word that stands for true or false.
func (i item) textOr(yes, no string) *string {
	text, flag := i.textOrFlag()
	switch {
	case flag == nil:
		return text
	case *flag:
		return &yes
	}
	return &no
}

func (i item) count() *uint32 {
	if !i.there() {
		return nil
	}
	n, ok := i.v.Int()
	if !ok || n < 0 || n > 1<<32-1 {
		i.expected("a number")
		return nil
	}
	count := uint32(n)
	return &count
}
