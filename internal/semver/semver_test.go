package semver_test

import (
	"slices"
	"strings"
	"testing"

	"berth/internal/semver"
)

func TestParse(t *testing.T) {
	for _, good := range strings.Fields("0.0.0 1.2.3 1.2.3-alpha.1 1.2.3-0a.01a+001.b 18446744073709551615.0.0 1.0.0+-") {
		if v, err := semver.Parse(good); err != nil || v.String() != good {
			t.Errorf("Parse(%q) = %v, %v", good, v, err)
		}
	}
	for _, bad := range []string{"", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3-a..b", "1.2.3 ", "18446744073709551616.0.0", "1.2.3.4", "1.-2.3"} {
		if v, err := semver.Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %v, expected an error", bad, v)
		}
	}
}

func TestOrder(t *testing.T) {
	sorted := strings.Fields("0.0.9 1.0.0-1 1.0.0-2 1.0.0-10 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0 1.0.0+0 1.0.0+00 1.0.0+1 1.0.0+a 1.0.1 1.1.0 2.0.0")
	for i := range sorted {
		for j := range sorted {
			a, _ := semver.Parse(sorted[i])
			b, _ := semver.Parse(sorted[j])
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := a.Compare(b); got != want {
				t.Errorf("%s against %s: %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestRequirements(t *testing.T) {
	versions := strings.Fields("0.0.0 0.0.1 0.0.3 0.1.0 0.1.2 0.2.0 1.0.0-rc.1 1.0.0 1.0.1 1.2.3-beta 1.2.3 1.2.4 1.3.0 2.0.0-alpha 2.0.0 2.1.0")
	for _, c := range []struct{ req, canonical, matches string }{
		{"*", "*", "0.0.0 0.0.1 0.0.3 0.1.0 0.1.2 0.2.0 1.0.0 1.0.1 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0"},
		{"1", "^1", "1.0.0 1.0.1 1.2.3 1.2.4 1.3.0"},
		{" ^1.2.3 ", "^1.2.3", "1.2.3 1.2.4 1.3.0"},
		{"^1.2.3-beta", "^1.2.3-beta", "1.2.3-beta 1.2.3 1.2.4 1.3.0"},
		{"0.1.1", "^0.1.1", "0.1.2"},
		{"0.0.1", "^0.0.1", "0.0.1"},
		{"0.0", "^0.0", "0.0.0 0.0.1 0.0.3"},
		{"0", "^0", "0.0.0 0.0.1 0.0.3 0.1.0 0.1.2 0.2.0"},
		{"~1.2.3", "~1.2.3", "1.2.3 1.2.4"},
		{"~1.2", "~1.2", "1.2.3 1.2.4"},
		{"~1", "~1", "1.0.0 1.0.1 1.2.3 1.2.4 1.3.0"},
		{"= 1.2", "=1.2", "1.2.3 1.2.4"},
		{"1.2.*", "1.2.*", "1.2.3 1.2.4"},
		{"1.*.*", "1.*", "1.0.0 1.0.1 1.2.3 1.2.4 1.3.0"},
		{">=1.*", ">=1", "1.0.0 1.0.1 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0"},
		{">1", ">1", "2.0.0 2.1.0"},
		{">1.2", ">1.2", "1.3.0 2.0.0 2.1.0"},
		{"<= 1.2, >0.1.2", "<=1.2, >0.1.2", "0.2.0 1.0.0 1.0.1 1.2.3 1.2.4"},
		{">=1.0.0-rc.1,<2", ">=1.0.0-rc.1, <2", "1.0.0-rc.1 1.0.0 1.0.1 1.2.3 1.2.4 1.3.0"},
		{"<2.0.0", "<2.0.0", "0.0.0 0.0.1 0.0.3 0.1.0 0.1.2 0.2.0 1.0.0 1.0.1 1.2.3 1.2.4 1.3.0"},
		{"=1.0.1+build", "=1.0.1", "1.0.1"},
	} {
		req, err := semver.ParseReq(c.req)
		if err != nil || req.String() != c.canonical {
			t.Errorf("ParseReq(%q) = %v, %v; want %s", c.req, req, err, c.canonical)
			continue
		}
		var got []string
		for _, text := range versions {
			if v, _ := semver.Parse(text); req.Matches(v) {
				got = append(got, text)
			}
		}
		if !slices.Equal(got, strings.Fields(c.matches)) {
			t.Errorf("%s matches %v, want %s", req, got, c.matches)
		}
	}
	for _, bad := range []string{"", " ", "1.2.3.4", "*, 1", "1, *", "1.*.3", ">= >= 1", "1.0,", "a", "^", "1 2", "v1", "1.2-pre", "=>1", "*.1"} {
		if req, err := semver.ParseReq(bad); err == nil {
			t.Errorf("ParseReq(%q) = %v, expected an error", bad, req)
		}
	}
}

func TestPartial(t *testing.T) {
	p, err := semver.ParsePartial("1.70")
	if err != nil || p.String() != "1.70" || !p.Matches(semver.Version{Major: 1, Minor: 70, Patch: 4}) || p.Matches(semver.Version{Major: 1, Minor: 71}) {
		t.Errorf("1.70 = %v, %v", p, err)
	}
	for text, want := range map[string]string{"1.70 ": "1.70", "  1.70.0-a": "1.70.0-a", "1.70.0+b": "1.70.0+b", "1.70.0+b ": "1.70.0"} {
		if p, err := semver.ParsePartial(text); err != nil || p.String() != want {
			t.Errorf("ParsePartial(%q) = %v, %v, expected %s", text, p, err, want)
		}
	}
	for _, bad := range []string{"", " ", "1.", "1 .2", "1.2-pre", "^1", "1.2.3.4", "*", "1.70\t"} {
		if p, err := semver.ParsePartial(bad); err == nil {
			t.Errorf("ParsePartial(%q) = %v, expected an error", bad, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1.2.3-a.1+b", "^1.2, <3", "1.*", "*", "=0.0.1-x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := semver.Parse(text); err == nil && v.String() != text {
			t.Errorf("%q became %q", text, v)
		}
		if req, err := semver.ParseReq(text); err == nil {
			again, err := semver.ParseReq(req.String())
			if err != nil || !again.Equal(req) {
				t.Errorf("%q became %q, which is read as %v, %v", text, req, again, err)
			}
		}
		if p, err := semver.ParsePartial(text); err == nil && p.String() != text && !strings.Contains(text, " ") {
			t.Errorf("%q became %q", text, p)
		}
	})
}
