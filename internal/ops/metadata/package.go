// Package metadata writes what cargo metadata and cargo read-manifest print: the same bytes as Cargo 1.95 for the same
// packages, field order included.
//
// What holds: it is pure; the data come from manifests and a resolve that others made.
package metadata

import (
	"berth/internal/crate"
	"berth/internal/manifest"
)

// AppendPackage appends a package's object, with the path of its manifest.
func AppendPackage(buf []byte, k *manifest.Package, manifestPath string) []byte {
	w := &writer{buf}
	w.packageObject(k, manifestPath)
	return w.buf
}

func (w *writer) packageObject(k *manifest.Package, manifestPath string) {
	id := k.ID()
	w.open('{')
	w.text("name", id.Name)
	w.text("version", id.Version.String())
	w.text("id", id.Spec())
	w.optional("license", k.License)
	w.optional("license_file", k.LicenseFile)
	w.optional("description", k.Description)
	w.orNull("source", sourceText(id.Source))
	w.key("dependencies")
	w.open('[')
	for _, d := range k.Summary.Deps {
		w.comma()
		w.dependency(d)
	}
	w.close(']')
	w.key("targets")
	w.open('[')
	for i := range k.Targets {
		w.comma()
		w.target(&k.Targets[i])
	}
	w.close(']')
	w.features(k.Summary.Features)
	w.text("manifest_path", manifestPath)
	w.key("metadata")
	w.value(k.Metadata)
	w.descriptions(k)
	w.close('}')
}

func (w *writer) descriptions(k *manifest.Package) {
	if k.Publish == nil {
		w.optional("publish", nil)
	} else {
		w.strings("publish", *k.Publish)
	}
	w.strings("authors", k.Authors)
	w.strings("categories", k.Categories)
	w.strings("keywords", k.Keywords)
	w.optional("readme", k.Readme)
	w.optional("repository", k.Repository)
	w.optional("homepage", k.Homepage)
	w.optional("documentation", k.Documentation)
	w.text("edition", k.Edition.String())
	w.optional("links", k.Links)
	if k.Metabuild != nil {
		w.strings("metabuild", k.Metabuild)
	}
	w.optional("default_run", k.DefaultRun)
	w.orNull("rust_version", k.Summary.RustVersion.String())
	if k.HasHints {
		w.key("hints")
		w.raw(`{"mostly-unused":`)
		w.value(k.MostlyUnused)
		w.raw("}")
	}
}

// sourceText is empty for directories, which have no address for anyone else.
func sourceText(s crate.SourceID) string {
	if s.IsZero() || s.IsPath() {
		return ""
	}
	return s.Text()
}

func (w *writer) dependency(d *crate.Dependency) {
	w.open('{')
	w.text("name", d.Name)
	w.orNull("source", sourceText(d.Source))
	req := "*"
	if d.HasReq {
		req = d.Req.String()
	}
	w.text("req", req)
	kind := ""
	if d.Kind != crate.Normal {
		kind = d.Kind.String()
	}
	w.orNull("kind", kind)
	w.orNull("rename", d.Rename)
	w.flag("optional", d.Optional)
	w.flag("uses_default_features", d.DefaultFeatures)
	w.strings("features", d.Features)
	w.orNull("target", d.Platform)
	registry := ""
	if !d.Registry.IsZero() {
		registry = d.Registry.URL()
	}
	w.orNull("registry", registry)
	if d.Source.IsPath() {
		w.text("path", d.Source.Dir())
	}
	w.close('}')
}

func (w *writer) target(t *manifest.Target) {
	w.open('{')
	w.strings("kind", t.Kinds())
	w.strings("crate_types", t.RustcTypes())
	w.text("name", t.Name)
	w.text("src_path", t.Path)
	w.text("edition", t.Edition.String())
	if t.RequiredFeatures != nil {
		w.strings("required-features", *t.RequiredFeatures)
	}
	w.flag("doc", t.Doc)
	w.flag("doctest", t.Doctested())
	w.flag("test", t.Test)
	w.close('}')
}

func (w *writer) features(features crate.Features) {
	w.key("features")
	w.open('{')
	for _, f := range features {
		w.key(f.Name)
		w.open('[')
		for _, v := range f.Values {
			w.comma()
			w.string(v.String())
		}
		w.close(']')
	}
	w.close('}')
}
