package names

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const linux = "x86_64-unknown-linux-gnu"

func TestPartialNames(t *testing.T) {
	for _, c := range []struct {
		in       string
		shown    string // "" means: not official
		resolved string
	}{
		{"stable", "stable", "stable-" + linux},
		{"nightly-2024-02-31", "nightly-2024-02-31", "nightly-2024-02-31-" + linux}, // no calendar
		{"beta-i686", "beta-i686", "beta-i686-unknown-linux-gnu"},
		{"stable-musl", "stable-musl", "stable-x86_64-unknown-linux-musl"},
		{"stable-msvc", "stable-msvc", "stable-x86_64-unknown-linux-msvc"},
		{"stable-pc-windows", "stable-pc-windows", "stable-x86_64-pc-windows"},
		{"stable-x86_64-unknown-linux", "stable-x86_64-unknown-linux", "stable-x86_64-unknown-linux"},
		{"stable-none", "stable-none", "stable-x86_64-none"},
		{"stable-none-none", "stable-none-none", "stable-x86_64-none-none"},
		{"stable-wasm32-wasip1-threads", "stable-wasm32-wasip1-threads", "stable-wasm32-wasip1-threads"},
		{"stable-thumbv8m.base-none-eabi", "stable-thumbv8m.base-none-eabi", "stable-thumbv8m.base-none-eabi"},
		{"1.0", "1.0.0", "1.0.0-" + linux},
		{"1.8-2016-04-14", "1.8.0-2016-04-14", "1.8.0-2016-04-14-" + linux},
		{"1.9", "1.9", "1.9-" + linux},
		{"1.8-beta", "1.8-beta", "1.8-beta-" + linux},
		{"1.80.0-beta.2", "1.80.0-beta.2", "1.80.0-beta.2-" + linux},
		{"1.80-beta-2024-06-01-musl", "1.80-beta-2024-06-01-musl", "1.80-beta-2024-06-01-x86_64-unknown-linux-musl"},
		{"9.999.99", "9.999.99", "9.999.99-" + linux},
		{in: "1"}, {in: "1."}, {in: "10.0"}, {in: "1.1000"}, {in: "1.01"}, {in: "1.2.100"}, {in: "1.2.03"}, {in: "1.2.3.4"},
		{in: "1.80.0-beta.01"}, {in: "1.80.0-beta.100"}, {in: "1.80.0-beta."}, {in: "1.80.0-betas"}, {in: "1.80.0-alpha"},
		{in: "nightly-2023-6-1"}, {in: "stable-x86_64-unknown-linux-gnu-foo"}, {in: "stable-"}, {in: "stable-2024-01-01-"},
		{in: "stable-unknown"}, {in: "stable-linux-x86_64"}, {in: "Stable"}, {in: " stable"}, {in: "stable-gnu\n"},
	} {
		p, ok := parsePartial(c.in)
		if !ok {
			if c.shown != "" {
				t.Errorf("%q is refused", c.in)
			}
			continue
		}
		if p.String() != c.shown {
			t.Errorf("%q is shown as %q, want %q", c.in, p, c.shown)
		}
		if o, err := p.Official(linux); err != nil || o.String() != c.resolved {
			t.Errorf("%q resolves to %q, %v, want %q", c.in, o, err, c.resolved)
		}
	}
}

func TestResolveNeedsAKnownHost(t *testing.T) {
	for _, host := range []string{"", "sun3", "x86_64", "unknown-linux-gnu", "x86_64-apple-linux"} {
		ref, err := ParseNamed("stable-musl")
		if err != nil {
			t.Fatal(err)
		}
		var unknown *HostError
		if _, err := ref.Resolve(host); !errors.As(err, &unknown) || unknown.Triple != host {
			t.Errorf("host %q: %v", host, err)
		}
	}
	// What is written in full does not depend on the host: a nested rustc need not ask for it.
	if o, err := (Partial{Stable(), "", PartialTarget{"i686", "linux", ""}}).Official(""); err != nil || o.Target != "i686-linux" {
		t.Error(o, err)
	}
}

