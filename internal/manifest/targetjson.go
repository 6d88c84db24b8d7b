package manifest

import "berth/internal/jsonquote"

// WriteJSON writes a target as `cargo metadata` and the messages of builds have it.
func (t *Target) WriteJSON(w *jsonquote.Writer) {
	w.Open('{')
	w.Strings("kind", t.Kinds())
	w.Strings("crate_types", t.RustcTypes())
	w.Text("name", t.Name)
	w.Text("src_path", t.Path)
	w.Text("edition", t.Edition.String())
	if t.RequiredFeatures != nil {
		w.Strings("required-features", *t.RequiredFeatures)
	}
	w.Flag("doc", t.Doc)
	w.Flag("doctest", t.Doctested())
	w.Flag("test", t.Test)
	w.Close('}')
}
