package command

import "strings"

// quoteElvish writes a text for elvish.
func quoteElvish(text string) string { return single(text, "''") }

func (t *table) elvish() string {
	var s script
	s.line(`use str`)
	s.line(``)
	s.line(`set edit:completion:arg-completer[%s] = {|@words|`, t.name)
	s.line(`    fn candidate {|word about| edit:complex-candidate $word &display=$word' '$about }`)
	s.line(`    fn toolchains { try { e:env RUSTUP_AUTO_INSTALL=0 %s toolchain list --quiet 2>/dev/null | from-lines } catch _ { } }`, t.name)
	s.line(`    var ways = [`)
	for _, l := range t.levels {
		for _, w := range l.ways {
			s.line(`        &%s=%s`, quoteElvish(l.path+" "+w.word), quoteElvish(w.to))
		}
	}
	s.line(`    ]`)
	s.line(`    var values = [`)
	for _, l := range t.levels {
		for _, v := range l.values {
			for _, f := range v.flags {
				s.line(`        &%s={ %s }`, quoteElvish(l.path+" "+f), v.elvish())
			}
		}
	}
	s.line(`    ]`)
	s.line(`    var levels = [`)
	for _, l := range t.levels {
		s.line(`        &%s={|cur|`, quoteElvish(l.path))
		l.elvish(&s)
		s.line(`        }`)
	}
	s.line(`    ]`)
	s.line(`    var at = %s`, t.name)
	s.line(`    var prev = ''`)
	s.line(`    for word $words[1..-1] {`)
	s.line(`        set prev = $at' '$word`)
	s.line(`        if (has-key $ways $prev) { set at = $ways[$prev] }`)
	s.line(`    }`)
	s.line(`    if (has-key $values $prev) { $values[$prev] } else { $levels[$at] $words[-1] }`)
	s.line(`}`)
	return s.String()
}

func (l *level) elvish(s *script) {
	for _, c := range l.candidates {
		s.line(`            candidate %s %s`, quoteElvish(c.word), quoteElvish(c.about))
	}
	if l.toolchains {
		s.line(`            toolchains`)
	}
	if l.plus {
		s.line(`            if (str:has-prefix $cur +) { toolchains | each {|name| put +$name } }`)
	}
}

func (v flagValue) elvish() string {
	switch {
	case v.toolchains:
		return "toolchains"
	case v.choices != nil:
		quoted := make([]string, len(v.choices))
		for i, choice := range v.choices {
			quoted[i] = quoteElvish(choice)
		}
		return "put " + strings.Join(quoted, " ")
	}
	return ""
}