func TestEachPosition(t *testing.T) {
	type parser = func(string) (string, error)
	ref := func(r Ref, err error) (string, error) {
		if err != nil {
			return "", err
		}
		return r.String(), nil
	}
	official := func(s string) (string, error) { return ref(ParseOfficial(s)) }
	named := func(s string) (string, error) { return ref(ParseNamed(s)) }
	local := func(s string) (string, error) { return ref(ParseLocal(s)) }
	custom := func(s string) (string, error) { return ref(ParseCustom(s)) }
	byDefault := func(s string) (string, error) {
		r, set, err := ParseDefault(s)
		if err == nil && !set {
			return "(none)", nil
		}
		return ref(r, err)
	}
	entry := func(s string) (string, error) {
		tc, err := ParseDirectory(s)
		if err != nil {
			return "", err
		}
		return tc.String(), nil
	}
	for _, c := range []struct {
		parse parser
		in    string
		want  string // the name, or the beginning of the error
	}{
		{official, "stable", "stable"},
		{official, "stable/", "invalid toolchain name: 'stable/'"},
		{official, "+stable", "invalid toolchain name: '+stable'"},
		{official, "mine", "invalid toolchain name: 'mine'"},
		{official, "none", "invalid toolchain name: 'none'"},
		{byDefault, "none", "(none)"},
		{byDefault, "none//", "(none)"},
		{byDefault, "mine", "mine"},
		{byDefault, "/abs", "invalid toolchain name '/abs'"},
		{named, "stable//", "stable"},
		{named, "nightly-2023-6-1", "nightly-2023-6-1"},
		{named, "+stable", "invalid toolchain name '+stable'; valid toolchain names do not start with '+'"},
		{named, "none", "invalid toolchain name 'none'"},
		{named, "", "invalid toolchain name ''"},
		{named, "//", "invalid toolchain name '//'"},
		{named, `a\b`, `invalid toolchain name 'a\b'`},
		{named, "..", "invalid toolchain name '..'"},
		{local, "stable", "stable"},
		{local, "mine", "mine"},
		{local, "none", "invalid path toolchain 'none'"},
		{local, ".", "invalid path toolchain '.'"},
		{local, "a/b", "relative path toolchain 'a/b'"},
		{local, "./stable", "relative path toolchain './stable'"},
		{local, "/", "invalid toolchain name '/'"},
		{custom, "mine/", "mine"},
		{custom, "stable", "invalid custom toolchain name 'stable'"},
		{custom, "none", "invalid custom toolchain name 'none'"},
		{custom, "a/b", "invalid custom toolchain name 'a/b'"},
		{custom, "stable-x86_64-foo", "stable-x86_64-foo"},
		{entry, "stable-" + linux, "stable-" + linux},
		{entry, "1.80.0-beta.100", "1.80.0-beta.100"}, // version 1.80.0, host "beta.100"
		{entry, "1.8-" + linux, "1.8.0-" + linux},
		{entry, "stable", "invalid toolchain name 'stable'"},
		{entry, "nightly-2024-01-01", "invalid toolchain name 'nightly-2024-01-01'"},
		{entry, "none", "invalid toolchain name 'none'"},
		{entry, "mine", "mine"},
	} {
		got, err := c.parse(c.in)
		if err != nil {
			got = err.Error()
			var refused *Error
			if !errors.As(err, &refused) || refused.Hint() == "" {
				t.Errorf("%q: an error without a next step: %v", c.in, err)
			}
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestDirectoryNamesTakeAnyHost(t *testing.T) {
	for in, want := range map[string]Official{
		"stable-gnu":                        {Stable(), "", "gnu"},
		"stable-my-own-os":                  {Stable(), "", "my-own-os"},
		"nightly-2024-01-01-" + linux:       {Nightly(), "2024-01-01", linux},
		"nightly-2024-01-01x":               {Nightly(), "", "2024-01-01x"},
		"nightly-2024-01-01-":               {Nightly(), "", "2024-01-01-"},
		"1.80-beta-":                        {Channel{kind: kindVersion, major: 1, minor: 80}, "", "beta-"},
		"1.80.0-beta.2-2024-01-01-riscv-os": {Channel{kindVersion, 1, 80, 1, 4}, "2024-01-01", "riscv-os"},
	} {
		if got, err := ParseDirectory(in); err != nil || got != want {
			t.Errorf("%q: %#v, %v, want %#v", in, got, err, want)
		}
	}
}

func TestTracking(t *testing.T) {
	for in, want := range map[string]bool{
		"stable": true, "beta": true, "nightly": true, "nightly-2024-01-01": false,
		"1.80": true, "1.80.0": false, "1.8": false, "1.80.0-beta": true, "1.80.0-beta.1": false,
		"1.80-beta.1": true, "1.80-2024-01-01": false,
	} {
		p, _ := parsePartial(in)
		o, err := p.Official(linux)
		if err != nil || o.Tracking() != want {
			t.Errorf("%s: %v, %v", in, o.Tracking(), err)
		}
	}
}

func TestOrderOfLists(t *testing.T) {
	want := strings.Fields(`
		stable-i686-unknown-linux-gnu stable-x86_64-unknown-linux-gnu stable-2024-01-01-i686-unknown-linux-gnu
		beta-i686-unknown-linux-gnu nightly-i686-unknown-linux-gnu nightly-2023-01-01-x nightly-2024-01-01-a
		1.9-x 1.9.0-beta-x 1.9.0-beta.2-x 1.9.0-beta.10-x 1.9.0-x 1.10-x 1.10.2-x 1.10.10-x 2.0.0-x
		A Z a stable-`)
	var got []Toolchain
	for _, name := range want {
		tc, err := ParseDirectory(name)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, tc)
	}
	got = append(got, Path("/a"))
	want = append(want, "/a")
	slices.Reverse(got)
	slices.SortFunc(got, Compare)
	for i, tc := range got {
		if tc.String() != want[i] {
			t.Fatalf("at %d stands %s, want %s: %v", i, tc, want[i], got)
		}
	}
}

func TestCanRun(t *testing.T) {
	for _, c := range []struct {
		host, target string
		want         bool
	}{
		{linux, linux, true},
		{linux, "i686-unknown-linux-gnu", false},
		{linux, "x86_64-unknown-linux-musl", false},
		{"my-own-os", "my-own-os", true},
		{"x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu", true},
		{"x86_64-pc-windows-msvc", "i686-pc-windows-gnu", true},
		{"aarch64-pc-windows-msvc", "i686-pc-windows-msvc", true},
		{"aarch64-pc-windows-msvc", "x86_64-pc-windows-msvc", false},
		{"i686-pc-windows-msvc", "x86_64-pc-windows-msvc", false},
		{"aarch64-apple-darwin", "x86_64-apple-darwin", false},
	} {
		if got, err := CanRun(c.host, c.target); got != c.want || err != nil {
			t.Errorf("%s on %s: %v, %v", c.target, c.host, got, err)
		}
	}
	for _, pair := range [][2]string{{linux, "sun3"}, {"sun3", linux}} {
		var unknown *TargetError
		if _, err := CanRun(pair[0], pair[1]); !errors.As(err, &unknown) || unknown.Triple != "sun3" {
			t.Errorf("%v: %v", pair, err)
		}
	}
}

func FuzzNames(f *testing.F) {
	seeds := []string{"stable", "1.80.0-beta.2-2024-01-01-x86_64-unknown-linux-gnu", "nightly-2024-01-01-", "mine", "none", "+x/", "/a/b", "1.8-beta-"}
	for _, s := range seeds {
		if _, err := ParseLocal(s); err != nil && s != "none" && s != "+x/" {
			f.Fatalf("the seed %q is no name: %v", s, err)
		}
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if ref, err := ParseLocal(s); err == nil {
			again, err := ParseLocal(ref.String())
			if err != nil || again != ref {
				t.Errorf("%q reads as %#v, shown %q, read again %#v, %v", s, ref, ref, again, err)
			}
			sameWhenResolved(t, ref)
		}
		if tc, err := ParseDirectory(s); err == nil {
			again, err := ParseDirectory(tc.String())
			if err != nil || again != tc || Compare(tc, again) != 0 {
				t.Errorf("%q reads as %#v, shown %q, read again %#v, %v", s, tc, tc, again, err)
			}
			if strings.ContainsAny(tc.String(), `/\`) || tc.String() == ".." || tc.String() == "." {
				t.Errorf("%q is no element below a directory: %q", s, tc)
			}
		}
	})
}

// sameWhenResolved: what an official name resolves to is the name of the directory.
// (A custom name may come back as an official one of an odd host, "stable-mine", as
// in stock; only the text counts there.)
func sameWhenResolved(t *testing.T, ref Ref) {
	tc, err := ref.Resolve(linux)
	if err != nil {
		t.Errorf("%s does not resolve: %v", ref, err)
		return
	}
	if _, isOfficial := tc.(Official); !isOfficial {
		return
	}
	if entry, err := ParseDirectory(tc.String()); err != nil || entry != tc {
		t.Errorf("%s resolves to %q, whose directory reads as %#v, %v", ref, tc, entry, err)
	}
}

func BenchmarkParseLocal(b *testing.B) {
	for b.Loop() {
		ref, _ := ParseLocal("stable-x86_64-unknown-linux-gnu")
		tc, _ := ref.Resolve("")
		_ = tc.String()
	}
}
