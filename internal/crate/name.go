package crate

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"berth/internal/dialect"
)

// CheckPackageName tells why name cannot be a package's, or nil.
func CheckPackageName(name string) error { return checkName(name, "package") }

// CheckRegistryName tells why name cannot be a registry's, or nil.
func CheckRegistryName(name string) error { return checkName(name, "registry") }

func checkName(name, of string) error {
	if name == "" {
		return fmt.Errorf("the name of a %s cannot be empty", of)
	}
	for i, r := range name {
		switch {
		case i == 0 && r >= '0' && r <= '9':
			return fmt.Errorf("%q cannot be the name of a %s: it starts with a digit", name, of)
		case i == 0 && r != '_' && !startsWord(r):
			return fmt.Errorf("%q cannot be the name of a %s: it must start with a letter or _", name, of)
		case i > 0 && r != '-' && !goesOnWord(r):
			return fmt.Errorf("%q cannot be the name of a %s: %q is no letter, digit, - or _", name, of, r)
		}
	}
	return nil
}

// startsWord and goesOnWord are the properties XID_Start and XID_Continue of https://www.unicode.org/reports/tr31/.
func startsWord(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return unicode.In(r, unicode.Letter, unicode.Nl, unicode.Other_ID_Start) &&
		!unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space) && !changesUnderNormalization(r)
}

func goesOnWord(r rune) bool {
	if r < 0x80 {
		return startsWord(r) || r >= '0' && r <= '9' || r == '_'
	}
	combining := r == 0x0e33 || r == 0x0eb3 || r == 0xff9e || r == 0xff9f // go on a word, but start none
	return combining || startsWord(r) ||
		unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) && !unicode.In(r, unicode.Pattern_Syntax)
}

// changesUnderNormalization are the letters that XID leaves out of ID, as they become no word in normal form KC.
func changesUnderNormalization(r rune) bool {
	switch r {
	case 0x037a, 0x0e33, 0x0eb3, 0x309b, 0x309c, 0xfdfa, 0xfdfb, 0xfe70, 0xfe72, 0xfe74, 0xfe76, 0xfe78, 0xfe7a, 0xfe7c, 0xfe7e, 0xff9e, 0xff9f:
		return true
	}
	return r >= 0xfc5e && r <= 0xfc63
}

// reservedProfiles could come to mean something one day.
const reservedProfiles = "build check clean config fetch fix install metadata package publish report root run rust rustc rustdoc target tmp uninstall"

// CheckProfileName tells why name cannot be a profile's, or nil.
func CheckProfileName(name string, release dialect.Release) error {
	for _, r := range name {
		if r != '_' && r != '-' && !unicode.In(r, unicode.Letter, unicode.Number, unicode.Other_Alphabetic) {
			return fmt.Errorf("%q cannot be the name of a profile: %q is no letter, digit, - or _", name, r)
		}
	}
	lower := strings.ToLower(name)
	switch {
	case lower == "debug" && !release.DebugProfile():
		return fmt.Errorf("%q cannot be the name of a profile: what is built by default has the profile dev, in [profile.dev]", name)
	case lower == "build-override":
		return fmt.Errorf("%q cannot be the name of a profile: settings for build scripts go into [profile.dev.build-override] and [profile.release.build-override]", name)
	case slices.Contains(strings.Fields(reservedProfiles), lower) || strings.HasPrefix(lower, "cargo"):
		return fmt.Errorf("%q cannot be the name of a profile: it is reserved", name)
	}
	return nil
}
