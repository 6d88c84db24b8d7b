package names

import "testing"

func TestNearChannel(t *testing.T) {
	for word, want := range map[string]string{
		"stabel": "stable", "Stable": "stable", "nighly": "nightly", "nightlly": "nightly", "bta": "beta",
		"mine": "", "dev": "", "stage1": "", "fake": "",
	} {
		if got := NearChannel(word); got != want {
			t.Errorf("%q is taken for %q, want %q", word, got, want)
		}
	}
}
