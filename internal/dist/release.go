package dist

// ParseRelease takes the version of rustup's newest release out of release-stable.toml.
func ParseRelease(doc []byte) (string, error) {
	t := &releaseTable{}
	err := walk("release file", doc, maxConfig, func(d *document) scope {
		t.doc = d
		return t
	})
	if err != nil {
		return "", err
	}
	end := uint32(len(t.doc.text))
	switch {
	case t.seen&releaseSchema == 0:
		return "", t.doc.errorf(end, "expected schema-version = \"1\", found none")
	case t.seen&releaseVersion == 0:
		return "", t.doc.errorf(end, "expected a version, found none")
	}
	return t.version, nil
}

const (
	releaseSchema fields = 1 << iota
	releaseVersion
)

// releaseTable is the root of that file.
type releaseTable struct {
	doc     *document
	seen    fields
	version string
}

func (t *releaseTable) table(key, bool) (scope, error) { return nil, nil }
func (t *releaseTable) element(key) (scope, error)     { return nil, nil }
func (t *releaseTable) value(k key, v value) error {
	if k.name != "schema-version" && k.name != "version" {
		return nil
	}
	text, err := v.string()
	if err != nil {
		return err
	}
	if k.name == "version" {
		t.version = text
		// The version becomes part of an address.
		if err := checkName("version", text); err != nil {
			return err
		}
		return t.seen.add(releaseVersion, k)
	}
	if text != "1" {
		return v.doc.errorf(v.place(v.node), "schema version %s is not supported, expected \"1\"", quoteShort(text))
	}
	return t.seen.add(releaseSchema, k)
}
