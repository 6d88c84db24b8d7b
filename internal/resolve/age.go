package resolve

import (
	"fmt"
	"time"

	"berth/internal/crate"
)

// Age is how old a version has to be before it is chosen anew: resolver.incompatible-publish-age,
// registry.global-min-publish-age and registries.NAME.min-publish-age
// (https://doc.rust-lang.org/cargo/reference/config.html).
type Age struct {
	Now time.Time
	All *MinAge // of registries that have none of their own; nil where nobody said
	// Own are those of single registries, by [crate.SourceID.RegistryKey], the public one by its name in the configuration.
	Own map[string]MinAge
	// Allowed: what is too new is told of, and chosen all the same.
	Allowed bool
}

// MinAge is a least age and how it is written in the configuration.
type MinAge struct {
	Span time.Duration // 0 is none
	Text string
}

// Young is a version that is newer than it may be.
type Young struct {
	age     time.Duration
	minimum string
}

// TooNew tells whether a version is newer than it may be. What has no time of publication is old enough.
func (a *Age) TooNew(s *crate.Summary) (y Young, is bool) {
	if a == nil || s.Published.IsZero() {
		return Young{}, false
	}
	least := a.of(s.ID.Source)
	age := a.Now.Sub(s.Published)
	if least.Span == 0 || age >= least.Span {
		return Young{}, false
	}
	return Young{age, least.Text}, true
}

func (a *Age) of(source crate.SourceID) MinAge {
	name := source.RegistryKey()
	if name == "" && source.IsPublic() {
		name = crate.PublicKey
	}
	if own, ok := a.Own[name]; ok {
		return own
	}
	if a.All != nil {
		return *a.All
	}
	return MinAge{}
}

// refuses tells whether a version must not be chosen anew.
func (a *Age) refuses(s *crate.Summary) bool {
	if a == nil || a.Allowed {
		return false
	}
	_, is := a.TooNew(s)
	return is
}

// Ago is for how long a version has been there, for people.
func (y Young) Ago() string { return spanText(y.age) }

// String is the whole of it, for people.
func (y Young) String() string {
	return fmt.Sprintf("published %s ago, minimum age %s", y.Ago(), y.minimum)
}

// Headline is what the versions of a Cargo.lock are as of.
func (a *Age) Headline() string {
	switch {
	case a == nil || a.Allowed:
		return ""
	case len(a.Own) > 0 || a.All.Span == 0:
		return "min-publish-age"
	}
	return spanText(a.All.Span) + " ago"
}

// spanText is a span in the one unit that suits it, rounded.
func spanText(d time.Duration) string {
	unit, name := time.Second, "second"
	switch {
	case d <= 0:
		return "moments"
	case d >= 48*time.Hour:
		unit, name = 24*time.Hour, "day"
	case d >= time.Hour:
		unit, name = time.Hour, "hour"
	case d >= time.Minute:
		unit, name = time.Minute, "minute"
	}
	n := int64(d.Round(unit) / unit)
	if n != 1 {
		name += "s"
	}
	return fmt.Sprintf("%d %s", n, name)
}
