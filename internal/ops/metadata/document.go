package metadata

import (
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/tomldoc"
)

// Document is all of what cargo metadata prints.
type Document struct {
	Packages       []*manifest.Manifest
	Members        []crate.PackageID
	DefaultMembers []crate.PackageID
	Resolve        []byte // JSON; empty is null, as with --no-deps
	TargetDir      string
	BuildDir       string
	Root           string         // the directory of the workspace
	Metadata       *tomldoc.Value // of [workspace.metadata]
}

// Append appends the document, without a line end.
func (d *Document) Append(buf []byte) []byte {
	w := &writer{buf}
	w.open('{')
	w.key("packages")
	w.open('[')
	for _, m := range d.Packages {
		w.comma()
		w.packageObject(m.Package, m.Path)
	}
	w.close(']')
	w.ids("workspace_members", d.Members)
	w.ids("workspace_default_members", d.DefaultMembers)
	w.key("resolve")
	if len(d.Resolve) == 0 {
		w.raw("null")
	}
	w.buf = append(w.buf, d.Resolve...)
	w.text("target_directory", d.TargetDir)
	w.text("build_directory", d.BuildDir)
	w.key("version")
	w.raw("1")
	w.text("workspace_root", d.Root)
	w.key("metadata")
	w.value(d.Metadata)
	w.close('}')
	return w.buf
}

func (w *writer) ids(key string, ids []crate.PackageID) {
	w.key(key)
	w.open('[')
	for _, id := range ids {
		w.comma()
		w.string(id.Spec())
	}
	w.close(']')
}
