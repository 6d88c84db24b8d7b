package jsonquote

import "testing"

func TestWriter(t *testing.T) {
	var w Writer
	w.Open('{')
	w.Text("a", "[")
	w.Strings("none", nil)
	w.Strings("some", []string{"{", "x"})
	w.Key("list")
	w.Open('[')
	for range 2 {
		w.Comma()
		w.Open('{')
		w.Flag("yes", true)
		w.Close('}')
	}
	w.Close(']')
	w.Key("raw")
	w.Raw("null")
	w.Close('}')
	if got, want := string(w.Buf), `{"a":"[","none":[],"some":["{","x"],"list":[{"yes":true},{"yes":true}],"raw":null}`; got != want {
		t.Errorf("%s, expected %s", got, want)
	}
}
