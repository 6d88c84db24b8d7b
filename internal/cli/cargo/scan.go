package cargo

import (
	"slices"
	"strings"
)

// line is a command line, read only so far that it can be said whose it is.
type line struct {
	verb string
	// strange says that something in front of the verb is not known here, or is
	// unstable. The toolchain's cargo knows it, or says what is wrong with it.
	strange bool
	// unstable is what -Z names; of a word that may be one in another form the word.
	unstable []string
}

// The -Z of flags that are not stable, and of a setting that was not before 1.97.
const (
	unstableOptions = "unstable-options"
	lockfilePath    = "lockfile-path"
)

// takes says whether berth may do what is unstable in a line.
func takes(verb string, unstable []string) bool {
	var known []string
	switch verb {
	case "package":
		known = []string{unstableOptions}
	case "build", "check":
		known = []string{unstableOptions, lockfilePath}
	}
	return !slices.ContainsFunc(unstable, func(flag string) bool { return !slices.Contains(known, flag) })
}

// scan reads a line without a +toolchain.
func scan(args []string) (l line) {
	rest := args
	for len(rest) > 0 && !l.strange && l.verb == "" {
		word := rest[0]
		rest = rest[1:]
		switch {
		case strings.HasPrefix(word, "+"):
			l.strange = true
		case word == "" || word == "-" || !strings.HasPrefix(word, "-"):
			l.verb = word
			l.strange = word == "" || word == "-"
		case strings.HasPrefix(word, "--"):
			rest = l.long(word[2:], rest)
		default:
			rest = l.short(word[1:], rest)
		}
	}
	for i, word := range rest {
		switch {
		case word == "--":
			return l
		case word == "-Z" && i+1 < len(rest):
			l.unstable = append(l.unstable, rest[i+1])
		case isUnstable(word):
			l.unstable = append(l.unstable, strings.TrimPrefix(word, "-Z"))
		}
	}
	return l
}

// long reads a long flag and returns what is left.
func (l *line) long(flag string, rest []string) []string {
	name, _, attached := strings.Cut(flag, "=")
	switch name {
	case "verbose", "quiet", "version", "list", "locked", "offline", "frozen", "help":
		l.strange = attached
	case "color", "config", "explain":
		if !attached {
			return l.value(rest)
		}
	default:
		l.strange = true
	}
	return rest
}

func (l *line) short(cluster string, rest []string) []string {
	for _, letter := range cluster {
		if !strings.ContainsRune("vqVh", letter) {
			l.strange = true
		}
	}
	return rest
}

func (l *line) value(rest []string) []string {
	if len(rest) == 0 || strings.HasPrefix(rest[0], "-") {
		l.strange = true
		return rest
	}
	return rest[1:]
}

// isUnstable finds -Z, also at the end of a cluster of short flags. To take some
// other word for it costs nothing: the toolchain's cargo does the work.
func isUnstable(word string) bool {
	if !strings.HasPrefix(word, "-") || strings.HasPrefix(word, "--") {
		return false
	}
	i := strings.IndexByte(word, 'Z')
	return i > 0 && !strings.ContainsFunc(word[1:i], func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
}

// MayBeOurs says whether berth itself may have something to do with a line.
func MayBeOurs(args []string) bool { return scan(args).mayBeOurs() }

// mayBeOurs says whether berth has anything to do with the line. Where it has not,
// nothing more is read, no configuration and no version: a build begins at once.
func (l line) mayBeOurs() bool {
	if l.strange || !takes(l.verb, l.unstable) {
		return false
	}
	i := slices.IndexFunc(builtins(), func(b builtin) bool { return b.name == l.verb })
	return i < 0 || builtins()[i].ours
}
