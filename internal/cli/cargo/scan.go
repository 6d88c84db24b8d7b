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
	// unstable says that -Z stands somewhere, options that it does with unstable-options and nothing else.
	unstable, options bool
}

// unstableOptions is the -Z of flags that are not stable.
const unstableOptions = "unstable-options"

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
		case word == "-Z"+unstableOptions, word == "-Z" && i+1 < len(rest) && rest[i+1] == unstableOptions:
			l.options = true
		case isUnstable(word):
			l.unstable = true
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
	if l.strange || l.unstable || l.options && l.verb != "package" {
		return false
	}
	i := slices.IndexFunc(builtins(), func(b builtin) bool { return b.name == l.verb })
	return i < 0 || builtins()[i].ours
}
