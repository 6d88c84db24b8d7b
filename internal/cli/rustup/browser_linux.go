package rustup

const browserSeparator = ":"

// systemBrowsers are tried in this order: what knows the user's choice, then what
// distributions link to some browser. WSL has none but the one of Windows.
func systemBrowsers(address string) [][]string {
	return [][]string{
		{"xdg-open", address}, {"gio", "open", address}, {"sensible-browser", address},
		{"x-www-browser", address}, {"www-browser", address}, {"wslview", address},
	}
}
