package crate

import "testing"

// TestFeatureValue: what is on either side of a slash may be missing; then nothing is meant by it, and surely nothing else.
func TestFeatureValue(t *testing.T) {
	type kind struct{ feature, dep, depFeature bool }
	deps := []*Dependency{{Name: "x", Optional: true}}
	for _, c := range []struct {
		text  string
		kind  kind
		right bool
	}{
		{"bar", kind{feature: true}, true},
		{"x", kind{feature: true}, true},
		{"", kind{feature: true}, false},
		{"dep:", kind{feature: true}, false},
		{"dep:x", kind{dep: true}, true},
		{"x/bar", kind{depFeature: true}, true},
		{"x?/bar", kind{depFeature: true}, true},
		{"x/", kind{depFeature: true}, true}, // it is x that has no such feature
		{"/bar", kind{depFeature: true}, false},
		{"?/bar", kind{depFeature: true}, false},
		{"/", kind{depFeature: true}, false},
	} {
		v := ParseFeatureValue(c.text)
		if got := (kind{v.IsFeature(), v.IsDep(), v.IsDepFeature()}); got != c.kind {
			t.Errorf("%q: %+v, expected %+v", c.text, got, c.kind)
		}
		if _, err := NewFeatures(map[string][]string{"bar": nil, "foo": {c.text}}, deps); (err == nil) != c.right {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}
