package dist

import "errors"

// Summary is what can be said of a release without reading its whole manifest.
type Summary struct {
	Date    string
	Version string // of package rust
}

// Summarize reads a manifest up to the point where its date and version are known, in a small part of the time that
// ParseManifest takes: `check` looks at two manifests for each toolchain and needs no more. What follows is not checked.
func Summarize(doc []byte) (Summary, error) {
	t := &summaryTable{}
	err := walk("channel manifest", doc, maxManifest, func(d *document) scope {
		t.doc = d
		return t
	})
	switch {
	case errors.Is(err, errEnough):
		return t.summary, nil
	case err != nil:
		return Summary{}, err
	}
	return Summary{}, t.doc.errorf(uint32(len(t.doc.text)), "expected a date and the version of package rust, found not both")
}

// errEnough ends a walk that has seen what it came for.
var errEnough = errors.New("enough seen")

const (
	summaryDate fields = 1 << iota
	summaryVersion
)

// summaryTable is the root of a manifest, as far as a summary goes.
type summaryTable struct {
	doc     *document
	seen    fields
	summary Summary
}

func (t *summaryTable) table(k key, _ bool) (scope, error) {
	if k.name == "pkg" {
		return summaryPackages{t}, nil
	}
	return nil, nil
}

func (t *summaryTable) element(key) (scope, error) { return nil, nil }

func (t *summaryTable) value(k key, v value) error {
	if k.name != "date" {
		return nil
	}
	return t.take(k, v, &t.summary.Date, summaryDate)
}

func (t *summaryTable) take(k key, v value, into *string, bit fields) (err error) {
	if *into, err = v.string(); err != nil {
		return err
	}
	if err := t.seen.add(bit, k); err != nil {
		return err
	}
	if t.seen == summaryDate|summaryVersion {
		return errEnough
	}
	return nil
}

// summaryPackages is [pkg]; only package rust is of interest.
type summaryPackages struct{ root *summaryTable }

func (t summaryPackages) table(k key, _ bool) (scope, error) {
	if k.name == "rust" {
		return summaryRust(t), nil
	}
	return nil, nil
}

func (t summaryPackages) element(key) (scope, error) { return nil, nil }
func (t summaryPackages) value(key, value) error     { return nil }

// summaryRust is [pkg.rust].
type summaryRust struct{ root *summaryTable }

func (t summaryRust) table(key, bool) (scope, error) { return nil, nil }
func (t summaryRust) element(key) (scope, error)     { return nil, nil }
func (t summaryRust) value(k key, v value) error {
	if k.name != "version" {
		return nil
	}
	return t.root.take(k, v, &t.root.summary.Version, summaryVersion)
}
