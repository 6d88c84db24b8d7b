package command

import "strings"

func (t *table) fish() string {
	var s script
	s.line(`function __%s_complete`, t.name)
	s.line(`    set -l at %s`, t.name)
	s.line(`    set -l words (commandline -opc)`)
	s.line(`    set -l cur (commandline -ct)`)
	s.line(`    set -l prev $words[-1]`)
	s.line(`    set -e words[1]`)
	s.line(`    for word in $words`)
	s.line(`        switch "$at $word"`)
	for _, l := range t.levels {
		for _, w := range l.ways {
			s.line(`            case %s`, single(l.path+" "+w.word, `\'`))
			s.line(`                set at %s`, single(w.to, `\'`))
		}
	}
	s.line(`        end`)
	s.line(`    end`)
	s.line(`    switch "$at $prev"`)
	for _, l := range t.levels {
		for _, v := range l.values {
			s.line(`        case '%s'`, strings.Join(prefixed(l.path+" ", v.flags), `' '`))
			s.line(`            %s`, fishValue(v))
			s.line(`            return`)
		}
	}
	s.line(`    end`)
	s.line(`    switch "$at"`)
	for _, l := range t.levels {
		s.line(`        case '%s'`, l.path)
		l.fish(&s)
	}
	s.line(`    end`)
	s.line(`end`)
	s.line(`complete -c %[1]s -a '(__%[1]s_complete)'`, t.name)
	return s.String()
}

// fish wants a word and its meaning with a tab between them. Flags are shown only
// to who has begun one.
func (l *level) fish(s *script) {
	print := func(list []candidate) {
		for _, c := range list {
			s.line(`                printf '%%s\t%%s\n' %s %s`, single(c.word, `\'`), single(c.about, `\'`))
		}
	}
	var words, flags []candidate
	for _, c := range l.candidates {
		if strings.HasPrefix(c.word, "-") {
			flags = append(flags, c)
		} else {
			words = append(words, c)
		}
	}
	s.line(`            if string match -q -- '-*' "$cur"`)
	print(flags)
	if l.plus {
		s.line(`            else if string match -q -- '+*' "$cur"`)
		s.line(`                %s | sed 's/^/+/'`, fishNames)
	}
	if len(words) > 0 || l.toolchains {
		s.line(`            else`)
		print(words)
	}
	if l.toolchains {
		s.line(`                %s`, fishNames)
	}
	s.line(`            end`)
}

const fishNames = "env " + toolchainNames

func fishValue(v flagValue) string {
	switch {
	case v.toolchains:
		return fishNames
	case v.choices != nil:
		return `printf '%s\n' ` + strings.Join(v.choices, " ")
	}
	return "__fish_complete_path (commandline -ct)"
}
