package config

// Term is [term].
type Term struct {
	Verbose, Quiet Value[bool]
	Color          Value[string]
	Hyperlinks     Value[bool]
	Unicode        Value[bool]
	Progress       Progress
}

// Progress is [term.progress].
type Progress struct {
	When            Value[string] // auto, never or always
	Width           Value[uint32]
	TermIntegration Value[bool]
}

// Term reads [term].
func (c *Config) Term() (Term, error) {
	s := c.section(ParseKey("term"), "verbose", "quiet", "color", "hyperlinks", "unicode", "progress")
	t := Term{
		Verbose:    s.boolean("verbose"),
		Quiet:      s.boolean("quiet"),
		Color:      s.text("color"),
		Hyperlinks: s.boolean("hyperlinks"),
		Unicode:    s.boolean("unicode"),
	}
	if s.err != nil {
		return Term{}, s.err
	}
	p := c.section(ParseKey("term.progress"), "when", "width", "term-integration")
	t.Progress = Progress{
		When:            p.choice("when", "auto", "never", "always"),
		Width:           number[uint32](p, "width"),
		TermIntegration: p.boolean("term-integration"),
	}
	if w := t.Progress.When; w.Val == "always" && !t.Progress.Width.Set {
		p.refuse("when", w.Origin, "\"always\" needs `term.progress.width` beside it")
	}
	return t, p.err
}
