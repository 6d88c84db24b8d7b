package command

import "strings"

func (t *table) zsh() string {
	var s script
	s.line("#compdef %s", t.name)
	s.line("")
	s.line("_%s() {", t.name)
	s.line(`    local at=%s cur="${words[CURRENT]}" prev="${words[CURRENT-1]}" i`, t.name)
	s.line(`    local -a commands flags`)
	s.line(`    for ((i = 2; i < CURRENT; i++)); do`)
	s.line(`        case "$at ${words[i]}" in`)
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
			s.line(`        "%s") %s; return ;;`, strings.Join(prefixed(l.path+" ", v.flags), `"|"`), zshValue(v))
		}
	}
	s.line(`    esac`)
	s.line(`    case "$at" in`)
	for _, l := range t.levels {
		s.line(`        "%s")`, l.path)
		l.zsh(&s)
		s.line(`            ;;`)
	}
	s.line(`    esac`)
	s.line(`    if [[ $cur == -* ]]; then _describe -o flag flags; return; fi`)
	s.line(`    (( ${#commands} )) && _describe value commands || _files`)
	s.line(`}`)
	s.line("")
	s.line(`if [ "$funcstack[1]" = "_%[1]s" ]; then _%[1]s "$@"; else compdef _%[1]s %[1]s; fi`, t.name)
	return s.String()
}

func (l *level) zsh(s *script) {
	for _, c := range l.candidates {
		list := "commands"
		if strings.HasPrefix(c.word, "-") {
			list = "flags"
		}
		item := strings.ReplaceAll(c.word, ":", `\:`)
		if c.about != "" {
			item += ":" + c.about
		}
		s.line(`            %s+=(%s)`, list, single(item, `'\''`))
	}
	if l.toolchains {
		s.line(`            [[ $cur == -* ]] || commands+=(${(f)"$(%s)"})`, toolchainNames)
	}
	if l.plus {
		s.line(`            [[ $cur == +* ]] && commands=(+${^${(f)"$(%s)"}})`, toolchainNames)
	}
}

func zshValue(v flagValue) string {
	switch {
	case v.toolchains:
		return `compadd -- ${(f)"$(` + toolchainNames + `)"}`
	case v.choices != nil:
		return "compadd -- " + strings.Join(v.choices, " ")
	}
	return "_files"
}
