package command

import "strings"

// bash works with version 3.2, which macOS has.
func (t *table) bash() string {
	var s script
	s.line("_%s() {", t.name)
	s.line(`    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" at=%s words="" i`, t.name)
	s.line(`    for ((i = 1; i < COMP_CWORD; i++)); do`)
	s.line(`        case "$at ${COMP_WORDS[i]}" in`)
	for _, l := range t.levels {
		for _, w := range l.ways {
			s.line(`            "%s %s") at="%s" ;;`, l.path, w.word, w.to)
		}
	}
	s.line(`        esac`)
	s.line(`    done`)
	s.line(`    case "$at $prev" in`)
	for _, l := range t.levels {
		for _, v := range l.values {
			s.line(`        "%s") %s ;;`, strings.Join(prefixed(l.path+" ", v.flags), `"|"`), bashValue(v))
		}
	}
	s.line(`    esac`)
	s.line(`    case "$at" in`)
	for _, l := range t.levels {
		words := `words="` + strings.Join(l.words(), " ") + `"`
		if l.toolchains {
			words += "; [[ $cur == -* ]] || words+=\" $(" + toolchainNames + ")\""
		}
		if l.plus {
			words += "; [[ $cur == +* ]] && words=\"$(" + toolchainNames + " | sed 's/^/+/')\""
		}
		s.line(`        "%s") %s ;;`, l.path, words)
	}
	s.line(`    esac`)
	s.line(`    COMPREPLY=($(compgen -W "$words" -- "$cur"))`)
	s.line(`}`)
	s.line(`complete -o bashdefault -o default -F _%[1]s %[1]s`, t.name)
	return s.String()
}

func bashValue(v flagValue) string {
	switch {
	case v.toolchains:
		return `COMPREPLY=($(compgen -W "$(` + toolchainNames + `)" -- "$cur")); return`
	case v.choices != nil:
		return `COMPREPLY=($(compgen -W "` + strings.Join(v.choices, " ") + `" -- "$cur")); return`
	}
	return "return"
}

func prefixed(prefix string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = prefix + w
	}
	return out
}
