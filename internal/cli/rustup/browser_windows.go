package rustup

const browserSeparator = ";"

func systemBrowsers(address string) [][]string {
	return [][]string{{"rundll32", "url.dll,FileProtocolHandler", address}}
}
