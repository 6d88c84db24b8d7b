package cargo

// openers are programs that show a file.
func openers() [][]string { return [][]string{{"cmd", "/c", "start", ""}} }
