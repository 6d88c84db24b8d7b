package ui

import "strings"

// level is the importance of a line; less important ones are greater.
type level uint8

const (
	levelOff level = iota
	levelError
	levelWarn
	levelInfo
	levelDebug
	levelTrace
)

func parseLevel(s string) (level, bool) {
	for l, name := range [...]string{"off", "error", "warn", "info", "debug", "trace"} {
		if strings.EqualFold(s, name) {
			return level(l), true
		}
	}
	return levelOff, false
}

// A filter is the value of a log variable: the least important level for each target. A directive counts for its target and
// what lies below it (`download` for `download::http`), the longest one wins, and "" is the level of all others.
type filter map[string]level

// parseFilter reads a comma-separated list of `level`, `target` (everything of it) and `target=level`. What cannot be read
// is returned apart.
func parseFilter(value string) (filter, []string) {
	f := filter{}
	var bad []string
	for directive := range strings.SplitSeq(value, ",") {
		directive = strings.TrimSpace(directive)
		target, name, hasLevel := strings.Cut(directive, "=")
		l, known := parseLevel(name)
		if !hasLevel {
			if l, known = parseLevel(target); known {
				target = ""
			} else {
				l, known = levelTrace, true
			}
		}
		switch {
		case directive == "":
		case !known || strings.ContainsAny(target, "[]{} "):
			bad = append(bad, directive)
		default:
			f[localTarget(target)] = l
		}
	}
	return f, bad
}

// localTarget drops the program's own name, and rustup's, since people have RUSTUP_LOG=rustup=debug in their scripts.
func localTarget(target string) string {
	for _, program := range [...]string{"berth", "rustup", "cargo"} {
		if target == program {
			return ""
		}
		if rest, ok := strings.CutPrefix(target, program+"::"); ok {
			return rest
		}
	}
	return target
}

func (f filter) allows(target string, l level) bool {
	for {
		if most, ok := f[target]; ok {
			return l <= most
		}
		if target == "" {
			return false
		}
		target = target[:max(0, strings.LastIndex(target, "::"))]
	}
}
