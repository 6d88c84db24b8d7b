package rustup

const browserSeparator = ":"

func systemBrowsers(address string) [][]string { return [][]string{{"open", address}} }
