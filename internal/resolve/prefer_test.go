package resolve

import (
	"testing"

	"berth/internal/semver"
)

// TestBuilds: a compiler that is a pre-release can build what its release can.
func TestBuilds(t *testing.T) {
	for _, test := range []struct {
		rust, wants string
		want        bool
	}{
		{"1.100.0-beta.7", "1.78", true},
		{"1.100.0-beta.7", "1.100", true},
		{"1.100.0-beta.7", "1.101", false},
		{"1.95.0", "1.95.1", false},
		{"1.95.0", "2", false},
	} {
		rust, err := semver.Parse(test.rust)
		if err != nil {
			t.Fatal(err)
		}
		wants, err := semver.ParsePartial(test.wants)
		if err != nil {
			t.Fatal(err)
		}
		if got := Builds(rust, wants); got != test.want {
			t.Errorf("%s builds %s: %v", test.rust, test.wants, got)
		}
	}
}
