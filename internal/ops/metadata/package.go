// Package metadata writes what cargo metadata and cargo read-manifest print: the same bytes as Cargo 1.95 for the same
// packages, field order included.
//
// What holds: it is pure; the data come from manifests and a resolve that others made.
package metadata

import (
	"berth/internal/crate"
	"berth/internal/jsonquote"
	"berth/internal/manifest"
)

// AppendPackage appends a package's object, with the path of its manifest.
func AppendPackage(buf []byte, k *manifest.Package, manifestPath string) []byte {
	w := &writer{jsonquote.Writer{Buf: buf}}
	w.packageObject(k, manifestPath)
	return w.Buf
}

func (w *writer) packageObject(k *manifest.Package, manifestPath string) {
	id := k.ID()
	w.Open('{')
	w.Text("name", id.Name)
	w.Text("version", id.Version.String())
	w.Text("id", id.Spec())
	w.optional("license", k.License)
	w.optional("license_file", k.LicenseFile)
	w.optional("description", k.Description)
	w.orNull("source", sourceText(id.Source))
	w.Key("dependencies")
	w.Open('[')
	for _, d := range k.Summary.Deps {
		w.Comma()
		w.dependency(d)
	}
	w.Close(']')
	w.Key("targets")
	w.Open('[')
	for i := range k.Targets {
		w.Comma()
		k.Targets[i].WriteJSON(&w.Writer)
	}
	w.Close(']')
	w.features(k.Summary.Features)
	w.Text("manifest_path", manifestPath)
	w.Key("metadata")
	w.value(k.Metadata)
	w.descriptions(k)
	w.Close('}')
}

func (w *writer) descriptions(k *manifest.Package) {
	if k.Publish == nil {
		w.optional("publish", nil)
	} else {
		w.Strings("publish", *k.Publish)
	}
	w.Strings("authors", k.Authors)
	w.Strings("categories", k.Categories)
	w.Strings("keywords", k.Keywords)
	w.optional("readme", k.Readme)
	w.optional("repository", k.Repository)
	w.optional("homepage", k.Homepage)
	w.optional("documentation", k.Documentation)
	w.Text("edition", k.Edition.String())
	w.optional("links", k.Links)
	if k.Metabuild != nil {
		w.Strings("metabuild", k.Metabuild)
	}
	w.optional("default_run", k.DefaultRun)
	w.orNull("rust_version", k.Summary.RustVersion.String())
	if k.HasHints {
		w.Key("hints")
		w.Raw(`{"mostly-unused":`)
		w.value(k.MostlyUnused)
		w.Raw("}")
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
	w.Open('{')
	w.Text("name", d.Name)
	w.orNull("source", sourceText(d.Source))
	req := "*"
	if d.HasReq {
		req = d.Req.String()
	}
	w.Text("req", req)
	kind := ""
	if d.Kind != crate.Normal {
		kind = d.Kind.String()
	}
	w.orNull("kind", kind)
	w.orNull("rename", d.Rename)
	w.Flag("optional", d.Optional)
	w.Flag("uses_default_features", d.DefaultFeatures)
	w.Strings("features", d.Features)
	w.orNull("target", d.Platform)
	registry := ""
	if !d.Registry.IsZero() {
		registry = d.Registry.URL()
	}
	w.orNull("registry", registry)
	if d.Source.IsPath() {
		w.Text("path", d.Source.Dir())
	}
	w.Close('}')
}

func (w *writer) features(features crate.Features) {
	w.Key("features")
	w.Open('{')
	for _, f := range features {
		w.Key(f.Name)
		w.Open('[')
		for _, v := range f.Values {
			w.Comma()
			w.Quote(v.String())
		}
		w.Close(']')
	}
	w.Close('}')
}
