package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// MinPublishAge is how old a version has to be: Span as Text says it, 0 for any age.
type MinPublishAge struct {
	Span time.Duration
	Text string
}

// MinPublishAges are registry.global-min-publish-age and registries.NAME.min-publish-age.
type MinPublishAges struct {
	All *MinPublishAge // nil where nobody said
	Own map[string]MinPublishAge
}

// MinPublishAges reads how old versions have to be.
func (c *Config) MinPublishAges() (MinPublishAges, error) {
	m := MinPublishAges{Own: map[string]MinPublishAge{}}
	all, is, err := c.minPublishAge("registry.global-min-publish-age")
	if err != nil {
		return m, err
	}
	if is {
		m.All = &all
	}
	registries, err := c.Lookup(ParseKey("registries"))
	if err != nil {
		return m, err
	}
	names := registries.Keys()
	for _, v := range c.Variables("CARGO_REGISTRIES_") {
		if name, ok := strings.CutSuffix(strings.TrimPrefix(v.Name, "CARGO_REGISTRIES_"), "_MIN_PUBLISH_AGE"); ok {
			names = append(names, strings.ToLower(name))
		}
	}
	for _, name := range names {
		own, is, err := c.minPublishAge("registries." + name + ".min-publish-age")
		if err != nil {
			return m, err
		}
		if is {
			m.Own[name] = own
		}
	}
	return m, nil
}

func (c *Config) minPublishAge(key string) (age MinPublishAge, is bool, err error) {
	v, err := c.String(key)
	if err != nil || !v.Set {
		return age, false, err
	}
	span, ok := parseSpan(v.Val)
	if !ok {
		return age, false, fmt.Errorf("invalid value for `%s`: expected a value of the form \"N seconds/minutes/hours/days/weeks/months\", got: %q (%s)", key, v.Val, v.Origin)
	}
	return MinPublishAge{span, v.Val}, true, nil
}

// spanUnit is a unit of a span of time, 0 for what is none. A month is a twelfth of 365.2425 days.
func spanUnit(word string) time.Duration {
	switch strings.TrimSuffix(word, "s") {
	case "second":
		return time.Second
	case "minute":
		return time.Minute
	case "hour":
		return time.Hour
	case "day":
		return 24 * time.Hour
	case "week":
		return 7 * 24 * time.Hour
	case "month":
		return 2_629_746 * time.Second
	}
	return 0
}

// parseSpan reads "0", or a number and a unit with a space between or none. What is longer than a Duration is as long as one can be.
func parseSpan(text string) (time.Duration, bool) {
	if text == "0" {
		return 0, true
	}
	digits := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if digits <= 0 {
		return 0, false
	}
	n, err := strconv.ParseUint(text[:digits], 10, 64)
	unit := spanUnit(strings.TrimPrefix(text[digits:], " "))
	if err != nil || unit == 0 {
		return 0, false
	}
	if n > uint64(math.MaxInt64/unit) {
		return math.MaxInt64, true
	}
	return time.Duration(n) * unit, true
}
