package app

import "testing"

func TestLibrariesAreOnPath(t *testing.T) {
	for wanted, path := range map[string]string{
		"":       `C:\Windows;C:\tree\bin`,
		"append": `C:\Windows;C:\tree\bin`,
		"0":      `C:\Windows`,
		"1":      `C:\tree\bin;C:\Windows`,
	} {
		e := &ChildEnv{[]string{`Path=C:\Windows`, "RUSTUP_WINDOWS_PATH_ADD_BIN=" + wanted}}
		e.PutLibraries(`C:\tree`)
		if got := e.Get("PATH"); got != path {
			t.Errorf("%q: %s, expected %s", wanted, got, path)
		}
	}
}
