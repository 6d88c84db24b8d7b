package newpkg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/ops/manifestfile"
	"berth/internal/tomldoc"
	"berth/internal/workspace"
)

// host is the workspace that a new package is to be a member of.
type host struct {
	inheritance
	root   string // its Cargo.toml; "" where there is no workspace
	member string // the package as seen from there
}

// findHost looks for the workspace above. Only the nearest Cargo.toml counts; one that cannot be read as TOML is passed over.
func (m *maker) findHost() (host, error) {
	root, err := workspace.FindManifest(filepath.Clean(m.Path), nil)
	if err != nil {
		return host{}, nil // there is none
	}
	text, err := os.ReadFile(root)
	if err != nil {
		return host{}, err
	}
	doc, err := tomldoc.Parse(root, text)
	if err != nil || doc.Root().Get("workspace").Table() == nil {
		return host{}, nil
	}
	member, err := relative(m.Path, filepath.Dir(root))
	if err != nil {
		return host{}, err
	}
	outside, err := isExcluded(doc, member)
	if err != nil || outside {
		return host{}, err
	}
	if _, err := withMember(doc, member); err != nil {
		return host{}, err
	}
	return host{inherits(doc), root, member}, nil
}

// join makes the package a member. It is there by now, so that nobody sees a workspace with a member that is missing.
func (m *maker) join(ctx context.Context, h host) error {
	if h.root == "" {
		return nil
	}
	added := false
	err := manifestfile.Edit(ctx, m.Home, h.root, func(old []byte) ([]byte, error) {
		doc, err := tomldoc.Parse(h.root, old)
		if err != nil {
			return nil, err
		}
		changed, err := withMember(doc, h.member)
		added = changed != nil
		return changed, err
	})
	if err == nil && added {
		m.Voice.Statusf("Adding", "`%s` as member of workspace at `%s`", lastElement(h.member), filepath.Dir(h.root))
	}
	return err
}

func inherits(doc *tomldoc.Document) inheritance {
	var from inheritance
	ws := doc.Root().Get("workspace")
	if keys := ws.Get("package"); !keys.IsInline() {
		for v := range keys.Table().Entries() {
			from.keys = append(from.keys, v.Key())
		}
	}
	from.lints = ws.Get("lints") != nil
	return from
}

func isExcluded(doc *tomldoc.Document, member string) (bool, error) {
	excluded := false
	for item := range doc.Root().Find("workspace", "exclude").Items() {
		text, ok := item.Text()
		if !ok {
			return false, doc.Errorf(item.Span(), "expected a path, found %s", item.Kind())
		}
		excluded = excluded || text == member
	}
	return excluded, nil
}

// relative is the way from one directory to another, with slashes. A .. in the path stays, as in Cargo.
func relative(path, from string) (string, error) {
	a, b := elements(path), elements(from)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	if slices.Contains(b, "..") {
		return "", fmt.Errorf("cannot name `%s` as seen from `%s`: give the path without \"..\" in it", path, from)
	}
	for range b {
		a = slices.Insert(a, 0, "..")
	}
	joined := strings.Join(a, "/")
	if !utf8.ValidString(joined) {
		return "", fmt.Errorf("the path %q is not UTF-8, so it cannot stand in Cargo.toml", path)
	}
	return joined, nil
}

func elements(path string) []string {
	list := strings.FieldsFunc(path, func(r rune) bool { return r < utf8.RuneSelf && isSeparator(byte(r)) })
	return slices.DeleteFunc(list, func(e string) bool { return e == "." })
}

// withMember is the document with one more member; nil where a member says so already.
func withMember(doc *tomldoc.Document, member string) ([]byte, error) {
	ws := doc.Root().Get("workspace")
	if ws.Table() == nil {
		return nil, nil
	}
	members := ws.Get("members")
	if members.Kind() != tomldoc.Array || !members.IsInline() {
		return withMembers(doc, ws, members, member)
	}
	for item := range members.Items() {
		pattern, ok := item.Text()
		if !ok {
			return nil, doc.Errorf(item.Span(), "expected a path, found %s", item.Kind())
		}
		fits, err := matches(pattern, member)
		if err != nil {
			return nil, doc.Errorf(item.Span(), "%v", err)
		}
		if fits {
			return nil, nil
		}
	}
	return replace(doc, members.Span(), appended(doc, members, member)), nil
}

func replace(doc *tomldoc.Document, at tomldoc.Span, text string) []byte {
	mark := len(doc.Bytes()) - len(doc.Text())
	old := doc.Bytes()
	return slices.Concat(old[:mark+int(at.Start)], []byte(text), old[mark+int(at.End):])
}
