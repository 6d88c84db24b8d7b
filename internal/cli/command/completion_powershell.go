package command

import "strings"

// quotePS writes a text for PowerShell.
func quotePS(text string) string { return single(text, "''") }

func (t *table) powershell() string {
	var s script
	// No `using`: the script is often appended to a profile, and that must stand first.
	s.line(`Register-ArgumentCompleter -Native -CommandName '%s' -ScriptBlock {`, t.name)
	s.line(`    param($wordToComplete, $commandAst, $cursorPosition)`)
	s.line(`    $at = '%s'`, t.name)
	s.line(`    $prev = ''`)
	s.line(`    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {`)
	s.line(`        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete) { break }`)
	s.line(`        $prev = $element.Extent.Text`)
	s.line(`        switch -CaseSensitive ("$at $prev") {`)
	for _, l := range t.levels {
		for _, w := range l.ways {
			s.line(`            %s { $at = %s; break }`, quotePS(l.path+" "+w.word), quotePS(w.to))
		}
	}
	s.line(`        }`)
	s.line(`    }`)
	s.line(`    $toolchains = {`)
	s.line(`        $before = $env:RUSTUP_AUTO_INSTALL`)
	s.line(`        $env:RUSTUP_AUTO_INSTALL = '0'`)
	s.line(`        try { %s toolchain list --quiet 2>$null } finally { $env:RUSTUP_AUTO_INSTALL = $before }`, t.name)
	s.line(`    }`)
	s.line(`    $result = { param($word, $about) if (-not $about) { $about = $word }; [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about) }`)
	s.line(`    $all = @(switch -CaseSensitive ("$at $prev") {`)
	for _, l := range t.levels {
		for _, v := range l.values {
			for _, f := range v.flags {
				s.line(`        %s { %s; break }`, quotePS(l.path+" "+f), v.powershell())
			}
		}
	}
	s.line(`        default { switch -CaseSensitive ($at) {`)
	for _, l := range t.levels {
		s.line(`            %s {`, quotePS(l.path))
		l.powershell(&s)
		s.line(`                break`)
		s.line(`            }`)
	}
	s.line(`        } }`)
	s.line(`    })`)
	s.line(`    $all | Where-Object { $_.CompletionText -like "$wordToComplete*" }`)
	s.line(`}`)
	return s.String()
}

func (l *level) powershell(s *script) {
	for _, c := range l.candidates {
		s.line(`                & $result %s %s`, quotePS(c.word), quotePS(c.about))
	}
	if l.toolchains {
		s.line(`                & $toolchains | ForEach-Object { & $result $_ }`)
	}
	if l.plus {
		s.line(`                if ($wordToComplete -like '+*') { & $toolchains | ForEach-Object { & $result "+$_" } }`)
	}
}

func (v flagValue) powershell() string {
	switch {
	case v.toolchains:
		return `& $toolchains | ForEach-Object { & $result $_ }`
	case v.choices != nil:
		quoted := make([]string, len(v.choices))
		for i, choice := range v.choices {
			quoted[i] = quotePS(choice)
		}
		return strings.Join(quoted, ", ") + ` | ForEach-Object { & $result $_ }`
	}
	return "$null"
}
