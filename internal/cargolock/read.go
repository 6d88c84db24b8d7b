package cargolock

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"berth/internal/tomldoc"
)

// reader reads a lock as the TOML that it is, and knows where to point when it is not.
type reader struct {
	name, text string
	doc        *tomldoc.Document
	lock       Lock
	places     map[bool][]tomldoc.Span // of packages, and of unused ones
}

const (
	anew    = "or remove the file: the next command of cargo makes it anew, with the newest versions"
	restore = "take the file from version control again, " + anew
)

func (r *reader) read(data []byte) (*Lock, error) {
	if at, found := conflictMarker(r.text); found {
		return nil, r.errorAt(at, "the file holds two versions of itself: it was left in the middle of a merge",
			"take either side whole, for example with `git checkout --theirs Cargo.lock`; the next command of cargo adds what is missing")
	}
	if !utf8.ValidString(r.text) {
		at := strings.LastIndexByte(r.text[:firstInvalid(r.text)], '\n') + 1
		return nil, r.errorAt(at, "the line is not UTF-8", restore)
	}
	doc, err := tomldoc.Parse(r.name, data)
	if err != nil {
		if e, ok := err.(*tomldoc.Error); ok && e.Help == "" {
			e.Help = restore
		}
		return nil, err
	}
	r.doc, r.places = doc, map[bool][]tomldoc.Span{}
	if err := r.document(doc.Root()); err != nil {
		return nil, err
	}
	if p := r.lock.complete(r.text); p != nil {
		e := doc.Errorf(r.places[p.unused][p.pkg], "%s", p.message)
		if e.Help = p.help; e.Help == "" {
			e.Help = restore
		}
		return nil, e
	}
	return &r.lock, nil
}

func firstInvalid(text string) int {
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		if n == 1 && text[i] >= utf8.RuneSelf {
			return i
		}
		i += n
	}
	return len(text)
}

// document reads the tables in stock's order: shape first, the version of the format last.
func (r *reader) document(root *tomldoc.Table) error {
	if v := root.Get("root"); v != nil {
		if err := r.add(v, false); err != nil {
			return err
		}
	}
	if err := r.packages(root.Get("package"), false); err != nil {
		return err
	}
	if err := r.packages(root.Find("patch", "unused"), true); err != nil {
		return err
	}
	if err := r.metadata(root.Get("metadata")); err != nil {
		return err
	}
	return r.version(root.Get("version"))
}

func (r *reader) packages(v *tomldoc.Value, unused bool) error {
	if v == nil {
		return nil
	}
	if v.Kind() != tomldoc.Array {
		return r.unexpected(v, "an array of tables")
	}
	for item := range v.Items() {
		if err := r.add(item, unused); err != nil {
			return err
		}
	}
	return nil
}

// add reads one package.
func (r *reader) add(v *tomldoc.Value, unused bool) error {
	if v.Kind() != tomldoc.TableKind {
		return r.unexpected(v, "a table")
	}
	var p Package
	for _, key := range []struct {
		name string
		into *string
	}{{"name", &p.Name}, {"version", &p.Version}, {"source", &p.Source}, {"checksum", &p.Checksum}} {
		if err := r.str(v.Table().Get(key.name), key.into); err != nil {
			return err
		}
	}
	if list := v.Table().Get("dependencies"); list != nil {
		if list.Kind() != tomldoc.Array {
			return r.unexpected(list, "an array of strings")
		}
		for item := range list.Items() {
			ref, err := r.ref(item)
			if err != nil {
				return err
			}
			p.Dependencies = append(p.Dependencies, ref)
		}
	}
	if replace := v.Table().Get("replace"); replace != nil {
		var err error
		if p.Replace, err = r.ref(replace); err != nil {
			return err
		}
	}
	list := &r.lock.Packages
	if unused {
		list = &r.lock.Unused
	}
	*list = append(*list, p)
	r.places[unused] = append(r.places[unused], v.Span())
	return nil
}

func (r *reader) ref(v *tomldoc.Value) (Ref, error) {
	var text string
	if err := r.str(v, &text); err != nil {
		return Ref{}, err
	}
	ref, ok := parseRef(text)
	switch {
	case !ok:
		return Ref{}, r.doc.Errorf(v.Span(), "expected `name`, `name version` or `name version (source)`").WithHelp(restore)
	case ref.Source != "" && !isSource(ref.Source):
		return Ref{}, r.doc.Errorf(v.Span(), "%s", wrongSource(ref.Source)).WithHelp(restore)
	}
	return ref, nil
}

func (r *reader) metadata(v *tomldoc.Value) error {
	if v == nil {
		return nil
	}
	if v.Kind() != tomldoc.TableKind {
		return r.unexpected(v, "a table")
	}
	for e := range v.Table().Entries() {
		entry := Entry{Key: e.Key()}
		if err := r.str(e, &entry.Value); err != nil {
			return err
		}
		r.lock.Metadata = append(r.lock.Metadata, entry)
	}
	sortEntries(r.lock.Metadata)
	return nil
}

func (r *reader) version(v *tomldoc.Value) error {
	if v == nil {
		return nil
	}
	n, ok := v.Int()
	if !ok || n < 0 {
		return r.unexpected(v, "a whole number")
	}
	if n != int64(V3) && n != int64(V4) {
		e := r.doc.Errorf(v.Span(), "lock file version `%d` was found, but this version of Cargo does not understand this lock file", n)
		if n > int64(Newest) {
			return e.WithHelp("a newer Cargo wrote it: use a newer toolchain, for example with `rustup update`, %s", anew)
		}
		return e.WithHelp("versions 1 and 2 are not written down; remove the line, %s", anew)
	}
	r.lock.Format = Format(n)
	return nil
}

// str reads a string that may be missing.
func (r *reader) str(v *tomldoc.Value, into *string) error {
	if v == nil {
		return nil
	}
	text, ok := v.Text()
	if !ok {
		return r.unexpected(v, "a string")
	}
	*into = text
	return nil
}

func (r *reader) unexpected(v *tomldoc.Value, expected string) error {
	found := v.Kind().String()
	if v.Kind() == tomldoc.Integer {
		if _, ok := v.Int(); !ok {
			found = "a number that is too large: " + strconv.Quote(v.Raw())
		}
	}
	return r.doc.Errorf(v.Span(), "expected %s, found %s", expected, found).WithHelp(restore)
}
