package manifest

import (
	"errors"

	"berth/internal/crate"
	"berth/internal/nearest"
)

// readFeatureTable reads [features] and lets them be checked against the dependencies.
func (p *parser) readFeatureTable(s *crate.Summary) {
	declared := map[string][]string{}
	table := p.top("features").table()
	for name, i := range table.entries() {
		if err := crate.CheckFeatureName(name); err != nil {
			p.fail(i.doc, i.v.KeySpan(), "%v", err)
		}
		declared[name] = i.texts()
	}
	if p.err != nil {
		return
	}
	features, err := crate.NewFeatures(declared, s.Deps)
	if err != nil {
		p.failFeature(table, err)
		return
	}
	s.Features = features
	if i := table.get("default-features"); i.there() {
		p.warn(i, "`[features]` defines a feature named `default-features`\nnote: only a feature named `default` will be enabled by default")
	}
}

// failFeature shows the entry that does not fit, or the dependency where there is none.
func (p *parser) failFeature(table item, err error) {
	var wrong *crate.FeatureError
	if !errors.As(err, &wrong) {
		p.fail(p.doc, table.v.Span(), "%v", err)
		return
	}
	entry := table.get(wrong.Feature)
	if !entry.there() {
		p.failDependency(wrong.Feature, "%s", wrong.Error())
		return
	}
	at := entry.v.Span()
	for value := range entry.items() {
		if value.str() == wrong.Value {
			at = value.v.Span()
		}
	}
	e := p.fail(p.doc, at, "%s", wrong.Reason)
	if wrong.Hint != "" {
		e.WithHelp("%s", wrong.Hint)
	}
	if similar := nearest.Of(wrong.Unknown, wrong.Known...); wrong.Unknown != "" && similar != "" {
		e.WithHelp("there is `%s`", similar)
	}
}
