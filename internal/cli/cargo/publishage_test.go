package cargo_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/internal/dialect"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
)

type age struct {
	env  []string
	bars bool // what is too new is left out
}

// ages are settings, and wrongAges such as cannot be.
var (
	ages = []age{
		{[]string{"CARGO_REGISTRY_GLOBAL_MIN_PUBLISH_AGE=7 days"}, true},
		{[]string{"CARGO_REGISTRY_GLOBAL_MIN_PUBLISH_AGE=1week", "CARGO_RESOLVER_INCOMPATIBLE_PUBLISH_AGE=deny"}, true},
		{[]string{"CARGO_REGISTRY_GLOBAL_MIN_PUBLISH_AGE=7 days", "CARGO_RESOLVER_INCOMPATIBLE_PUBLISH_AGE=allow"}, false},
		{[]string{"CARGO_REGISTRY_GLOBAL_MIN_PUBLISH_AGE=30 hours"}, false},
		{[]string{"CARGO_REGISTRY_GLOBAL_MIN_PUBLISH_AGE=0"}, false},
		{[]string{"CARGO_RESOLVER_INCOMPATIBLE_PUBLISH_AGE=deny"}, false},
	}
	wrongAges = []age{
		{env: []string{"CARGO_REGISTRY_GLOBAL_MIN_PUBLISH_AGE=2"}},
		{env: []string{"CARGO_REGISTRY_GLOBAL_MIN_PUBLISH_AGE=2 fortnights"}},
		{env: []string{"CARGO_RESOLVER_INCOMPATIBLE_PUBLISH_AGE=never"}},
	}
)

// TestVersionsThatAreTooNew: from 1.100 on versions that were published too late are not chosen, as with a stock Cargo that is such an
// oracle; what Cargo.lock has stays.
func TestVersionsThatAreTooNew(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.followed("first", dialect.First)
	p.followed("last", dialect.Last)
	at := func(days float64) string {
		return time.Now().Add(-time.Duration(days * float64(24*time.Hour))).UTC().Format("2006-01-02T15:04:05Z")
	}
	version := func(name, v string, days float64) cratekit.Crate {
		c := cratekit.New(name, v)
		c.PubTime = at(days)
		return c
	}
	serve := registryserver.Run(t, registryserver.Options{},
		version("bar", "1.0.0", 14.2), version("bar", "1.1.0", 2.2), version("young", "1.0.0", 1.6), version("young", "1.1.0", 0.5), version("young", "0.9.0", 40.2), cratekit.New("ageless", "1.0.0"))
	p.write(filepath.Join(p.theirs.Home, "config.toml"), serve.Replace())
	p.write("src/lib.rs", "")
	manifest := onePackage + "[dependencies]\nbar = \"1\"\nageless = \"1\"\n"
	chosen := func(env []string, toolchain string) string {
		p.write("Cargo.toml", manifest)
		if r := p.berth(env, toolchain, "generate-lockfile"); r.Code != 0 {
			t.Errorf("%s: %v", env, r)
		}
		return strings.Join(p.locked(), " ")
	}
	for _, a := range ages {
		if want := map[bool]string{true: "ageless@1.0.0 bar@1.0.0", false: "ageless@1.0.0 bar@1.1.0"}[a.bars]; chosen(a.env, "+last") != want {
			t.Errorf("%s: expected %s", a.env, want)
		}
	}
	if got := chosen(ages[0].env, "+first"); got != "ageless@1.0.0 bar@1.1.0" {
		t.Errorf("the first release chooses %s", got)
	}
	if !p.theirs.Release().MinPublishAge() {
		return // who would be the oracle knows nothing of ages
	}
	for _, a := range append(ages, wrongAges...) {
		for _, line := range []string{"generate-lockfile", "update", "update -v", "update bar --precise 1.1.0", "update -v", "add bar --dry-run", "add young --dry-run", "generate-lockfile"} {
			p.write("Cargo.toml", manifest)
			p.sameLockIn(a.env, line)
		}
		p.write("Cargo.toml", manifest+"young = \"1\"\n")
		p.sameLockIn(a.env, "generate-lockfile")
	}
}
