package names

import "strings"

// PartialTarget is a target triple of which any part may be missing.
type PartialTarget struct{ Arch, OS, Env string }

func (t PartialTarget) String() string {
	switch {
	case t.OS == "" && t.Env == "":
		return t.Arch
	case t.Arch == "" && t.Env == "":
		return t.OS
	case t.Arch == "" && t.OS == "":
		return t.Env
	}
	parts := make([]string, 0, 3)
	for _, part := range [3]string{t.Arch, t.OS, t.Env} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "-")
}

// complete fills arch and os from the host. The host's environment is added only
// when no os was written: "stable-x86_64-unknown-linux" has to have a way of saying
// that it wants none.
func (t PartialTarget) complete(host string) (string, error) {
	if t.Arch != "" && t.OS != "" {
		return t.String(), nil
	}
	h, ok := parsePartialTarget(host)
	if !ok || h.Arch == "" || h.OS == "" {
		return "", &HostError{host}
	}
	if t.Arch == "" {
		t.Arch = h.Arch
	}
	if t.OS == "" {
		t.OS = h.OS
		if t.Env == "" {
			t.Env = h.Env
		}
	}
	return t.String(), nil
}

// parsePartialTarget reads [arch][-os][-env] of the known lists, in this order and
// completely. An architecture or an environment is one word, an operating system
// one or two, and no architecture is also the first word of another part, so there
// is one way to read each text; "none" alone is the operating system.
func parsePartialTarget(s string) (PartialTarget, bool) {
	var t PartialTarget
	if s == "" {
		return t, true
	}
	word, rest := cutWord(s)
	if knownArch(word) {
		t.Arch = word
		if rest == "" {
			return t, true
		}
		s = rest[1:]
	}
	if knownOS(s) {
		t.OS = s
		return t, true
	}
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		if !knownOS(s[:i]) {
			return PartialTarget{}, false
		}
		t.OS, s = s[:i], s[i+1:]
	}
	t.Env = s
	return t, knownEnv(s)
}

// CanRun tells whether tools built for target are taken to run on host without
// being asked to. It is rustup's rule and a cautious one: the same triple, and on
// Windows any environment of the same architecture, and i686 on x86_64 and aarch64.
// On Linux not even i686 on x86_64: its libraries are seldom there.
func CanRun(host, target string) (bool, error) {
	if host == target {
		return true, nil
	}
	h, ok := parsePartialTarget(host)
	if !ok {
		return false, &TargetError{host}
	}
	t, ok := parsePartialTarget(target)
	if !ok {
		return false, &TargetError{target}
	}
	if h.OS != "pc-windows" || t.OS != "pc-windows" {
		return false, nil
	}
	emulated := t.Arch == "i686" && (h.Arch == "x86_64" || h.Arch == "aarch64")
	return h.Arch == t.Arch || emulated, nil
}

// TargetError is a triple that is not made of known parts.
type TargetError struct{ Triple string }

func (e *TargetError) Error() string { return "unable to parse target tuple: " + e.Triple }

// Hint says how to have the toolchain all the same.
func (e *TargetError) Hint() string {
	return "check the triple against: rustc --print target-list, or add --force-non-host"
}
