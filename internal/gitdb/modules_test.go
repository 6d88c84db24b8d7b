package gitdb

import (
	"slices"
	"testing"
)

// Stock goes through submodules by their names, whatever their order in the file or their places.
func TestModulesComeByTheirNames(t *testing.T) {
	text := ""
	for _, m := range [][2]string{{"zed", "1"}, {"b/c", "2"}, {"a", "3"}, {"Zed", "4"}, {"b.c", "5"}} {
		text += "[submodule \"" + m[0] + "\"]\n\tpath = " + m[1] + "\n\turl = ../x\n"
	}
	modules, err := ParseModules([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range modules {
		names = append(names, m.Name)
	}
	if want := []string{"Zed", "a", "b.c", "b/c", "zed"}; !slices.Equal(names, want) {
		t.Errorf("%q, expected %q", names, want)
	}
}
